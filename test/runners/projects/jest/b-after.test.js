const dns = require('node:dns');
const { uniqueName } = require('./name');

test('a lookup in the file after it, and the outlived one comes to its end meanwhile', async () => {
  const { address } = await dns.promises.lookup(uniqueName('a-10-1-2-3.delay-500'));
  expect(address).toBe('10.1.2.3');
  await new Promise((resolve) => {
    dns.lookup('localhost', 4, (error, found) => {
      expect([error, found]).toEqual([null, '127.0.0.1']);
      resolve();
    });
  });
});

test('register has put ours in place', () => {
  expect(Object.getOwnPropertySymbols(dns.lookup).map(String)).toContain('Symbol(addrinfo.original)');
});
