import { describe, expect, test } from 'vitest';
import { describeOnEachNode } from '../support/each-node';
import { describeInSandbox, uniqueName } from '../support/sandbox/in-sandbox';
import { fixtures, missingFixtures } from './fixtures.mjs';
import { REGISTER, reportOf } from './guest';

/** Context managers over async_hooks, by a function that gives `active` and `run`. */
const managers = {
  // As elastic-apm-node's `asynchooks` and OpenTelemetry 1.x: a stack that `before` and `after` push and pop.
  'a context manager over async_hooks': {
    setUp: `
      const contexts = new Map();
      let stack = [];
      require('node:async_hooks').createHook({
        init: (id, type) => { if (stack.length > 0 && type !== 'TIMERWRAP') contexts.set(id, stack.at(-1)); },
        before: (id) => { const context = contexts.get(id); if (context !== undefined) stack.push(context); },
        after: () => { stack.pop(); },
        destroy: (id) => contexts.delete(id),
        promiseResolve: (id) => contexts.delete(id),
      }).enable();
      const active = () => stack.at(-1);
      const run = (context, work) => {
        stack.push(context);
        try { return work(); } finally { stack.pop(); }
      };
    `,
    cwd: undefined,
  },
  'AsyncHooksContextManager of OpenTelemetry 1.x': {
    setUp: `
      const { AsyncHooksContextManager } = require('@opentelemetry/context-async-hooks');
      const { ROOT_CONTEXT } = require('@opentelemetry/api');
      const manager = new AsyncHooksContextManager().enable();
      const KEY = Symbol('context');
      const active = () => manager.active().getValue(KEY);
      const run = (context, work) => manager.with(ROOT_CONTEXT.setValue(KEY, context), work);
    `,
    cwd: fixtures,
  },
  "elastic-apm-node's asynchooks": {
    setUp: `
      const apm = require('elastic-apm-node').start({
        contextManager: 'asynchooks', disableSend: true, centralConfig: false, cloudProvider: 'none',
        metricsInterval: '0', captureExceptions: false, logLevel: 'off' });
      const transactions = new Map();
      const active = () => transactions.get(apm.currentTransaction);
      // A transaction is active from its start, in the turn that started it.
      const run = (context, work) => {
        const transaction = apm.startTransaction(String(context.n));
        transactions.set(transaction, context);
        work();
        transaction.end();
      };
    `,
    cwd: fixtures,
  },
} as const;

describeInSandbox('async_hooks', () => {
  describeOnEachNode('of a caller', (binary) => {
    describe.each(Object.entries(managers))('%s', (_name, { setUp, cwd }) => {
      const missing = cwd === undefined ? undefined : missingFixtures;
      const unless = test.skipIf(missing !== undefined && process.env['CI'] !== 'true');

      unless.each([
        ['dns.lookup', '(name, done) => dns.lookup(name, 4, done)'],
        ['dns.promises.lookup', '(name, done) => dns.promises.lookup(name, 4).then(done, done)'],
        ['lookup4', '(name, done) => addrinfo.lookup4(name).then(done, done)'],
        ['getaddrinfo', '(name, done) => addrinfo.getaddrinfo(name).then(done, done)'],
      ])(
        `keeps the active context through 50 %s${missing === undefined ? '' : ` (${missing})`}`,
        async (_what, ask) => {
          const report = await reportOf(
            `
          ${setUp}
          const ask = ${ask};
          const lost = { call: 0, callback: 0 };
          await Promise.all(Array.from({ length: 50 }, (_, n) => new Promise((resolve) => {
            const context = { n };
            run(context, () => {
              ask('n' + n + '.${uniqueName('a-10-1-2-3')}', () => {
                if (active() !== context) lost.callback += 1;
                resolve();
              });
              if (active() !== context) lost.call += 1;
            });
            if (active() === context) lost.call += 1;
          })));
          report(lost);
        `,
            { binary, flags: ['--no-warnings', '--require', REGISTER], ...(cwd && { cwd }) },
          );
          expect(report).toEqual({ call: 0, callback: 0 });
        },
      );
    });

    test('no before or after of another resource falls into the turn of a call', async () => {
      const report = await reportOf(
        `
        const events = [];
        let watching = false;
        require('node:async_hooks').createHook({
          before: (id) => { if (watching) events.push('before ' + id); },
          after: (id) => { if (watching) events.push('after ' + id); },
        }).enable();
        watching = true;
        dns.lookup('localhost', () => {});
        dns.promises.lookup('localhost');
        dns.lookupService('127.0.0.1', 22, () => {});
        addrinfo.lookup4('localhost');
        addrinfo.getaddrinfo('localhost');
        watching = false;
        report(events);
      `,
        { binary, flags: ['--no-warnings', '--require', REGISTER] },
      );
      expect(report).toEqual([]);
    });
  });
});
