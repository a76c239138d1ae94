import fc from 'fast-check';
import { expect, test } from 'vitest';
import { getaddrinfo, lookup4, promises, setThreads } from '../../src/index';
import { toAscii } from '../../src/shared/hostname';
import { printable, printableJson } from '../../src/shared/printable';
import { runNode } from '../support/child';

const names = [
  'a\nINFO a line of its own',
  'a\u001b[31mred',
  'a\u0085b',
  'a\u2028b',
  'a\u007fb',
  'a\u202eb.test',
  'a\rb',
];

test.each(names)(
  'lookup4 and getaddrinfo on %j keep its control characters out of the message',
  async (hostname) => {
    for (const refused of [lookup4(hostname), getaddrinfo(hostname), getaddrinfo(hostname, 'http')]) {
      const error: unknown = await refused.catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: 'EINVAL',
        hostname,
        message: `getaddrinfo EINVAL ${printable(hostname)}`,
      });
    }
    expect(printable(hostname)).toMatch(/^[\x20-\x7e]*$/);
  },
);

test('the command prints no control character of a name', async () => {
  const all = names.join('');
  for (const args of [[all], [all, '--json'], [all, '--time'], ['--family', all, 'x']]) {
    const { stdout, stderr } = await runNode(['dist/cli/main.js', ...args]);
    expect(stdout + stderr).toMatch(/^[\x20-\x7e\n]+$/);
  }
});

test('options in error messages are shown, not acted on', () => {
  const bad: unknown = { 'max\n\u001b[31m': 1 };
  expect(() => Reflect.apply(setThreads, undefined, [bad])).toThrow(/max\\n\\x1B\[31m/);
});

// Hence the drop-in's messages are Node's own, to the letter: what would be escaped is Node's to refuse.
test('no name that the drop-in resolves itself has anything to escape', () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.webUrl(),
    fc.domain(),
  );
  fc.assert(
    fc.property(
      name,
      fc.constantFrom('', '\n', '\u0085', '\u202e', '\u2066', '\u00ad', 'ü'),
      (text, extra) => {
        const hostname = `${text}${extra}.test`;
        if (toAscii(hostname) !== undefined) expect(printable(hostname)).toBe(hostname);
      },
    ),
    { numRuns: 2000 },
  );
});

test("the drop-in's error for such a name is Node's own", async () => {
  const { promises: node } = await import('node:dns');
  for (const hostname of ['a\u0085b.test', 'a\u202eb.test']) {
    const [ours, theirs] = await Promise.all(
      [promises.lookup(hostname), node.lookup(hostname)].map((refused) =>
        refused.catch((error: Error) => error.message),
      ),
    );
    expect(ours).toBe(theirs);
  }
});

test('printableJson is still JSON for the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = printableJson(value);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(printable(json.replaceAll('\n', ''))).toBe(json.replaceAll('\n', ''));
    }),
  );
});
