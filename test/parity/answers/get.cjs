// get.cjs HOW URL: prints what is there, or why it cannot be had. HOW: fetch, or http.get.
const http = require('node:http');

const [how, url = ''] = process.argv.slice(2);

/** @param {unknown} error */
function fail(error) {
  console.error(error);
  process.exitCode = 1;
}

if (how === 'fetch') {
  fetch(url)
    .then((response) => response.text())
    .then((text) => process.stdout.write(text))
    .catch(fail);
} else {
  http.get(url, (response) => response.pipe(process.stdout)).on('error', fail);
}
