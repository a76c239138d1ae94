import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { describeInSandbox, typesAsked, uniqueName } from '../support/sandbox/in-sandbox';
import { REGISTER, reportOf } from './guest';

describeInSandbox('a loop that is blocked past the deadline', () => {
  test('dns.lookup of localhost under register, then 5.2 s of work, is answered', async () => {
    const report = await reportOf(
      `
      const answer = call(dns.lookup, 'localhost', 4);
      busy(5200);
      report(await answer);
    `,
      { flags: ['--require', REGISTER] },
    );
    expect(report).toEqual({ value: '127.0.0.1' });
  });

  test.each([
    ['lookup', 'call(addrinfo.lookup, NAME, { timeout: 300 })'],
    [
      'promises.lookup',
      'settled(addrinfo.promises.lookup(NAME, { timeout: 300 }).then(({ address }) => address))',
    ],
    ['lookup4', 'settled(addrinfo.lookup4(NAME, { timeout: 300 }))'],
    [
      'getaddrinfo',
      'settled(addrinfo.getaddrinfo(NAME, 80, { timeout: 300 }).then(([first]) => first.address))',
    ],
  ])(
    '%s with a timeout of 300 ms, answered after 100 ms of 600 ms of work, is answered',
    async (_name, ask) => {
      const name = uniqueName('a-10-1-2-3.delay-100');
      const report = await reportOf(`
      const NAME = '${name}';
      const answer = ${ask};
      busy(600);
      report(await answer);
    `);
      expect(report).toEqual({ value: '10.1.2.3' });
    },
  );

  // After setImmediate the loop comes to its timers first: that of the one that waits already is due before the loop
  // hears of any answer.
  test('lookup4 beside one that waits already, answered during the work, is answered', async () => {
    const report = await reportOf(`
      const resolver = new addrinfo.Resolver({ timeout: 300 });
      const lost = settled(resolver.lookup4('${uniqueName('drop')}'));
      await sleep(100);
      await new Promise(setImmediate);
      const answer = settled(resolver.lookup4('${uniqueName('a-10-1-2-3.delay-100')}'));
      busy(600);
      report([await answer, (await lost).error.code]);
    `);
    expect(report).toEqual([{ value: '10.1.2.3' }, 'ETIMEOUT']);
  });

  test('lookupService with a timeout of 300 ms, then 600 ms of work, is answered', async () => {
    const report = await reportOf(`
      const { lookupService } = new addrinfo.Resolver({ timeout: 300 });
      const answer = call(lookupService, '127.0.0.1', 22);
      busy(600);
      report(await answer);
    `);
    expect(report).toEqual({ value: 'localhost' });
  });

  test('lookup4 that nobody answers ends at its deadline all the same', async () => {
    const report = await reportOf(`
      const answer = settled(addrinfo.lookup4('${uniqueName('drop')}', { timeout: 300 }));
      busy(600);
      report((await answer).error.code);
    `);
    expect(report).toBe('ETIMEOUT');
  });

  test('lookup4 of a process that is stopped (SIGSTOP) past the deadline is answered', async () => {
    const child = spawn(
      process.execPath,
      [
        '-e',
        `
      const { lookup4 } = require('./dist');
      lookup4('localhost', { timeout: 300 }).then(console.log, ({ code }) => console.log(code));
      const end = Date.now() + 50;
      while (Date.now() < end);
      process.kill(process.pid, 'SIGSTOP');
    `,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const resume = setTimeout(() => child.kill('SIGCONT'), 1500);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await once(child, 'close');
    clearTimeout(resume);
    expect(output).toBe('127.0.0.1\n');
  });
});

describeInSandbox('a loop that is blocked past the hedge delay', () => {
  test.each([
    ['of 350 ms', '', 350],
    ['of 1.2 s', '', 1200],
    ['of 350 ms, where each answer took 50 ms', 'delay-50', 350],
  ])('40 lookup4, then work %s, make 40 queries and no hedge', async (_what, directives, ms) => {
    const name = uniqueName(`a-10-1-2-3${directives === '' ? '' : `.${directives}`}`);
    const report = await reportOf(`
      const resolver = new addrinfo.Resolver();
      addrinfo.setThreads({ max: 64 });
      const answers = Array.from({ length: 40 }, (_, n) => resolver.lookup4('n' + n + '.${name}'));
      busy(${ms});
      await Promise.all(answers);
      const { hedged, stalled, answered } = resolver.stats();
      report({ hedged, stalled, answered });
    `);
    expect(report).toEqual({ hedged: 0, stalled: 0, answered: 40 });
    const queries = Array.from({ length: 40 }, (_, n) => typesAsked(`n${n}.${name}`)).flat();
    expect(queries).toEqual(Array(40).fill('A'));
  });

  test('40 lookup4 beside one that waits already, then work of 350 ms, make 40 queries and no hedge', async () => {
    const name = uniqueName('a-10-1-2-3');
    const report = await reportOf(`
      addrinfo.setThreads({ max: 64 });
      const resolver = new addrinfo.Resolver({ hedge: 300 });
      const other = new addrinfo.Resolver({ hedge: 300 });
      const slow = other.lookup4('${uniqueName('a-10-1-2-3.delay-1000')}');
      await sleep(100);
      await new Promise(setImmediate);
      const answers = Array.from({ length: 40 }, (_, n) => resolver.lookup4('n' + n + '.${name}'));
      busy(350);
      await Promise.all([...answers, slow]);
      const { hedged, stalled, answered } = resolver.stats();
      report({ hedged, stalled, answered });
    `);
    expect(report).toEqual({ hedged: 0, stalled: 0, answered: 40 });
    const queries = Array.from({ length: 40 }, (_, n) => typesAsked(`n${n}.${name}`)).flat();
    expect(queries).toEqual(Array(40).fill('A'));
  });
});
