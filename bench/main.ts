import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { ratiosOf, readBounds, violations } from './bounds';
import { startFastServer } from './fast-server';
import { buildLimit } from './limit-program';
import { thisMachine } from './machine';
import { buildContenderMain } from './processes';
import { Progress } from './progress';
import { json, type Report, terminal, writeReport } from './report';
import { runScenarios } from './runner';
import { isScenarioName, SCENARIOS, type ScenarioName } from './scenarios/index';

const USAGE = `usage: npm run bench -- [options]

Compares the ways a Node program resolves a name, and writes bench/report/ (of a part: bench/report/partial/).
  --quick          the contenders and cases of bounds.json, in fewer rounds: at most 150 s
  --only SCENARIO  this scenario; may be repeated
  --host NAME      on your network, with your name: outside the sandbox, 200 lookups each
  --check          exit with 1 where a ratio of bounds.json is worse than its "check"
  --json           print results.json to stdout instead of tables

scenarios: ${Object.keys(SCENARIOS).join(', ')}`;

interface Options {
  readonly quick: boolean;
  readonly only: readonly ScenarioName[];
  readonly host: string | undefined;
  readonly check: boolean;
  readonly json: boolean;
}

class UsageError extends Error {}

function readOptions(): Options | undefined {
  let values: ReturnType<typeof parse>;
  try {
    values = parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : inspect(error));
  }
  if (values.help) return undefined;
  const only = values.only.map((name) => {
    if (!isScenarioName(name)) throw new UsageError(`--only: there is no scenario ${inspect(name)}`);
    return name;
  });
  if (values.host === '') throw new UsageError('--host: a name is needed');
  if (values.host !== undefined && (values.check || only.length > 0)) {
    throw new UsageError('--host goes with neither --only nor --check');
  }
  return { ...values, host: values.host, only };
}

function parse() {
  return parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      host: { type: 'string' },
      check: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
}

/** The same command in a sandbox of its own; its exit code. */
async function inSandbox(): Promise<number> {
  const sandbox = join(__dirname, '..', 'test', 'support', 'sandbox', 'sandbox.mjs');
  const again = [process.execPath, '--import', 'tsx', __filename, ...process.argv.slice(2)];
  const child = spawn(process.execPath, [sandbox, '--query-log', 'off', '--', ...again], {
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}

function namesOf({ quick, only, host }: Options): ScenarioName[] {
  if (host !== undefined) return ['host'];
  if (only.length > 0) return [...only];
  const bounded = new Set(readBounds().map(({ scenario }) => scenario));
  return Object.keys(SCENARIOS)
    .filter(isScenarioName)
    .filter((name) => name !== 'host' && (!quick || bounded.has(name)));
}

async function measure(options: Options): Promise<Report> {
  const { quick, host } = options;
  const machine = thisMachine();
  const begun = performance.now();
  const progress = new Progress();
  await buildContenderMain();
  const limit = await buildLimit().then(
    () => true,
    (error: unknown) => {
      console.error(`without the C program: ${error instanceof Error ? error.message : inspect(error)}`);
      return false;
    },
  );
  const server = host === undefined ? await startFastServer() : undefined;
  try {
    const run = {
      quick,
      limit,
      glibc: machine.libc.startsWith('glibc'),
      ...(host !== undefined && { host }),
    };
    const scenarios = await runScenarios(namesOf(options), run, progress);
    return {
      machine,
      fastServer: server?.description ?? 'your own',
      quick,
      ...(host !== undefined && { host }),
      minutes: Math.round((performance.now() - begun) / 6000) / 10,
      ratios: ratiosOf(scenarios),
      scenarios,
    };
  } finally {
    progress.end();
    await server?.stop();
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) {
    console.log(USAGE);
    return 0;
  }
  if (options.host === undefined && process.env['ADDRINFO_SANDBOX'] === undefined) {
    const reason = process.env['ADDRINFO_NO_SANDBOX'];
    if (reason === undefined) return inSandbox();
    throw new Error(`the benchmark needs the sandbox (${reason}); --host NAME does without`);
  }
  const report = await measure(options);
  const whole = !options.quick && options.only.length === 0 && options.host === undefined;
  const dir = join(__dirname, 'report', ...(whole ? [] : ['partial']));
  await writeReport(dir, report);
  if (options.json) console.log(json(report));
  else console.log(terminal(report));
  console.error(`report: ${join(dir, 'report.md')}`);

  if (!options.check) return 0;
  const failed = violations(report.ratios);
  for (const line of failed) console.error(`bench:check: ${line}`);
  return failed.length === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (error instanceof UsageError) console.error(`${error.message}\n\n${USAGE}`);
    else console.error(error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
