#!/usr/bin/env node
// node scripts/picture.mjs: docs/doctor.svg, a run of `addrinfo doctor` as a terminal shows it. In a sandbox, in which
// AAAA of one name is never answered. Linux, root or unprivileged user namespaces, script(1).

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const COLUMNS = 80;
const CLUSTER_DNS = '10.96.0.10';

/** For test/doctor/in-set-up.ts. */
const setUp = {
  name: 'the picture of the README',
  cause: 'aaaa-lost',
  args: ['api.internal'],
  shell: `ip addr add ${CLUSTER_DNS}/32 dev lo`,
  etc: {
    'resolv.conf': `nameserver ${CLUSTER_DNS}\nsearch default.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n`,
  },
  special: { [CLUSTER_DNS]: 'cluster-aaaa-silent' },
};

/** @returns {string} What the terminal got. */
function recorded() {
  const doctor = `${process.execPath} --import tsx test/doctor/in-set-up.ts '${JSON.stringify(setUp)}' 2>/dev/null`;
  const command = `stty cols ${COLUMNS} rows 60; ${doctor}`;
  const sandbox = [
    join(root, 'test/support/sandbox/sandbox.mjs'),
    '--fresh',
    '--',
    'script',
    '-qc',
    command,
    '/dev/null',
  ];
  return execFileSync(process.execPath, sandbox, { cwd: root, encoding: 'utf8', timeout: 120_000 });
}

/** Of a light and a dark page alike. */
const COLOURS = /** @type {Readonly<Record<string, string>>} */ ({
  31: 'fill="#ff7b72"',
  32: 'fill="#7ee787"',
  33: 'fill="#e3b341"',
  1: 'font-weight="bold"',
  2: 'fill="#8b949e"',
});
const WIDTH = 7.8;
const HEIGHT = 17;
const MARGIN = 14;

/** @param {string} text */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A line of the terminal as text of an SVG: each run of one style is a tspan. @param {string} line @param {number} at */
function drawn(line, at) {
  let style = '';
  let column = 0;
  let spans = '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are spoken to so.
  for (const part of line.split(/(\x1b\[\d*m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: likewise.
    const code = /^\x1b\[(\d*)m$/.exec(part)?.[1];
    if (code !== undefined) style = COLOURS[code] ?? '';
    else if (part !== '') {
      const x = (MARGIN + column * WIDTH).toFixed(1);
      // By the grid: blocks and letters of a font may differ in width.
      spans += `<tspan x="${x}" textLength="${(part.length * WIDTH).toFixed(1)}" ${style}>${escaped(part)}</tspan>`;
      column += part.length;
    }
  }
  const y = MARGIN + (at + 1) * HEIGHT;
  return spans === '' ? '' : `<text y="${y}">${spans}</text>`;
}

/** @param {string} text */
function svgOf(text) {
  const lines = [
    `$ npx addrinfo doctor ${setUp.args.join(' ')}`,
    ...text.replaceAll('\r', '').trimEnd().split('\n'),
  ];
  const width = Math.ceil(2 * MARGIN + COLUMNS * WIDTH);
  const height = 2 * MARGIN + (lines.length + 1) * HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>What addrinfo doctor says where AAAA answers are lost</title>',
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="#e6edf3" xml:space="preserve">',
    ...lines.map(drawn).filter((line) => line !== ''),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

writeFileSync(join(root, 'docs/doctor.svg'), svgOf(recorded()));
