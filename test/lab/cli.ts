import { inspect, parseArgs } from 'node:util';
import { type Baseline, type BaselineLoad, runBaseline } from './baseline';
import { labObstacle } from './requirements';
import { type LabOptions, MODES, type Mode, runInLab } from './run-in-lab';

const USAGE = `usage: node test/lab/lab.mjs MODE [options] -- COMMAND...

Runs COMMAND in the pod; without one, getaddrinfo's own baseline (A and AAAA, then A alone).
MODE: ${MODES.join(', ')} (README.md tells them apart)
  --rate PERCENT              packets lost, of those the mode is about
  --services N                rules of other services ahead of ours
  --answer-delay MS           how long each answer is held back
  --nameserver ADDRESS        resolv.conf's nameserver; may be repeated
  --resolv-options 'WORDS'    resolv.conf's options line
  --conntrack-timeout SECONDS how long conntrack remembers a UDP flow`;

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : inspect(error));
    process.exitCode = 1;
  },
);

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      rate: { type: 'string' },
      services: { type: 'string' },
      'answer-delay': { type: 'string' },
      nameserver: { type: 'string', multiple: true },
      'resolv-options': { type: 'string' },
      'conntrack-timeout': { type: 'string' },
    },
  });
  const [word, ...command] = positionals;
  const mode = MODES.find((name) => name === word);
  if (values.help === true || mode === undefined) {
    console.error(USAGE);
    return values.help === true ? 0 : 2;
  }
  const obstacle = labObstacle();
  if (obstacle !== undefined) throw new Error(`the lab cannot run: ${obstacle}`);

  const options: LabOptions = {
    ...number('rate', values.rate),
    ...number('services', values.services),
    ...number('answerDelay', values['answer-delay']),
    ...number('conntrackTimeout', values['conntrack-timeout']),
    ...(values.nameserver && { nameservers: values.nameserver }),
    ...(values['resolv-options'] !== undefined && { resolvOptions: values['resolv-options'] }),
  };
  return command.length === 0 ? compare(mode, options) : run(mode, options, command);
}

async function run(mode: Mode, options: LabOptions, command: readonly string[]): Promise<number> {
  process.on('SIGINT', () => {}); // meant for the command, which has it too; the lab ends when it does
  const result = await runInLab(mode, { ...options, stdio: 'inherit', timeout: 0 }, command);
  console.error(`lab: up in ${result.bringUp} ms`, result.counters);
  return result.exitCode;
}

async function compare(mode: Mode, options: LabOptions): Promise<number> {
  for (const family of ['unspec', 'inet'] satisfies BaselineLoad['family'][]) {
    const baseline = await runBaseline(mode, options, { family, threads: 20, lookups: 100 });
    console.log(`getaddrinfo ${family}: ${summary(baseline)}`, baseline.counters);
  }
  return 0;
}

function summary({ lookups, failed, latencies }: Baseline): string {
  const sorted = latencies.toSorted((a, b) => a - b);
  const percentile = (p: number): string => (sorted[Math.ceil((p / 100) * lookups) - 1] ?? 0).toFixed(1);
  const stalls = latencies.filter((latency) => latency >= 1000).length;
  const [median, tail, max] = [percentile(50), percentile(99), percentile(100)];
  const counts = `${lookups} lookups, ${failed} failed, ${stalls} took a second or more`;
  return `${counts}; ms p50 ${median} p99 ${tail} max ${max}`;
}

function number(name: keyof LabOptions, value: string | undefined): LabOptions {
  if (value === undefined) return {};
  const parsed = Number(value);
  if (!(parsed >= 0)) throw new Error(`${name} must be a number from 0 up, got ${inspect(value)}`);
  return { [name]: parsed };
}
