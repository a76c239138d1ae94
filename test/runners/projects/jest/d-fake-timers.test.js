const dns = require('node:dns');
const addrinfo = require('addrinfo');
const { uniqueName } = require('./name');

afterEach(() => {
  jest.useRealTimers();
});

describe.each([
  ['modern', {}],
  ['legacy', { legacyFakeTimers: true }],
])('%s fake timers', (_kind, config) => {
  test('a lookup that is pending while the clock is put past its deadline is answered', async () => {
    jest.useFakeTimers(config);
    const lookups = [
      dns.promises.lookup(uniqueName('a-10-1-2-3.delay-200')).then(({ address }) => address),
      addrinfo.lookup4(uniqueName('a-10-1-2-3.delay-200')),
    ];
    jest.advanceTimersByTime(6000);
    expect(await Promise.all(lookups)).toEqual(['10.1.2.3', '10.1.2.3']);
  });

  test('a lookup that was begun before they were faked is answered', async () => {
    const pending = addrinfo.lookup4(uniqueName('a-10-1-2-3.delay-200'));
    jest.useFakeTimers(config);
    jest.advanceTimersByTime(6000);
    expect(await pending).toBe('10.1.2.3');
  });

  test('the package loaded while they are faked answers', async () => {
    jest.useFakeTimers(config);
    jest.resetModules();
    expect(await require('addrinfo').lookup4(uniqueName('a-10-1-2-3.delay-200'))).toBe('10.1.2.3');
  });

  test('no timer of a lookup is among those that are faked', () => {
    jest.useFakeTimers(config);
    jest.clearAllTimers(); // Those of the copy that was loaded above are faked.
    addrinfo.lookup4(uniqueName('a-10-1-2-3.delay-50')).catch(() => {});
    expect(jest.getTimerCount()).toBe(0);
  });
});
