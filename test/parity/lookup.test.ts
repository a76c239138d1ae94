import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { lookup, promises, Resolver } from '../../src/index';
import { runProgram, runScript } from '../support/child';
import { describeOnEachNode } from '../support/each-node';
import { describeInSandbox, typesAsked, uniqueName } from '../support/sandbox/in-sandbox';

describeInSandbox('lookup', () => {
  test('lookup of a name with both families gives its IPv4 address and sends no AAAA', async () => {
    const name = uniqueName('a-10-1-2-3.aaaa-fd00--1');
    expect(await promisify(lookup)(name)).toEqual({ address: '10.1.2.3', family: 4 });
    expect(typesAsked(name)).toEqual(['A']);
  });

  test('lookup of a name with an IPv6 address only falls back to it', async () => {
    const name = uniqueName('aaaa-fd00--1');
    expect(await promisify(lookup)(name)).toEqual({ address: 'fd00::1', family: 6 });
    expect(typesAsked(name)).toEqual(['A', 'AAAA']);
  });

  test('lookup past its timeout calls back with EAI_AGAIN, in the shape of dns.lookup errors', async () => {
    const name = uniqueName('drop');
    const begun = performance.now();
    const error = await promisify(lookup)(name, { timeout: 100 }).catch((reason: unknown) => reason);
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(error).toMatchObject({
      message: `getaddrinfo EAI_AGAIN ${name}`,
      code: 'EAI_AGAIN',
      errno: -3001,
      syscall: 'getaddrinfo',
      hostname: name,
    });
  });

  test('lookup whose signal is aborted calls back with the reason', async () => {
    const controller = new AbortController();
    const pending = promisify(lookup)(uniqueName('drop'), { signal: controller.signal });
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });

  test('lookup whose signal is aborted beforehand calls back later, never at once', async () => {
    const reason = new Error('never mind');
    const order: unknown[] = [];
    const called = new Promise<void>((resolve) => {
      lookup(uniqueName(), { signal: AbortSignal.abort(reason) }, (error) => {
        order.push(error);
        resolve();
      });
    });
    order.push('returned');
    await called;
    expect(order).toEqual(['returned', reason]);
  });

  test('promises.lookup with a timeout of null or undefined has the resolver’s deadline', async () => {
    const resolver = new Resolver({ timeout: 150 });
    for (const options of [{ timeout: undefined }, JSON.parse('{ "timeout": null, "signal": null }')]) {
      await expect(resolver.promises.lookup(uniqueName('drop'), options)).rejects.toMatchObject({
        code: 'EAI_AGAIN',
        cause: { code: 'ETIMEOUT' },
      });
    }
  });

  test.each([
    [
      '{ "timeout": "5s" }',
      "options.timeout must be a number of milliseconds from 0 to 2147483647, got '5s'",
    ],
    ['{ "timeout": -1 }', 'options.timeout must be a number of milliseconds from 0 to 2147483647, got -1'],
    ['{ "signal": 1 }', 'options.signal must be an AbortSignal, got 1'],
  ])('lookup with %s throws a TypeError that names option and value', (json, message) => {
    const options = JSON.parse(json);
    for (const call of [
      () => lookup('a.test', options, () => {}),
      () => promises.lookup('a.test', options),
    ]) {
      expect(call).toThrow(TypeError);
      expect(call).toThrow(message);
    }
  });

  test('lookup beyond maxPending calls back with EAI_AGAIN and the reason as its cause', async () => {
    const resolver = new Resolver({ maxPending: 1, timeout: 300 });
    const first = promisify(resolver.lookup)(uniqueName('drop')).catch(() => {});
    const error = await promisify(resolver.lookup)(uniqueName()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'EAI_AGAIN', errno: -3001, syscall: 'getaddrinfo' });
    expect(error).toHaveProperty('cause.message', 'the resolver has 1 lookups pending (maxPending)');
    await first;
  });

  test('lookups that share one call keep the async context of their callers', async () => {
    const store = new AsyncLocalStorage<number>();
    const name = uniqueName('a-10-1-2-3.delay-100');
    const seen = await Promise.all(
      [1, 2, 3].map((caller) =>
        store.run(
          caller,
          () => new Promise((resolve) => lookup(name, () => resolve([caller, store.getStore()]))),
        ),
      ),
    );
    expect(seen).toEqual([1, 2, 3].map((caller) => [caller, caller]));
    expect(typesAsked(name)).toEqual(['A']);
  });

  test('lookup and lookupService are async resources: init, before, after, destroy, once each', async () => {
    const events = new Map<number, string[]>();
    const note = (event: string) => (id: number) => events.get(id)?.push(event);
    const hook = createHook({
      init(id, type) {
        if (type.endsWith('INFOREQWRAP')) events.set(id, [type]);
      },
      before: note('before'),
      after: note('after'),
      destroy: note('destroy'),
    }).enable();
    const resolver = new Resolver();
    await promisify(resolver.lookup)(uniqueName('a-10-1-2-3'));
    await promisify(resolver.lookupService)('10.1.2.3', 22);
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    hook.disable();
    expect([...events.values()]).toEqual([
      ['GETADDRINFOREQWRAP', 'before', 'after', 'destroy'],
      ['GETNAMEINFOREQWRAP', 'before', 'after', 'destroy'],
    ]);
  });

  test('lookupService without an answer calls back with EAI_AGAIN at the resolver’s deadline', async () => {
    const resolver = new Resolver({ timeout: 100 });
    await expect(promisify(resolver.lookupService)('10.98.0.1', 22)).rejects.toMatchObject({
      message: 'getnameinfo EAI_AGAIN 10.98.0.1',
      code: 'EAI_AGAIN',
      cause: { code: 'ETIMEOUT' },
    });
  });
});

