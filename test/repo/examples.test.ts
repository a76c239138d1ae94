import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Resolver } from '../../src/index';
import { runNode } from '../support/child';
import { describeInSandbox, uniqueName } from '../support/sandbox/in-sandbox';

// Only glibc tells who answered.
const hasGlibc = Resolver.supports('timeout');

describeInSandbox('examples', () => {
  test('opentelemetry.mjs exports dns.lookup.duration of each lookup', async () => {
    const [good, bad] = [uniqueName('a-10-1-2-3'), uniqueName('nxdomain')];
    const { code, stdout, stderr } = await runNode(['examples/opentelemetry.mjs', good, bad]);
    expect([code, stderr]).toEqual([0, `getaddrinfo ENOTFOUND ${bad}\n`]);
    expect(stdout).toContain("name: 'dns.lookup.duration'");
    expect(stdout).toContain(`'dns.question.name': '${good}'`);
    expect(stdout).toContain("'error.type': 'ENOTFOUND'");
    expect(stdout).toContain("'addrinfo.attempts': 1");
    if (hasGlibc) expect(stdout).toContain("'addrinfo.nameserver': '127.0.0.1'");
    const buckets = /boundaries: \[([^\]]*)\]/
      .exec(stdout)?.[1]
      ?.match(/[\d.]+/g)
      ?.map(Number);
    expect(buckets).toEqual([0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]);
  });

  test('prometheus.mjs serves the counters of its resolver', async () => {
    const child = spawn(process.execPath, ['examples/prometheus.mjs'], {
      cwd: join(__dirname, '../..'),
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line]: unknown[] = await once(child.stdout.setEncoding('utf8'), 'data');
      const page = String(line).trim();
      const name = uniqueName('a-10-1-2-3.drop-first-1');
      const answer = await fetch(page.replace('metrics', `?host=${name}`));
      expect(await answer.text()).toBe('10.1.2.3');
      const metrics = await (await fetch(page)).text();
      expect(metrics).toContain('dns_lookup_hedge_wins_total 1');
      const lines = metrics.split('\n').filter((text) => text.includes(`dns_question_name="${name}"`));
      const all = lines.find((text) => text.startsWith('dns_lookup_duration_seconds_count'));
      expect(all).toMatch(/addrinfo_source="wire",addrinfo_attempts="[2-5]".*\} 1$/);
      if (hasGlibc) expect(all).toContain('addrinfo_nameserver="127.0.0.1"');
      expect(lines.some((text) => text.includes('le="7.5"') && text.endsWith(' 1'))).toBe(true);
      expect(metrics).toContain('dns_lookup_hedge_delay_seconds 0.3');
      if (hasGlibc) {
        expect(metrics).toContain('dns_lookup_nameserver_silent{addrinfo_nameserver="127.0.0.1"} 0');
        expect(metrics).toMatch(
          /dns_lookup_nameserver_answers_total\{addrinfo_nameserver="127.0.0.1"\} [1-9]/,
        );
      }
      expect(metrics).toMatch(/dns_lookup_threads [1-9]/);
    } finally {
      child.kill();
    }
  });
});
