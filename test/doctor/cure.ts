// Applies a remedy of a report as whoever reads it would, and runs the command that is to show whether it helped.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Finished, runProgram } from '../support/child';
import { writeEtc } from '../support/sandbox/etc-files';
import type { SetUp } from './set-up';

/** A remedy, as the doctor's JSON has it. */
export interface RemedyReport {
  readonly ids: readonly string[];
  readonly paste: string;
  readonly language: string;
  readonly check: string;
}

/** What the doctor has said. */
export interface Prescription {
  readonly cause: string;
  readonly remedy: RemedyReport;
  /** libc's first timeout, in ms. */
  readonly wait: number;
}

/** The problems that are left: none, if it cures. */
export interface Outcome {
  readonly problems: readonly string[];
}

const ROOT = join(__dirname, '../..');
/** The server of the sandbox: it answers. */
const GOOD = '127.0.0.1';
const ENDS = 30_000;

/** A folder with the package installed, and with the programs that pastes and checks name. */
function appFolder(env: NodeJS.ProcessEnv): string {
  const app = mkdtempSync(join(tmpdir(), 'addrinfo-app-'));
  const bin = join(app, 'bin');
  mkdirSync(bin);
  mkdirSync(join(app, 'node_modules'));
  symlinkSync(ROOT, join(app, 'node_modules', 'addrinfo'));
  const script = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  // The package is there: nothing is to be fetched.
  script('npm', 'exit 0');
  script(
    'npx',
    `if [ "$1" = --yes ]; then shift; fi\nshift\nexec "${process.execPath}" "${ROOT}/dist/cli/main.js" "$@"`,
  );
  // As `kubectl exec POD --`, `docker exec CONTAINER` and `docker run --rm --dns ADDRESS IMAGE` run what follows.
  script('kubectl', 'shift 3\nexec "$@"');
  script(
    'docker',
    'case $1 in exec) shift 2 ;; run) shift; while [ $# -gt 0 ]; do case $1 in --rm) shift ;; --*) shift 2 ;; *) shift; break ;; esac; done ;; esac\nexec "$@"',
  );
  const resolvectl = env['ADDRINFO_RESOLVECTL'];
  if (resolvectl !== undefined) {
    script(
      'resolvectl',
      `LD_LIBRARY_PATH=$LD_LIBRARY_PATH:$LD_LIBRARY_PATH/systemd exec "${resolvectl}" "$@"`,
    );
  }
  writeFileSync(join(app, 'app.js'), '');
  return app;
}

interface ResolvConf {
  readonly nameservers?: readonly string[] | undefined;
  readonly search?: readonly string[] | undefined;
  readonly options?: readonly string[] | undefined;
}

/** resolv.conf as kubelet or Docker writes it anew: what is not given stays. */
function rewriteResolvConf({ nameservers, search, options = [] }: ResolvConf, whole = false): void {
  const lines = readFileSync('/etc/resolv.conf', 'utf8').split('\n');
  const words = (keyword: string): string[] =>
    lines.filter((line) => line.startsWith(`${keyword} `)).flatMap((line) => line.split(/\s+/).slice(1));
  const given = options.map((option) => option.split(':')[0]);
  const before = whole ? [] : words('options').filter((word) => !given.includes(word.split(':')[0]));
  const domains = (search ?? (whole ? [] : words('search'))).filter((domain) => domain !== '.');
  const all = [...before, ...options];
  writeEtc(
    'resolv.conf',
    [
      ...(nameservers ?? words('nameserver')).map((address) => `nameserver ${address}`),
      ...(domains.length === 0 ? [] : [`search ${domains.join(' ')}`]),
      ...(all.length === 0 ? [] : [`options ${all.join(' ')}`]),
    ].join('\n'),
  );
}

interface PodSpec {
  readonly dnsPolicy?: string;
  readonly dnsConfig?: {
    readonly nameservers?: readonly string[];
    readonly searches?: readonly string[];
    readonly options?: readonly { readonly name: string; readonly value?: string }[];
  };
  readonly containers?: readonly {
    readonly env: readonly { readonly name: string; readonly value: string }[];
  }[];
}

const inPod = (paste: string): PodSpec => parse(paste).spec;

