import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(__dirname, '../..');
const text = readFileSync(join(root, 'docs/clients.md'), 'utf8');

function rows(): { how: string; example: string }[] {
  return [
    ...text.matchAll(/^\|[^|]*\|([^|]*)\| *\[(.*)\.mjs\]\(\.\.\/examples\/clients\/\2\.mjs\) *\|$/gm),
  ].map(([, how = '', example = '']) => ({ how, example }));
}

test('docs/clients.md has a row for every example, and every row has a test that runs it', () => {
  const examples = readdirSync(join(root, 'examples/clients')).map((file) => file.replace('.mjs', ''));
  const documented = rows().map(({ example }) => example);
  expect(documented.toSorted()).toEqual(examples.toSorted());
  for (const example of documented) {
    const source = readFileSync(join(__dirname, `${example}.test.ts`), 'utf8');
    expect(source).toContain(`example: '${example}.mjs'`);
  }
});

test('docs/clients.md says how each example is plugged in', () => {
  for (const { how, example } of rows()) {
    const source = readFileSync(join(__dirname, `${example}.test.ts`), 'utf8');
    expect(source).toContain(`plug: '${how.includes('addrinfo/register') ? 'register' : 'lookup'}'`);
  }
});
