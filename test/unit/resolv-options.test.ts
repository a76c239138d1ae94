import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Resolver } from '../../src/index';
import { runProgram } from '../support/child';
import { describeOnGlibc } from '../support/on-glibc';

const { native } = vi.hoisted(() => ({ native: { supported: undefined as string[] | undefined } }));

// Another libc, for the tests that say so: what the addon would report there.
vi.mock('../../src/native/libc', async (original) => {
  const real = await original<typeof import('../../src/native/libc')>();
  return {
    ...real,
    get supportedSettings() {
      return native.supported === undefined ? real.supportedSettings : new Set(native.supported);
    },
    get libc() {
      return native.supported === undefined ? real.libc : 'some other libc';
    },
  };
});

function problem(resolv: unknown): { code: string; message: string } {
  try {
    Reflect.construct(Resolver, [{ resolv }]);
  } catch (error) {
    if (error instanceof Error && 'code' in error)
      return { code: String(error.code), message: error.message };
    throw error;
  }
  return { code: 'none', message: 'accepted' };
}

describeOnGlibc('new Resolver with resolv', () => {
  test.each([
    [undefined],
    [{}],
    [''],
    [{ nameservers: ['10.0.0.2', '[fd00::2]:5353', 'fd00::3'] }],
    [{ nameservers: ['127.0.0.1:1'] }],
    [{ search: ['a.test', 'bücher.test', '.'], ndots: 15, timeout: 30, attempts: 5 }],
    ['rotate single-request single-request-reopen use-vc edns0 ndots:0 timeout:1 attempts:1'],
    ['timeout:1 timeout:2\n-rotate'],
  ])('accepts %j', (resolv) => {
    expect(problem(resolv).message).toBe('accepted');
  });

  test.each([
    [5, 'ERR_INVALID_ARG_TYPE', /^options\.resolv must be an object/],
    [{ tiemout: 1 }, 'ERR_INVALID_ARG_VALUE', /^options\.resolv has no option 'tiemout'; it has .*timeout/],
    [{ timeout: 31 }, 'ERR_INVALID_ARG_VALUE', /^options\.resolv\.timeout must be .* from 1 to 30, got 31/],
    [{ timeout: 0 }, 'ERR_INVALID_ARG_VALUE', /timeout must be .*, got 0/],
    [{ timeout: 1.5 }, 'ERR_INVALID_ARG_VALUE', /timeout must be a whole number .*, got 1\.5/],
    [{ timeout: '1' }, 'ERR_INVALID_ARG_TYPE', /timeout must be a whole number .*, got '1'/],
    [{ attempts: 6 }, 'ERR_INVALID_ARG_VALUE', /^options\.resolv\.attempts must be .* from 1 to 5, got 6/],
    [{ ndots: 16 }, 'ERR_INVALID_ARG_VALUE', /^options\.resolv\.ndots must be .* from 0 to 15, got 16/],
    [{ rotate: 'yes' }, 'ERR_INVALID_ARG_TYPE', /^options\.resolv\.rotate must be a boolean, got 'yes'/],
    [{ nameservers: '10.0.0.2' }, 'ERR_INVALID_ARG_TYPE', /nameservers must be an array of 1 to 3/],
    [{ nameservers: [] }, 'ERR_INVALID_ARG_VALUE', /nameservers must be an array of 1 to 3/],
    [{ nameservers: ['::1', '::1', '::1', '::1'] }, 'ERR_INVALID_ARG_VALUE', /1 to 3 nameservers/],
    [
      { nameservers: ['::1', 'dns.test'] },
      'ERR_INVALID_ARG_VALUE',
      /nameservers\[1\] must be .* got 'dns\.test'/,
    ],
    [{ nameservers: ['10.0.0.2:0'] }, 'ERR_INVALID_ARG_VALUE', /got '10\.0\.0\.2:0'/],
    [{ nameservers: ['10.0.0.2:65536'] }, 'ERR_INVALID_ARG_VALUE', /got '10\.0\.0\.2:65536'/],
    [{ nameservers: ['[10.0.0.2]:53'] }, 'ERR_INVALID_ARG_VALUE', /got '\[10\.0\.0\.2\]:53'/],
    [{ nameservers: ['fe80::1%nosuch0'] }, 'ERR_INVALID_ARG_VALUE', /scope.*got 'fe80::1%nosuch0'/],
    [{ nameservers: ['[fe80::1%1x]:53'] }, 'ERR_INVALID_ARG_VALUE', /scope.*got 'fe80::1%1x'/],
    [{ nameservers: ['fe80::1%4294967297'] }, 'ERR_INVALID_ARG_VALUE', /scope.*got 'fe80::1%4294967297'/],
    [{ nameservers: [53] }, 'ERR_INVALID_ARG_TYPE', /nameservers\[0\] .* got 53/],
    [{ nameservers: Array(1) }, 'ERR_INVALID_ARG_TYPE', /nameservers\[0\] .* got undefined/],
    [{ search: 'a.test' }, 'ERR_INVALID_ARG_TYPE', /search must be an array of 0 to 6 domains/],
    [{ search: ['a b'] }, 'ERR_INVALID_ARG_VALUE', /search\[0\] must be a domain name, got 'a b'/],
    [{ search: [''] }, 'ERR_INVALID_ARG_VALUE', /search\[0\]/],
    [{ search: Array(7).fill('a') }, 'ERR_INVALID_ARG_VALUE', /0 to 6 domains/],
    [{ search: ['x'.repeat(127), 'y'.repeat(127)] }, 'ERR_INVALID_ARG_VALUE', /at most 254 characters/],
    ['timeout:31', 'ERR_INVALID_ARG_VALUE', /^options\.resolv: timeout must be .* from 1 to 30, got 31/],
    ['rotate timeout:x', 'ERR_INVALID_ARG_VALUE', /^options\.resolv: timeout must be .*, got 'timeout:x'/],
    ['timeout', 'ERR_INVALID_ARG_VALUE', /^options\.resolv: timeout must be .*, got 'timeout'/],
    ['rotate single-requests', 'ERR_INVALID_ARG_VALUE', /the word 'single-requests' must be one of ndots:N/],
    ['-timeout:1', 'ERR_INVALID_ARG_VALUE', /the word '-timeout:1'/],
  ])('%j is refused with %s', (resolv, code, message) => {
    expect(problem(resolv)).toEqual({ code, message: expect.stringMatching(message) });
  });

  test('an option that this libc does not have is refused, and named', () => {
    native.supported = ['timeout', 'rotate'];
    try {
      expect(problem({ timeout: 1, rotate: true }).code).toBe('none');
      expect(problem({ noAaaa: true })).toEqual({
        code: 'ERR_ADDRINFO_UNSUPPORTED',
        message: `options.resolv.noAaaa needs glibc 2.36, and this is some other libc (${process.platform})`,
      });
      native.supported = [];
      expect(problem({ nameservers: ['::1'] }).message).toMatch(
        /^options\.resolv\.nameservers needs glibc, /,
      );
      expect(problem({}).code).toBe('none');
      expect(Resolver.supports('timeout')).toBe(false);
    } finally {
      native.supported = undefined;
    }
  });
});

