import assert from 'node:assert/strict';
import dns from 'node:dns';
import { lookup4 } from 'addrinfo';
import sinon from 'sinon';
import { uniqueName } from './name.mjs';

describe('sinon', () => {
  let clock;
  beforeEach(() => {
    clock = sinon.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'nextTick', 'performance', 'Date'],
    });
  });
  afterEach(() => sinon.restore());

  it('a lookup that is pending while the clock is put past its deadline is answered', async () => {
    const lookups = [
      dns.promises.lookup(uniqueName('a-10-1-2-3.delay-200')).then(({ address }) => address),
      lookup4(uniqueName('a-10-1-2-3.delay-200')),
    ];
    clock.tick(6000);
    assert.deepEqual(await Promise.all(lookups), ['10.1.2.3', '10.1.2.3']);
  });

  it('no timer of a lookup is among those that are faked', () => {
    lookup4(uniqueName('a-10-1-2-3.delay-50')).catch(() => {});
    assert.equal(clock.countTimers(), 0);
  });

  it('a stub over dns.lookup is what code gets, and ours comes back', () => {
    const { lookup } = dns;
    const stub = sinon.stub(dns, 'lookup').callsArgWith(1, null, '1.2.3.4', 4);
    dns.lookup('localhost', (_error, address) => assert.equal(address, '1.2.3.4'));
    assert.ok(stub.calledOnce);
    stub.restore();
    assert.equal(dns.lookup, lookup);
  });

  it('a lookup that outlives its test, of which nobody hears', () => {
    lookup4(uniqueName('a-10-1-2-3.delay-200')).catch(() => {});
  });
});
