import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { skipLab } from './requirements';
import { MODES, runInLab } from './run-in-lab';

describe.skipIf(skipLab())('the lab', () => {
  for (const mode of MODES) {
    test(`${mode} is up in seconds`, async () => {
      const bound = 10_000; // A tenth of a second where nothing else runs; the machine may be busy.
      let fastest = Infinity;
      for (let i = 0; i < 3 && fastest >= bound; i++) {
        fastest = Math.min(fastest, (await runInLab(mode, {}, ['true'])).bringUp);
      }
      expect(fastest).toBeLessThan(bound);
    });
  }

  test('a command in the pod resolves the services by short name, through the search list', async () => {
    const { stdout, counters } = await runInLab('ok', {}, ['getent', 'ahostsv4', 'redis']);
    expect(stdout).toContain('10.96.1.1');
    expect(counters).toMatchObject({ dropped: 0, queriesA: 1, queriesAaaa: 0 });
  });

  test('a name with both families answers with both', async () => {
    const { stdout } = await runInLab('ok', {}, ['getent', 'ahosts', 'dual']);
    expect(stdout).toContain('10.96.1.2');
    expect(stdout).toContain('fd00::2');
  });

  test('queries are counted by type for short names and long ones', async () => {
    const names = ['a.bc.', `${'x'.repeat(40)}.load.cluster.local.`];
    for (const name of names) {
      const { counters } = await runInLab('ok', {}, ['getent', 'ahosts', name]);
      expect(counters).toMatchObject({ queriesA: 1, queriesAaaa: 1 });
    }
  });

  test('every subdomain of load.cluster.local has one address, and no AAAA', async () => {
    const { stdout } = await runInLab('ok', {}, ['getent', 'ahosts', 'n17.load.cluster.local.']);
    expect(stdout.split('\n').filter((line) => line.includes('STREAM'))).toEqual([
      expect.stringContaining('10.96.1.3'),
    ]);
  });

  test('the exit code and the output of the command are handed on', async () => {
    const result = await runInLab('ok', {}, ['sh', '-c', 'echo out; echo err >&2; exit 7']);
    expect(result).toMatchObject({ exitCode: 7, stdout: 'out\n', stderr: 'err\n' });
  });

  test('resolv.conf holds the nameservers and options asked for', async () => {
    const options = { nameservers: ['10.96.0.66', '10.96.0.10'], resolvOptions: 'ndots:2 timeout:1' };
    const { stdout } = await runInLab('ok', options, ['cat', '/etc/resolv.conf']);
    expect(stdout.trim().split('\n')).toEqual([
      'nameserver 10.96.0.66',
      'nameserver 10.96.0.10',
      'search ns.svc.cluster.local svc.cluster.local cluster.local',
      'options ndots:2 timeout:1',
    ]);
  });

  test('answerDelay holds every answer that long', async () => {
    const started = Date.now();
    await runInLab('ok', { answerDelay: 300 }, ['getent', 'ahostsv4', 'redis']);
    expect(Date.now() - started).toBeGreaterThanOrEqual(300);
  });

  test('a rate above 100 rejects and names the value', async () => {
    await expect(runInLab('loss', { rate: 101 }, ['true'])).rejects.toThrow(
      'rate must be above 0 and at most 100',
    );
  });

  test('nothing is left behind: processes, mounts, interfaces, resolv.conf', async () => {
    const before = machine();
    const marker = '86397.1';
    await runInLab('legacy', {}, ['sh', '-c', `sleep ${marker} & true`]);
    await sleep(100);
    expect(processesOf(marker)).toEqual([]);
    expect(machine()).toEqual(before);
  });

  test('a lab killed at its timeout rejects and leaves no process', async () => {
    const marker = '86397.2';
    const { bringUp } = await runInLab('ok', {}, ['true']);
    const timeout = 1000 + 3 * bringUp;
    await expect(runInLab('ok', { timeout }, ['sleep', marker])).rejects.toThrow('was killed');
    await sleep(100);
    expect(processesOf(marker)).toEqual([]);
  });
});

function machine(): unknown {
  return {
    mounts: readFileSync('/proc/self/mounts', 'utf8'),
    interfaces: Object.keys(networkInterfaces()),
    resolvConf: readFileSync('/etc/resolv.conf', 'utf8'),
  };
}

/** Command lines with `marker` in them, of processes that are not mere zombies. */
function processesOf(marker: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => commandLine(pid))
    .filter((line) => line.includes(marker));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return ''; // ended meanwhile
  }
}
