import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CheckReport, type Report } from '../wire/cli/examine';
import { skipLab } from './requirements';
import { type LabResult, type Mode, type RunOptions, runInLab } from './run-in-lab';

const ROOT = join(__dirname, '..', '..');

interface Examined extends LabResult {
  readonly report: Report;
}

/** The doctor in the pod of a lab; its own output, for machines. `by`: the command that runs it. */
async function examineIn(
  mode: Mode,
  options: RunOptions,
  args: readonly string[],
  by: readonly string[] = [],
): Promise<Examined> {
  const doctor = [process.execPath, 'dist/cli/main.js', 'doctor', '--json', ...args];
  const result = await runInLab(mode, { ...options, cwd: ROOT }, [...by, ...doctor]);
  const report: Report = JSON.parse(result.stdout);
  return { ...result, report };
}

/**
 * The doctor while its probes lose the race. It sends from CPU 0, with many rules to go through: there the
 * AAAA packet meets the A packet that the lab has handed to CPU 1. The kernel decides how often; so up to
 * four labs.
 */
async function examineRace(mode: 'legacy' | 'clash'): Promise<Examined> {
  const counter = mode === 'legacy' ? 'dropped' : 'clashResolve';
  let examined: Examined | undefined;
  for (let run = 0; run < 4; run += 1) {
    const onCpu0 = ['taskset', '--cpu-list', '0'];
    examined = await examineIn(mode, { services: 20_000 }, ['--for', '12s', 'redis'], onCpu0);
    // Where the kernel loses packets, they are to be of lookups, not of the doctor's own questions.
    const isMet = mode === 'clash' || examined.report.hosts[0]?.cause === 'conntrack-race';
    if (isMet && examined.counters[counter] > 0) return examined;
  }
  throw new Error(`no race in four labs: ${JSON.stringify(examined?.counters)}`);
}

function isFinding({ status }: CheckReport): boolean {
  return status === 'warn' || status === 'fail';
}

const checkNamed = ({ report }: Examined, name: string): CheckReport | undefined =>
  report.checks.find(({ id }) => id === name);

describe.skipIf(skipLab())('addrinfo doctor in the lab', () => {
  test('in a healthy pod finds nothing', async () => {
    const examined = await examineIn('ok', {}, ['--for', '3s', 'redis', 'dual']);
    expect(examined.report.checks.filter(isFinding)).toEqual([]);
    expect(examined.exitCode).toBe(0);
    expect(checkNamed(examined, 'environment')?.summary).toContain('a Kubernetes pod');
    const { queriesA, queriesAaaa } = examined.counters;
    expect(queriesA + queriesAaaa).toBeLessThanOrEqual(examined.report.queries);
  });

  test('after its remedy single-request-reopen finds no race', async () => {
    const { report } = await examineIn(
      'legacy',
      { services: 20_000, resolvOptions: 'ndots:5 single-request-reopen' },
      ['--for', '12s', 'redis'],
      ['taskset', '--cpu-list', '0'],
    );
    expect([report.hosts[0]?.cause, report.hosts[0]?.both.stalled]).toEqual([null, 0]);
  });

  test('finds the conntrack race by its stalls, and counts the clashes on the node', async () => {
    const examined = await examineRace('legacy');
    const [host] = examined.report.hosts;
    expect(host?.cause).toBe('conntrack-race');
    expect(host?.both.stalled).toBeGreaterThan(0);
    expect(host?.both.stalled).toBeLessThanOrEqual(examined.counters.dropped);
    expect([host?.a.stalled, host?.aaaa.stalled]).toEqual([0, 0]);
    expect(checkNamed(examined, 'conntrack')).toMatchObject({
      status: 'warn',
      summary: `conntrack on the node had ${examined.counters.clashResolve} clashes while the lookups ran (clash_resolve)`,
    });
    expect(examined.report.remedies.flatMap(({ ids }) => ids)).toEqual(
      expect.arrayContaining(['lookup4', 'dns-config-single-request']),
    );
    const { queriesA, queriesAaaa } = examined.counters;
    expect(queriesA + queriesAaaa).toBeLessThanOrEqual(500);
  });

  test('clashes that the kernel rescues are told, and are no finding', async () => {
    const examined = await examineRace('clash');
    const conntrack = checkNamed(examined, 'conntrack');
    expect(conntrack?.status).toBe('ok');
    expect(conntrack?.evidence.join()).toMatch(/the node: insert_failed \+0, clash_resolve \+[1-9]/);
    expect(examined.report.checks.filter(isFinding)).toEqual([]);
  });

  test('tells 5 % loss from the race', async () => {
    // What is lost of some fifty questions is chance: none in one run, one and its repetition in another.
    const causes: unknown[] = [];
    for (let run = 0; run < 3 && !causes.includes('packet-loss'); run += 1) {
      const examined = await examineIn('loss', { resolvOptions: 'ndots:5 timeout:1' }, ['redis']);
      causes.push(examined.report.hosts[0]?.cause);
    }
    expect(causes).toContain('packet-loss');
    expect(causes).not.toContain('conntrack-race');
  });

  test('in a pod that does not see the node says that the counters are elsewhere', async () => {
    // Process 1 of a container is its own: here, unlike in the lab's pod, none of the node's.
    const inside = ['unshare', '--pid', '--fork', '--mount-proc'];
    const examined = await examineIn('ok', {}, ['--for', '1s', 'redis'], inside);
    expect(checkNamed(examined, 'conntrack')).toMatchObject({
      status: 'skip',
      summary: expect.stringContaining("the counters that matter are the node's"),
    });
  });
});
