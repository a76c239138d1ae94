import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../support/child';
import { describeOnEachNode } from '../support/each-node';
import { describeInSandbox, uniqueName } from '../support/sandbox/in-sandbox';
import { REGISTER, reportOf } from './guest';

describeInSandbox('options that are not own properties are read alike everywhere', () => {
  const shapes = [
    ['a prototype', '(fields) => Object.create(fields)'],
    [
      'a class with getters',
      '(fields) => { class Options {} for (const key of Object.keys(fields)) ' +
        'Object.defineProperty(Options.prototype, key, { get: () => fields[key] }); return new Options(); }',
    ],
    [
      'a getter of its own',
      '(fields) => Object.defineProperties({}, Object.fromEntries(Object.entries(fields).map(' +
        '([key, value]) => [key, { get: () => value }])))',
    ],
  ] as const;
  const uses = [
    ['lookup', 'call(addrinfo.lookup, NAME, make({ timeout: 200 }))'],
    ['promises.lookup', 'settled(addrinfo.promises.lookup(NAME, make({ timeout: 200 })))'],
    ['lookup4', 'settled(addrinfo.lookup4(NAME, make({ timeout: 200 })))'],
    ['getaddrinfo', 'settled(addrinfo.getaddrinfo(NAME, null, make({ timeout: 200 })))'],
    ['Resolver', 'settled(new addrinfo.Resolver(make({ timeout: 200 })).lookup4(NAME))'],
    ['install', 'settled((addrinfo.install(make({ timeout: 200 })), dns.promises.lookup(NAME)))'],
  ] as const;

  test.each(shapes.flatMap(([shape, make]) => uses.map(([name, use]) => [name, shape, make, use] as const)))(
    '%s: timeout, on %s',
    async (_name, _shape, make, use) => {
      const report = await reportOf(`
        const NAME = '${uniqueName('drop')}';
        const make = ${make};
        const begun = performance.now();
        const { error } = await ${use};
        report({ failed: error !== undefined, ms: performance.now() - begun });
        process.exit();
      `);
      expect(report).toMatchObject({ failed: true });
      expect(report).toHaveProperty(
        'ms',
        expect.toSatisfy((ms: number) => ms < 2000),
      );
    },
  );

  test.each(shapes)('Resolver: cache, on %s', async (_shape, make) => {
    const report = await reportOf(`
      const make = ${make};
      const resolver = new addrinfo.Resolver(make({ cache: make({ ttl: 1e6 }) }));
      await resolver.lookup4('localhost');
      await resolver.lookup4('localhost');
      report(resolver.stats().cache.hits);
    `);
    expect(report).toBe(1);
  });

  test.each(shapes)('setThreads: max, on %s', async (_shape, make) => {
    const report = await reportOf(`
      const make = ${make};
      addrinfo.setThreads(make({ max: 7 }));
      report(addrinfo.threadStats().max);
    `);
    expect(report).toBe(7);
  });
});

describeInSandbox('ADDRINFO_THREADS', () => {
  test('does not undo setThreads of the code when a worker is started', async () => {
    const report = await reportOf(
      `
      const before = addrinfo.threadStats().max;
      addrinfo.setThreads({ max: 64 });
      const { Worker } = require('node:worker_threads');
      const worker = new Worker("require('node:worker_threads').parentPort.postMessage('up')", { eval: true });
      await require('node:events').once(worker, 'message');
      report([before, addrinfo.threadStats().max]);
      await worker.terminate();
    `,
      { flags: ['--require', REGISTER], env: { ADDRINFO_THREADS: '8' } },
    );
    expect(report).toEqual([8, 64]);
  });

  test('holds for a worker that is the first to load the package', async () => {
    const report = await reportOf(
      `
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(
        "require(process.env.REGISTER); require('node:worker_threads').parentPort.postMessage(1)",
        { eval: true, env: { ...process.env, ADDRINFO_THREADS: '8', REGISTER: ${JSON.stringify(REGISTER)} } });
      await require('node:events').once(worker, 'message');
      report(addrinfo.threadStats().max);
      await worker.terminate();
    `,
    );
    expect(report).toBe(8);
  });
});

describeInSandbox('a NUL in a name', () => {
  describeOnEachNode('is refused', (binary) => {
    test.each([
      ['dns.lookup', 'call(dns.lookup, NAME)'],
      ['dns.promises.lookup', 'settled(dns.promises.lookup(NAME))'],
      ['lookup', 'call(addrinfo.lookup, NAME, 4)'],
      ['promises.lookup', 'settled(addrinfo.promises.lookup(NAME, { family: 4 }))'],
      ['lookup4', 'settled(addrinfo.lookup4(NAME))'],
      ['getaddrinfo', 'settled(addrinfo.getaddrinfo(NAME))'],
    ])('by %s', async (_name, ask) => {
      const report = await reportOf(
        `
        const NAME = 'localhost\\0.evil.test';
        const refuse = async () => ${ask};
        report(await refuse().then(({ value, error }) => value === undefined ? error.code : 'resolved', ({ code }) => code));
      `,
        { binary, flags: ['--no-warnings', '--require', REGISTER] },
      );
      expect(['ERR_INVALID_ARG_VALUE', 'EINVAL']).toContain(report);
    });
  });
});

test('a name that is no constant of getaddrinfo does not compile', async () => {
  const root = join(__dirname, '../..');
  const folder = mkdtempSync(join(__dirname, 'types-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const compilerOptions = { noEmit: true, types: ['node'], strict: true, module: 'nodenext' };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.mts'] }));
  const compile = async (name: string) => {
    const source = `import { constants } from 'addrinfo';\nconst flag: number = constants.${name};\nconsole.log(flag);\n`;
    writeFileSync(join(folder, 'typo.mts'), source);
    return runProgram(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
  };
  expect(await compile('AI_CANONNAME')).toMatchObject({ code: 0, stdout: '' });
  expect((await compile('AI_CANNONNAME')).stdout).toMatch(/error TS\d+: .*AI_CANNONNAME/);
});