describeInSandbox('an exception in a lookup callback', () => {
  // Every name takes 200 ms, so that the answers come in one batch; 'thrower' throws in its callback.
  const batch = (names: readonly string[]): string => `
    const { lookup } = require('./dist');
    const uncaught = [];
    const answered = [];
    process.on('uncaughtException', (error) => uncaught.push(error.message));
    process.on('exit', () => console.log(JSON.stringify({ uncaught, answered })));
    for (const [n, name] of ${JSON.stringify(names)}.entries()) {
      lookup(name, (error, address) => {
        answered.push(n);
        if (n % 2 === 0) throw new Error('thrown by ' + n);
      });
    }
  `;
  const outcome = {
    uncaught: ['thrown by 0', 'thrown by 2', 'thrown by 4'],
    answered: [0, 1, 2, 3, 4, 5],
  };

  test('becomes uncaughtException, and the others of the batch are answered', async () => {
    const names = [1, 2, 3, 4, 5, 6].map((n) => uniqueName(`a-10-1-2-${n}.delay-200`));
    const { uncaught, answered } = JSON.parse((await runScript(batch(names))).stdout);
    expect({ uncaught: uncaught.sort(), answered: answered.sort() }).toEqual(outcome);
  });

  test('becomes uncaughtException, and the others that share its call are answered', async () => {
    const name = uniqueName('a-10-1-2-3.delay-200');
    const { stdout } = await runScript(batch([name, name, name, name, name, name]));
    expect(JSON.parse(stdout)).toEqual(outcome);
    expect(typesAsked(name)).toEqual(['A']);
  });

  test('that nobody handles ends the process as one from dns.lookup does', async () => {
    const script = (module: string): string =>
      `require('${module}').lookup('${uniqueName()}', () => { throw new Error('mine'); }); setInterval(() => {}, 1000);`;
    const ours = await runScript(script('./dist'));
    const node = await runScript(script('node:dns'));
    expect(ours.stderr).toContain('Error: mine\n    at ');
    expect(ours.stderr.split('\n')[0]).toBe(node.stderr.split('\n')[0]);
    expect([ours.code, ours.signal]).toEqual([node.code, node.signal]);
  });

  test('reaches the domain of its caller', async () => {
    const { stdout, stderr } = await runScript(`
      const domain = require('node:domain').create();
      domain.on('error', (error) => console.log('domain:', error.message));
      domain.run(() => require('./dist').lookup('${uniqueName()}', () => { throw new Error('mine'); }));
    `);
    expect({ stdout, stderr }).toEqual({ stdout: 'domain: mine\n', stderr: '' });
  });
});

describeInSandbox('what Node 20 and 22 abort on', () => {
  describeOnEachNode('a family of -0', (binary) => {
    test('is 0, for good names and for bad ones', async () => {
      const source = `
        const { lookup, lookupService, promises } = require('./dist');
        for (const name of ['${uniqueName('a-10-1-2-3')}', '\\ud800.test']) {
          const show = (error, address) => console.log(error ? error.code : address);
          lookup(name, -0, show);
          lookup(name, { family: -0 }, show);
          promises.lookup(name, -0).then(({ address }) => show(null, address), show);
          promises.lookup(name, { family: -0 }).then(({ address }) => show(null, address), show);
        }
        lookupService('10.1.2.3', -0, (error, host) => console.log(host));
      `;
      const { stdout, stderr, code } = await runProgram(binary, ['-e', source]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.trim().split('\n').sort()).toEqual([
        ...Array(4).fill('10.1.2.3'),
        ...Array(4).fill('EINVAL'),
        'host-10-1-2-3.test',
      ]);
    });
  });
});
