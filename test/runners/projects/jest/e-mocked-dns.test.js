jest.mock('node:dns', () => ({
  promises: { lookup: jest.fn(async () => ({ address: '1.2.3.4', family: 4 })) },
}));

test('a dns that is mocked lets the package be loaded, and stays mocked', async () => {
  const dns = require('node:dns');
  const addrinfo = require('addrinfo');
  expect(await addrinfo.lookup4('localhost')).toBe('127.0.0.1');
  addrinfo.install()();
  expect(await dns.promises.lookup('localhost')).toEqual({ address: '1.2.3.4', family: 4 });
});
