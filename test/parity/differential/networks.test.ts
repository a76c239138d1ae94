import { expect, test } from 'vitest';
import { describeInSandbox, runInFreshSandbox } from '../../support/sandbox/in-sandbox';

describeInSandbox('dns.lookup and ours side by side', () => {
  test.each([
    ['without IPv6', { ipv6: false }],
    ['with loopback addresses only', { loopbackOnly: true }],
  ])(
    'on a host %s, all differences of the default families are documented',
    async (_host, network) => {
      const command = ['node', '--import', 'tsx', 'test/parity/differential/compare-main.ts'];
      const { stdout, stderr } = await runInFreshSandbox(command, { ...network, timeout: 100_000 });
      expect(stderr).toBe('');
      const { found, unexplained } = JSON.parse(stdout);
      expect(unexplained).toEqual([]);
      expect(found).toBeGreaterThan(100);
    },
    120_000,
  );
});
