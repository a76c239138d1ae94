import assert from 'node:assert/strict';
import dns from 'node:dns';
import { mock, test } from 'node:test';
import { lookup4 } from 'addrinfo';
import { uniqueName } from './name.mjs';

test('a lookup that is pending while the clock is put past its deadline is answered', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] });
  const lookups = [
    dns.promises.lookup(uniqueName('a-10-1-2-3.delay-200')).then(({ address }) => address),
    lookup4(uniqueName('a-10-1-2-3.delay-200')),
  ];
  mock.timers.tick(6000);
  const answers = await Promise.all(lookups);
  mock.timers.reset();
  assert.deepEqual(answers, ['10.1.2.3', '10.1.2.3']);
});

test('a dns.lookup that is mocked is what code gets, and ours comes back', async () => {
  const { lookup } = dns.promises;
  const stub = mock.method(dns.promises, 'lookup', async () => ({ address: '1.2.3.4', family: 4 }));
  assert.deepEqual(await dns.promises.lookup('localhost'), { address: '1.2.3.4', family: 4 });
  stub.mock.restore();
  assert.equal(dns.promises.lookup, lookup);
});

test('a lookup that outlives its test, of which nobody hears', () => {
  lookup4(uniqueName('a-10-1-2-3.delay-200')).catch(() => {});
});