test('Resolver.supports follows the C library that runs, not the one that was built with', () => {
  const report = process.report.getReport();
  const header: unknown = typeof report === 'object' && 'header' in report ? report.header : undefined;
  const version =
    typeof header === 'object' && header !== null && 'glibcVersionRuntime' in header
      ? String(header.glibcVersionRuntime)
      : '0.0';
  const minor = Number(version.split('.')[1]);
  expect(Resolver.supports('nameservers')).toBe(minor > 0);
  expect(Resolver.supports('noAaaa')).toBe(minor >= 36);
});

test('Resolver.supports of an option that does not exist is a TypeError', () => {
  expect(() => Reflect.apply(Resolver.supports, Resolver, ['strictError'])).toThrow(
    /^option must be one of nameservers, .*, got 'strictError'/,
  );
});

// The addon asks glibc for its version as it runs; here another glibc answers.
describeOnGlibc('on another glibc than the one that this was built with', () => {
  test.each([
    ['2.28', { noAaaa: false }],
    ['2.35', { noAaaa: false }],
    ['2.36', { noAaaa: true }],
    ['2.41', { noAaaa: true }],
  ])('glibc %s has %j, and what it has not is refused', async (version, expected) => {
    const folder = mkdtempSync(join(tmpdir(), 'addrinfo-glibc-'));
    try {
      const [source, library] = [join(folder, 'version.c'), join(folder, 'version.so')];
      writeFileSync(source, `const char *gnu_get_libc_version(void) { return "${version}"; }`);
      execFileSync('cc', ['-shared', '-fPIC', '-o', library, source]);
      const script = `
        const { Resolver } = require('./dist');
        const codeOf = (resolv) => {
          try { new Resolver({ resolv }); } catch ({ code, message }) { return code + ' ' + message; }
        };
        const options = ['timeout', 'noAaaa'];
        const has = Object.fromEntries(options.map((name) => [name, Resolver.supports(name)]));
        console.log(JSON.stringify({ ...has, error: codeOf({ noAaaa: true }) }));`;
      const env = { ...process.env, LD_PRELOAD: library };
      const { stdout, stderr } = await runProgram(process.execPath, ['-e', script], { env });
      expect(stderr).toBe('');
      const message = `options.resolv.noAaaa needs glibc 2.36, and this is glibc ${version} (linux)`;
      const error = expected.noAaaa ? {} : { error: `ERR_ADDRINFO_UNSUPPORTED ${message}` };
      expect(JSON.parse(stdout)).toEqual({ timeout: true, ...expected, ...error });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
