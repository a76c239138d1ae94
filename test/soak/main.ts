// npm run test:more -- soak [--minutes N]
//
// An hour, or N minutes, of mixed load (lanes.mjs) with faults, on a process of its own (load.mjs) in the sandbox; a row a
// minute, and exit code 1 on a trend (trend.ts) or where a lookup ended as it must not.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { restoreEtc, writeResolvConf } from '../support/sandbox/etc-files';
import { inSandbox, noSandboxReason } from '../support/sandbox/fresh-sandbox';
import { type Sample, trend } from './trend';

interface Report extends Sample {
  readonly mostPending: number;
  readonly lookups: number;
  readonly failed: number;
  /** Failed, where only a starved machine explains it. */
  readonly unexpected: number;
  readonly problems: readonly string[];
}

/** All of them lead to an answer, one past a nameserver that is not there. No use-vc: libc waits for ever then. */
const RESOLV_CONFS = [
  'nameserver 127.0.0.1',
  'nameserver 127.0.0.1\noptions timeout:1 attempts:3 rotate',
  'search one.test two.test\nnameserver 127.0.0.1\noptions ndots:2 single-request',
  'nameserver 127.0.0.9\nnameserver 127.0.0.1\noptions timeout:1',
  'nameserver 127.0.0.1\nnameserver ::1\noptions edns0',
];

function minutesOf(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0)) throw new TypeError(`--minutes must be a number above 0, got ${text}`);
  return minutes;
}

async function editResolvConf(signal: AbortSignal): Promise<void> {
  for (let edit = 0; !signal.aborted; edit += 1) {
    writeResolvConf(RESOLV_CONFS[edit % RESOLV_CONFS.length] ?? '');
    await sleep(700, undefined, { signal }).catch(() => {});
  }
  restoreEtc();
}

function row(...cells: readonly (string | number)[]): void {
  console.log(cells.map((cell) => String(cell).padStart(11)).join(''));
}

function print(
  minute: number,
  { rss, threads, fds, lookups, failed, pending }: Report,
  mostPending: number,
): void {
  row(minute, lookups, failed, rss.toFixed(1), threads, fds, `${mostPending} / ${pending}`);
}

/**
 * Runs the load, and prints. V8's young generation is kept small and libc's heap in one piece: at their usual sizes they
 * take and give back tens of MiB by chance, in which no leak would be seen.
 *
 * @returns the samples from after the warm-up, and the problems that lanes met
 */
async function soak(minutes: number): Promise<{ samples: readonly Report[]; problems: readonly string[] }> {
  const length = minutes * 60_000;
  const period = Math.min(15, Math.max(2, (minutes * 60) / 12));
  const child = fork(join(__dirname, 'load.mjs'), [String(period)], {
    execArgv: ['--expose-gc', '--max-semi-space-size=1'],
    env: { ...process.env, MALLOC_ARENA_MAX: '1' },
  });
  const edits = new AbortController();
  const editing = editResolvConf(edits.signal);
  const begun = performance.now();
  const samples: Report[] = [];
  const problems: string[] = [];
  let mostPending = 0;
  let minute = 0;
  child.on('message', (report: Report) => {
    const elapsed = performance.now() - begun;
    problems.push(...report.problems);
    mostPending = Math.max(mostPending, report.mostPending);
    if (elapsed > length / 4) samples.push(report);
    if (elapsed >= (minute + 1) * 60_000 || elapsed >= length) {
      minute = Math.floor(elapsed / 60_000);
      print(minute, report, mostPending);
      mostPending = 0;
    }
    child.send(elapsed >= length ? 'end' : 'on');
  });
  const [code, signal] = await once(child, 'exit');
  edits.abort();
  await editing;
  if (code !== 0) problems.push(`the process ended with ${signal ?? `exit code ${code}`}`);
  return { samples, problems };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } });
  const minutes = minutesOf(values.minutes);
  if (!inSandbox) throw new Error(`the soak needs its sandbox: ${noSandboxReason}`);
  // In a short run V8 still compiles, and learns types: RSS takes a step of 6 to 9 MiB once, late where the
  // machine is busy. 100 bytes lost with each lookup are as much.
  const mostGrown = minutes < 10 ? 10 : 2;

  row('minute', 'lookups', 'failed', 'RSS MiB', 'threads', 'fds', 'pending');
  const { samples, problems } = await soak(minutes);
  const { grown, faults } = trend(samples, mostGrown);
  const { lookups = 0, unexpected = 0 } = samples.at(-1) ?? {};
  const found = [...new Set(problems), ...faults];
  if (samples.length < 3) found.push(`only ${samples.length} samples: too few to tell a trend`);
  if (unexpected * 20 > lookups) found.push(`${unexpected} of ${lookups} lookups failed that should not`);
  console.log(
    `\n${lookups} lookups, ${unexpected} of them lost to the load; RSS ${grown.toFixed(2)} MiB from the first third of` +
      ` ${samples.length} samples to the last (at most ${mostGrown})`,
  );
  for (const what of found.slice(0, 20)) console.log(`FAILED  ${what}`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

void main();
