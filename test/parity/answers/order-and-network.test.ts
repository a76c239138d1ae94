import { getDefaultResultOrder, setDefaultResultOrder } from 'node:dns';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../../support/child';
import { describeInSandbox, runInFreshSandbox, uniqueName } from '../../support/sandbox/in-sandbox';
import { EVERY_FAMILIES, look } from './look';

const BOTH = 'a-10-53-0-1.aaaa-fd53--1';

describeInSandbox('order ipv6first', () => {
  test.each(EVERY_FAMILIES)('lookup (%s) with that option gives the IPv6 address first', async (families) => {
    const { addresses } = await look({ families }, uniqueName(BOTH), { order: 'ipv6first' });
    expect(addresses).toEqual(['fd53::1', '10.53.0.1']);
  });

  test.each(EVERY_FAMILIES)('lookup (%s) after setDefaultResultOrder gives it first', async (families) => {
    const before = getDefaultResultOrder();
    onTestFinished(() => setDefaultResultOrder(before));
    setDefaultResultOrder('ipv6first');
    expect((await look({ families }, uniqueName(BOTH))).addresses).toEqual(['fd53::1', '10.53.0.1']);
  });

  test('lookup under register with --dns-result-order=ipv6first gives it first', async () => {
    const flags = ['--dns-result-order=ipv6first', '--require', 'addrinfo/register'];
    const source = `require('node:dns').lookup('${uniqueName(BOTH)}', (error, address) => console.log(address))`;
    const { stdout } = await runProgram(process.execPath, [...flags, '-e', source]);
    expect(stdout).toBe('fd53::1\n');
  });
});

/** What in-network.ts prints on a host without an IPv4 address but loopback. */
async function withoutIpv4(...args: readonly string[]): Promise<string> {
  const script = ['--import', 'tsx', join(__dirname, 'in-network.ts'), ...args];
  const shell = 'ip addr del 10.77.0.1/24 dev sandbox0 && exec "$@"';
  const { stdout, stderr } = await runInFreshSandbox(['sh', '-c', shell, 'sh', process.execPath, ...script]);
  expect(stderr).toBe('');
  return stdout.trim();
}

describeInSandbox('a host whose only IPv4 address is loopback', () => {
  test.each(EVERY_FAMILIES)(
    'lookup (%s) without AI_ADDRCONFIG gives the IPv6 address first',
    async (families) => {
      expect(await withoutIpv4('first', families)).toBe('fd53::1');
    },
  );

  test('lookup with family 4 and AI_ADDRCONFIG, refused, finds the name once there is an address', async () => {
    expect(await withoutIpv4('refused')).toBe('ENOTFOUND 10.53.0.1');
  });
});
