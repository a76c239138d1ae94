import { describe, expect, test } from 'vitest';
import { describeUnless } from '../support/describe-unless';
import { describeInSandbox, uniqueName } from '../support/sandbox/in-sandbox';
import { fixtures, missingFixtures } from './fixtures.mjs';
import { reportOf } from './guest';

/** Each function that takes a signal, asked for a name that nobody answers. */
const functions = [
  ['lookup', '(signal) => call(addrinfo.lookup, NAME, { signal })'],
  ['promises.lookup', '(signal) => settled(addrinfo.promises.lookup(NAME, { signal }))'],
  ['lookup4', '(signal) => settled(addrinfo.lookup4(NAME, { signal }))'],
  ['getaddrinfo', '(signal) => settled(addrinfo.getaddrinfo(NAME, null, { signal }))'],
] as const;

/** A signal as npm `abort-controller` and old polyfills make it: no `reason`, no prototype of Node's. */
const WITHOUT_REASON = `
  class Controller {
    signal = Object.assign(new EventTarget(), { aborted: false });
    abort() {
      this.signal.aborted = true;
      this.signal.dispatchEvent(new Event('abort'));
    }
  }
`;

const ABORT_ERROR = { error: { name: 'AbortError', code: 'ABORT_ERR' }, falsy: false };

describeInSandbox('an abort without a usable reason is an AbortError', () => {
  describe.each(functions)('%s', (_name, ask) => {
    test.each([
      ['abort(null)', 'controller.abort(null)'],
      ['abort(0)', 'controller.abort(0)'],
      ["abort('')", "controller.abort('')"],
      ['abort(false)', 'controller.abort(false)'],
    ])('%s, before the call and during it', async (_what, abort) => {
      const report = await reportOf(`
        const NAME = '${uniqueName('drop')}';
        const ask = ${ask};
        const controller = new AbortController();
        const during = ask(controller.signal);
        ${abort};
        report([await during, await ask(controller.signal)]);
      `);
      expect(report).toMatchObject([ABORT_ERROR, ABORT_ERROR]);
    });

    test('a signal that has no reason, before the call and during it', async () => {
      const report = await reportOf(`
        ${WITHOUT_REASON}
        const NAME = '${uniqueName('drop')}';
        const ask = ${ask};
        const controller = new Controller();
        const during = ask(controller.signal);
        controller.abort();
        report([await during, await ask(controller.signal)]);
      `);
      expect(report).toMatchObject([ABORT_ERROR, ABORT_ERROR]);
    });

    test('a reason of the caller’s own is the error itself', async () => {
      const report = await reportOf(`
        const NAME = '${uniqueName('drop')}';
        const ask = ${ask};
        report(await ask(AbortSignal.abort(new RangeError('enough'))));
      `);
      expect(report).toMatchObject({ error: { name: 'RangeError', message: 'enough' } });
    });
  });

  test.each([
    ['lookup4 of an address', "addrinfo.lookup4('127.0.0.1', { signal })"],
    ['getaddrinfo of an address', "addrinfo.getaddrinfo('127.0.0.1', null, { signal })"],
  ])('%s under an aborted signal rejects', async (_what, ask) => {
    const report = await reportOf(`const signal = AbortSignal.abort(); report(await settled(${ask}));`);
    // The reason that AbortSignal.abort() makes, as it is: a DOMException, whose code is a number.
    expect(report).toMatchObject({ error: { name: 'AbortError' }, falsy: false });
  });

  test('net.connect with our lookup and an aborted signal without reason does not connect to localhost', async () => {
    const report = await reportOf(`
      ${WITHOUT_REASON}
      const net = require('node:net');
      const server = net.createServer((socket) => socket.end()).listen(0);
      await require('node:events').once(server, 'listening');
      const controller = new Controller();
      const lookup = (host, options, done) => addrinfo.lookup(host, { ...options, signal: controller.signal }, done);
      const socket = net.connect({ host: '${uniqueName('drop')}', port: server.address().port, lookup });
      const ended = new Promise((resolve) => {
        socket.once('connect', () => resolve('connected'));
        socket.once('error', ({ code }) => resolve(code));
      });
      controller.abort();
      report(await ended);
      process.exit();
    `);
    expect(report).toBe('ABORT_ERR');
  });
});

describeUnless(missingFixtures, 'npm abort-controller', () => {
  describeInSandbox('its signal', () => {
    test.each(functions)('ends %s with an AbortError', async (_name, ask) => {
      const report = await reportOf(
        `
        const NAME = '${uniqueName('drop')}';
        const ask = ${ask};
        const { AbortController } = require('abort-controller/dist/abort-controller.js');
        const controller = new AbortController();
        const during = ask(controller.signal);
        controller.abort();
        report([await during, await ask(controller.signal)]);
      `,
        { cwd: fixtures },
      );
      expect(report).toMatchObject([ABORT_ERROR, ABORT_ERROR]);
    });
  });
});

describeUnless(missingFixtures, 'jsdom', () => {
  describeInSandbox('the signal of a window', () => {
    test.each(functions)('ends %s with its reason, or with an AbortError', async (_name, ask) => {
      const report = await reportOf(
        `
        const NAME = '${uniqueName('drop')}';
        const ask = ${ask};
        const { AbortController } = new (require('jsdom').JSDOM)().window;
        const controllers = [new AbortController(), new AbortController()];
        const during = controllers.map(({ signal }) => ask(signal));
        controllers[0].abort();
        controllers[1].abort(null);
        const isNodes = controllers[0].signal instanceof AbortSignal;
        report({ isNodes, during: await Promise.all(during), before: await ask(controllers[0].signal) });
      `,
        { cwd: fixtures },
      );
      const aborted = { error: { name: 'AbortError' }, falsy: false };
      expect(report).toMatchObject({ isNodes: false, during: [aborted, ABORT_ERROR], before: aborted });
    });
  });
});

describeInSandbox('one signal for 10,000 lookups', () => {
  test('aborts them in less time than it took to start them', async () => {
    const report = await reportOf(
      `
      const NAME = '${uniqueName('drop')}';
      const resolver = new addrinfo.Resolver();
      const round = async (tag) => {
        const controller = new AbortController();
        const begun = performance.now();
        const all = Array.from({ length: 10000 }, (_, n) =>
          resolver.lookup4(tag + n + '.' + NAME, { signal: controller.signal }).catch(({ name }) => name));
        const started = performance.now();
        controller.abort();
        const aborted = performance.now();
        const names = new Set(await Promise.all(all));
        return { start: started - begun, abort: aborted - started, names: [...names] };
      };
      await round('warm');
      const { start, abort, names } = await round('measured');
      report({ ratio: abort / start, names });
      process.exit();
    `,
      { timeout: 60_000 },
    );
    expect(report).toEqual({ ratio: expect.any(Number), names: ['AbortError'] });
    expect(report).toHaveProperty(
      'ratio',
      expect.toSatisfy((ratio: number) => ratio < 1),
    );
  });
});