function applyToPod(paste: string): void {
  const { dnsPolicy, dnsConfig = {} } = inPod(paste);
  const options = (dnsConfig.options ?? []).map(({ name, value }) =>
    value === undefined ? name : `${name}:${value}`,
  );
  rewriteResolvConf(
    { nameservers: dnsConfig.nameservers, search: dnsConfig.searches, options },
    dnsPolicy === 'None',
  );
}

function applyToDocker(paste: string): void {
  const [command = ''] = paste.split('\n');
  const flags = (name: string): string[] =>
    [...command.matchAll(new RegExp(`${name} (\\S+)`, 'g'))].flatMap(([, value]) => value ?? []);
  const [nameservers, search] = [flags('--dns'), flags('--dns-search')];
  rewriteResolvConf({
    nameservers: nameservers.length === 0 ? undefined : nameservers,
    search: search.length === 0 ? undefined : search,
    options: flags('--dns-option'),
  });
}

type Shell = (command: string) => Promise<Pick<Finished, 'code' | 'stdout' | 'stderr'>>;

/** Changes what the paste changes. */
async function apply(remedy: RemedyReport, shell: Shell): Promise<string[]> {
  const { language } = remedy;
  const paste = remedy.paste.replaceAll('ADDRESS', GOOD).replaceAll('LINK', 'sandbox0');
  if (language === 'yaml') applyToPod(paste);
  else if (paste.startsWith('docker run')) applyToDocker(paste);
  else if (language === 'sh' && !paste.startsWith('RES_OPTIONS=')) {
    const { code, stderr } = await shell(paste);
    if (code !== 0) return [`the paste ends with ${code}: ${stderr}`];
  }
  return [];
}

/** Twelve lookups of an application, and the ms that each took; of one that fails, the message. */
const TWELVE = `
(async () => {
  const { setTimeout: sleep } = require('node:timers/promises');
  const one = () => new Promise((resolve) => {
    const begun = performance.now();
    lookup(HOST, (error) => resolve(error ? error.message : performance.now() - begun));
  });
  const out = [];
  if (PRIMED) await one();
  for (let n = 0; n < 12; n += 1) { out.push(one()); await sleep(60); }
  console.log(JSON.stringify(await Promise.all(out)));
  process.exit(0);
})();`;

/** So many may be slow: lost twice, or on a machine that is busy. Where AAAA is slow, all of them would be. */
const mostSlow = (cause: string): number => (cause === 'aaaa-slow' ? 4 : 1);

function slownessOf(text: string, limit: number, most: number): string[] {
  const took: readonly (number | string)[] = JSON.parse(text);
  const failed = took.filter((each) => typeof each === 'string');
  const slow = took.filter((each) => typeof each === 'number' && each > limit);
  return [
    ...(failed.length === 0 ? [] : [`${failed.length} of ${took.length} lookups fail: ${failed[0]}`]),
    ...(slow.length <= most
      ? []
      : [`${slow.length} of ${took.length} lookups take more than ${limit} ms: ${slow.join(' ')}`]),
  ];
}

/** In an application: the code is run as it stands, or Node is started as it says. */
async function runCode(
  { ids, paste, language }: RemedyReport,
  host: string,
  limit: number,
  most: number,
  app: string,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const settings = `const HOST = ${JSON.stringify(host)}, PRIMED = ${ids.includes('cache')};\n`;
  // What the code hands `lookup` to.
  const clients =
    'const url = "", onResponse = () => {}, http = { get() {} }, fetch = () => {}, undici = { Agent: class {}, setGlobalDispatcher() {} };\n';
  const isRegister = ids.includes('register');
  const script = `${settings}${isRegister ? "const { lookup } = require('node:dns');\n" : clients + paste}${TWELVE}`;
  writeFileSync(join(app, 'app.js'), script);
  let finished: { readonly stdout: string; readonly stderr: string };
  if (isRegister && language === 'sh' && !paste.includes('docker run')) {
    finished = await runProgram('sh', ['-ec', paste], { cwd: app, env, timeout: ENDS });
  } else {
    const value = isRegister
      ? language === 'yaml'
        ? inPod(paste).containers?.[0]?.env[0]?.value
        : /NODE_OPTIONS="(.*?)"/.exec(paste)?.[1]
      : '';
    if (value === undefined) return [`no NODE_OPTIONS in ${paste}`];
    const options = `${env['NODE_OPTIONS'] ?? ''} ${value.replace('/app/', `${app}/`)}`;
    // From another folder: in a pod, Node may start anywhere.
    finished = await runProgram(process.execPath, [join(app, 'app.js')], {
      cwd: '/',
      env: { ...env, NODE_OPTIONS: options },
      timeout: ENDS,
    });
  }
  if (!finished.stdout.startsWith('['))
    return [`the code does not run: ${finished.stdout}${finished.stderr}`];
  return slownessOf(finished.stdout, limit, most);
}

