const { uniqueName } = require('./name');

test('jest.resetModules with a lookup pending, and the package loaded again', async () => {
  const first = require('addrinfo');
  const pending = first.lookup4(uniqueName('a-10-1-2-3.delay-200'));
  jest.resetModules();
  const second = require('addrinfo');
  expect(second).not.toBe(first);
  expect(await second.lookup4(uniqueName('a-10-4-5-6'))).toBe('10.4.5.6');
  expect(await pending).toBe('10.1.2.3');
  second.install({ timeout: 1000 })();
});

test('jest.isolateModules', async () => {
  let lookup4;
  jest.isolateModules(() => {
    lookup4 = require('addrinfo').lookup4;
  });
  expect(await lookup4('localhost')).toBe('127.0.0.1');
});
