// Run in a folder with the package installed: does it answer, and from which addon? Plain JavaScript, so
// that it runs wherever the package does.

const assert = require('node:assert');
const { promises } = require('addrinfo');

const [addon] = Object.keys(require.cache).filter((file) => file.endsWith('.node'));

async function main() {
  const address = await promises.lookup4('localhost');
  assert.strictEqual(address, '127.0.0.1');
  assert.deepStrictEqual(await promises.lookup('127.0.0.1'), { address, family: 4 });
  const [first] = await promises.getaddrinfo('127.0.0.1', '80', { socktype: 1 });
  assert.strictEqual(first?.port, 80);
  const { hostname } = await promises.lookupService('127.0.0.1', 80);
  assert.ok(hostname.length > 0);
  console.log(`${process.arch} ${address} ${addon}`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
