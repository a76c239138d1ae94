import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// The kernel holds root to no number of threads: another user, who may still read this package wherever it lies. It
// counts those of all processes of that user, so each test file has its own.
const asAnotherUser = [
  'setpriv',
  `--reuid=${100_000 + process.pid}`,
  '--clear-groups',
  '--inh-caps=+dac_read_search',
  '--ambient-caps=+dac_read_search',
  '--bounding-set=+dac_read_search',
];

function isRealRoot(): boolean {
  return (
    process.getuid?.() === 0 && /^\s*0\s+0\s+4294967295/.test(readFileSync('/proc/self/uid_map', 'utf8'))
  );
}

const otherUser = (): readonly string[] => (isRealRoot() ? asAnotherUser : []);

/**
 * Runs a CommonJS script with the built package as `addrinfo`. Each `await step('x')` in it prints a line and goes on
 * when `at.x`, given the process's id, has returned: there the test takes resources away. Returns what `report` was
 * given.
 */
export async function runLimited(
  source: string,
  at: Readonly<Record<string, (pid: number) => void>>,
): Promise<Record<string, unknown>> {
  const prelude = `
    const addrinfo = require('./dist');
    const { writeSync, readSync } = require('node:fs');
    const step = async (name) => {
      writeSync(1, 'step ' + name + '\\n');
      readSync(0, Buffer.alloc(1));
    };
    const codeOf = (lookup) => lookup.then((address) => address, ({ errno, code, syscall, hostname, message }) =>
      ({ errno, code, syscall, hostname, message }));
    const report = (result) => { writeSync(1, 'report ' + JSON.stringify(result) + '\\n'); process.exit(0); };
  `;
  const script = `${prelude}(async () => {${source}})();`;
  const [file = '', ...args] = [...otherUser(), process.execPath, '-e', script];
  const child = spawn(file, args, { cwd: join(__dirname, '../..'), stdio: ['pipe', 'pipe', 'inherit'] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot run ${file}`);
  const timer = setTimeout(() => child.kill('SIGKILL'), 18_000);
  let unread = '';
  let result: Record<string, unknown> | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (unread + text).split('\n');
    unread = lines.pop() ?? '';
    for (const line of lines) {
      const [word, rest = ''] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
      if (word === 'report') result = JSON.parse(rest);
      if (word !== 'step') continue;
      at[rest]?.(pid);
      child.stdin.write('.');
    }
  });
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  if (code !== 0 || result === undefined) throw new Error(`the script ended with ${signal ?? code}`);
  return result;
}

/** Sets a soft limit of a process that {@link runLimited} runs. */
export function limit(pid: number, resource: 'nproc' | 'nofile', most: number): void {
  const [file = '', ...args] = [...otherUser(), 'prlimit', '--pid', String(pid), `--${resource}=${most}:`];
  execFileSync(file, args);
}
