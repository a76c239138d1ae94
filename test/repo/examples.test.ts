import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runNode } from '../support/child';
import { describeInSandbox, uniqueName } from '../support/sandbox/in-sandbox';

describeInSandbox('examples', () => {
  test('opentelemetry.mjs exports dns.lookup.duration of each lookup', async () => {
    const [good, bad] = [uniqueName('a-10-1-2-3'), uniqueName('nxdomain')];
    const { code, stdout, stderr } = await runNode(['examples/opentelemetry.mjs', good, bad]);
    expect([code, stderr]).toEqual([0, `getaddrinfo ENOTFOUND ${bad}\n`]);
    expect(stdout).toContain("name: 'dns.lookup.duration'");
    expect(stdout).toContain(`'dns.question.name': '${good}'`);
    expect(stdout).toContain("'error.type': 'ENOTFOUND'");
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
      const answer = await fetch(page.replace('metrics', `?host=${uniqueName('a-10-1-2-3.drop-first-1')}`));
      expect(await answer.text()).toBe('10.1.2.3');
      const metrics = await (await fetch(page)).text();
      expect(metrics).toContain('dns_lookup_hedge_wins_total 1');
      expect(metrics).toContain('dns_lookup_duration_seconds_count{source="wire",code="ok"} 1');
      expect(metrics).toMatch(/dns_lookup_threads [1-9]/);
    } finally {
      child.kill();
    }
  });
});
