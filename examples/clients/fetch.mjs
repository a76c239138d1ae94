// The fetch of Node.js takes no lookup:
// node --import addrinfo/register examples/clients/fetch.mjs http://HOST/
const [, , url = 'http://localhost/'] = process.argv;

const response = await fetch(url);
process.stdout.write(await response.text());
