import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { html } from './html';
import { markdown } from './markdown';
import { draw, picturesOf } from './plots';
import type { Report } from './report-data';

/** Writes results.json, report.md, index.html and the pictures; what an earlier run left there goes. */
export async function writeReport(dir: string, report: Report): Promise<void> {
  mkdirSync(dir, { recursive: true });
  for (const file of readdirSync(dir)) if (/\.(?:svg|json|md|html)$/.test(file)) rmSync(join(dir, file));
  writeFileSync(join(dir, 'results.json'), `${JSON.stringify(report, rounded, 1)}\n`);
  writeFileSync(join(dir, 'report.md'), markdown(report));
  writeFileSync(join(dir, 'index.html'), html(report));
  for (const picture of report.scenarios.flatMap(picturesOf)) {
    writeFileSync(join(dir, `${picture.name}.svg`), await draw(picture));
  }
}

/** Six digits are more than was measured. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
}
