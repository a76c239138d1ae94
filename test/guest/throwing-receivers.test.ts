import { expect, test } from 'vitest';
import { describeInSandbox, uniqueName } from '../support/sandbox/in-sandbox';
import { reportOf } from './guest';

/** Three lookups whose answers come in one batch; of the one that is asked first, something throws. */
const script = (hostile: string, names: string) => `
  const thrown = [];
  process.on('uncaughtException', (error) => thrown.push(error.message));
  const hostileSignal = () => {
    const { signal } = new AbortController();
    signal.removeEventListener = () => { throw new Error('of the signal'); };
    return signal;
  };
  const results = {};
  const note = (key) => (error, address) => { results[key] = error?.code ?? address; };
  const [a, b, c] = ${names};
  ${hostile}
  addrinfo.lookup(a, 4, note('first'));
  addrinfo.lookup(c, 4, note('third'));
  busy(100);
  await sleep(500);
  report({ first: results.first, third: results.third, thrown });
  process.exit();
`;

describeInSandbox('of three lookups that are answered in one batch', () => {
  const ANSWERED = { first: '10.1.2.3', third: '10.1.2.3' };
  const ways = [
    [
      'a callback',
      "addrinfo.lookup(b, 4, () => { throw new Error('of the callback'); });",
      ['of the callback'],
    ],
    [
      'a signal whose removeEventListener',
      "addrinfo.lookup(b, { family: 4, signal: hostileSignal() }, note('hostile'));",
      ['of the signal'],
    ],
    [
      'a tracing subscriber',
      `const { tracingChannel } = require('node:diagnostics_channel');
       tracingChannel('addrinfo:lookup').subscribe({ asyncStart: ({ hostname }) => {
         if (hostname === b) throw new Error('of the subscriber');
       } });
       addrinfo.lookup(b, 4, note('hostile'));`,
      ['of the subscriber'],
    ],
  ] as const;

  test.each(ways)('%s that throws harms no other', async (_what, hostile, thrown) => {
    const name = uniqueName('a-10-1-2-3');
    const names = `['a', 'b', 'c'].map((label) => label + '.${name}')`;
    const report = await reportOf(script(hostile, names), { flags: ['--no-warnings'] });
    expect(report).toMatchObject(ANSWERED);
    expect([[], thrown]).toContainEqual(Reflect.get(Object(report), 'thrown'));
  });

  test.each(ways)('%s that throws harms none that shares its question', async (_what, hostile) => {
    const name = uniqueName('a-10-1-2-3');
    const report = await reportOf(script(hostile, `Array(3).fill('${name}')`), { flags: ['--no-warnings'] });
    expect(report).toMatchObject(ANSWERED);
  });
});

describeInSandbox('traced lookups under one signal', () => {
  test.each([
    ['an object without a prototype', 'Object.create(null)'],
    ['a symbol', "Symbol('stop')"],
    ['an object whose toString throws', "({ toString() { throw new Error('no text'); } })"],
  ])('all end when it is aborted with %s', async (_what, reason) => {
    const report = await reportOf(`
      const { tracingChannel } = require('node:diagnostics_channel');
      const errors = [];
      tracingChannel('addrinfo:lookup').subscribe({ error: ({ error }) => errors.push(error instanceof Error) });
      const controller = new AbortController();
      const ended = [0, 0, 0];
      for (const n of ended.keys()) {
        addrinfo.lookup4(n + '.${uniqueName('drop')}', { signal: controller.signal }).catch(() => { ended[n] += 1; });
      }
      controller.abort(${reason});
      await sleep(100);
      report({ ended, errors });
      process.exit();
    `);
    expect(report).toEqual({ ended: [1, 1, 1], errors: [true, true, true] });
  });
});