interface Report {
  readonly cause: string | null;
  readonly verdict: string;
}

/** The command that shows it: a doctor without the fault, or a lookup that is quick. */
async function runCheck(
  check: string,
  { remains = [] }: SetUp,
  limit: number,
  shell: Shell,
): Promise<string[]> {
  const command = check.replace(/ \(.*\)$/, '').replaceAll('ADDRESS', GOOD);
  if (command.includes('addrinfo doctor')) {
    const asked = command.replace('addrinfo doctor', 'addrinfo doctor --json --for 3s');
    const { code, stdout, stderr } = await shell(asked);
    if (!stdout.startsWith('{')) return [`the check gives no report (${code}): ${stdout}${stderr}`];
    const report: Report = JSON.parse(stdout);
    const isGone = report.cause === null || remains.includes(report.cause);
    return isGone ? [] : [`the fault is still there: ${report.cause}: ${report.verdict}`];
  }
  // On a busy machine a process may take its time to start: whoever reads it would look again.
  let quickest = Infinity;
  for (let at = 0; at < 3 && quickest > limit; at += 1) {
    const { code, stdout, stderr } = await shell(command);
    if (code !== 0) return [`the check ends with ${code}: ${stderr}`];
    // `HOST 3.123 ms`, `lookup: 3.1ms`, `again: 1.234s`; getent says none.
    const [, number = '0', unit = 'ms'] =
      /(?: |: )(\d+(?:\.\d+)?) ?(ms|s)(?: \(.*\))?\s*$/.exec(stdout + stderr) ?? [];
    quickest = Math.min(quickest, Number(number) * (unit === 's' ? 1000 : 1));
  }
  return quickest <= limit ? [] : [`the check takes ${quickest} ms`];
}

const IN_CODE = ['lookup4', 'register', 'hedge', 'cache', 'resolv-nameservers'];
const AT_THE_SERVERS = ['server-nodata', 'open-tcp'];

/** Applies a remedy in the set-up that this process is in, and looks again. */
export async function tryRemedy(
  setUp: SetUp,
  { cause, remedy, wait }: Prescription,
  env: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const app = appFolder(env);
  const own = { ...env, PATH: `${join(app, 'bin')}:${env['PATH'] ?? ''}` };
  const inApp: Shell = (command) =>
    runProgram('sh', ['-c', command], { cwd: app, env: own, timeout: 90_000 });
  const [host = ''] = setUp.args;
  const limit = cause === 'aaaa-slow' ? 300 : Math.min(900, wait * 0.9);
  const isCode = remedy.ids.some((id) => IN_CODE.includes(id));
  const isDone = isCode || remedy.ids.some((id) => AT_THE_SERVERS.includes(id));
  const problems = isCode
    ? await runCode(remedy, host, limit, mostSlow(cause), app, own)
    : isDone
      ? []
      : await apply(remedy, inApp);
  // A pod's or a container's environment is that of the command which is run in it.
  const register = remedy.ids.includes('register') && /^(?:kubectl|docker) /.test(remedy.check);
  const options = `${env['NODE_OPTIONS'] ?? ''} --import ${app}/node_modules/addrinfo/dist/register.js`;
  const checkShell: Shell = register ? (command) => inApp(`NODE_OPTIONS='${options}' ${command}`) : inApp;
  return { problems: [...problems, ...(await runCheck(remedy.check, setUp, limit, checkShell))] };
}
