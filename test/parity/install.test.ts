import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runNode } from '../support/child';
import { describeInSandbox, typesAsked, uniqueName } from '../support/sandbox/in-sandbox';

const root = join(__dirname, '../..');

/** Runs an ES module with `dns` and ours in scope; gives what it hands to `report`. */
async function evaluate(
  source: string,
  prelude = "const addrinfo = (await import('./dist/index.js')).default;",
) {
  const module = `
    import dns from 'node:dns';
    ${prelude}
    const node = { lookup: dns.lookup, promisesLookup: dns.promises.lookup };
    const report = (seen) => console.log(JSON.stringify(seen));
    ${source}
  `;
  const { stdout, stderr } = await runNode(['--input-type=module', '-e', module]);
  if (stderr !== '') throw new Error(stderr);
  const seen: unknown = JSON.parse(stdout);
  return seen;
}

describeInSandbox('install', () => {
  test('install puts ours in all four places, and ES modules that are loaded see it; the undo takes it out', async () => {
    const seen = await evaluate(`
      import { lookup as live, lookupService as liveService } from 'node:dns';
      import { lookup as livePromise, lookupService as livePromiseService } from 'node:dns/promises';
      const places = () => [
        dns.lookup, dns.lookupService, dns.promises.lookup, dns.promises.lookupService,
        live, liveService, livePromise, livePromiseService,
      ];
      const before = places();
      const undo = addrinfo.install();
      const { lookup, lookupService, promises } = addrinfo;
      const ours = [lookup, lookupService, promises.lookup, promises.lookupService];
      const during = places();
      undo();
      const after = places();
      report({
        installed: during.every((place, n) => place === ours[n % 4]),
        undone: after.every((place, n) => place === before[n]),
      });
    `);
    expect(seen).toEqual({ installed: true, undone: true });
  });

  test('install again without options changes nothing and gives the same undo', async () => {
    const seen = await evaluate(`
      const undo = addrinfo.install({ families: 'system' });
      const { lookup } = dns;
      const again = addrinfo.install();
      const unchanged = dns.lookup === lookup && again === undo;
      undo();
      report([unchanged, dns.lookup === node.lookup]);
    `);
    expect(seen).toEqual([true, true]);
  });

  test('install again with options replaces; the undo of the replaced one does nothing', async () => {
    const [before, after] = [uniqueName('a-10-1-2-3'), uniqueName('a-10-1-2-3')];
    const seen = await evaluate(`
      const undo = addrinfo.install({ families: 'system' });
      await dns.promises.lookup('${before}');
      const undoSecond = addrinfo.install({ families: 'ipv4-only' });
      undo();
      await dns.promises.lookup('${after}');
      undoSecond();
      undoSecond();
      report(dns.promises.lookup === node.promisesLookup);
    `);
    expect(seen).toBe(true);
    expect(typesAsked(before).sort()).toEqual(['A', 'AAAA']);
    expect(typesAsked(after)).toEqual(['A']);
  });

  test('install after the undo, or after somebody has put Node’s lookup back, installs again', async () => {
    const seen = await evaluate(`
      const isOurs = () => dns.lookup === addrinfo.lookup;
      addrinfo.install()();
      addrinfo.install();
      const afterUndo = isOurs();
      dns.lookup = node.lookup;
      addrinfo.install();
      report([afterUndo, isOurs()]);
    `);
    expect(seen).toEqual([true, true]);
  });

  test('install of a Resolver uses it, so that its stats tell', async () => {
    const seen = await evaluate(`
      const resolver = new addrinfo.Resolver({ families: 'ipv4-only' });
      addrinfo.install(resolver);
      await dns.promises.lookup('${uniqueName()}');
      report(resolver.stats().answered);
    `);
    expect(seen).toBe(1);
  });

  test('install with a bad option throws a TypeError that names it, and leaves Node’s functions', async () => {
    const seen = await evaluate(`
      let message;
      try { addrinfo.install({ families: 'v4' }); } catch (error) { message = String(error); }
      report([message, dns.lookup === node.lookup]);
    `);
    expect(seen).toEqual([
      "TypeError: options.families must be one of ipv4-only, ipv4-first, dual, system, got 'v4'",
      true,
    ]);
  });

  test('the undo leaves a function that somebody has put over ours', async () => {
    const seen = await evaluate(`
      const undo = addrinfo.install();
      const ours = dns.lookup;
      const wrapper = function lookup(...args) { return ours(...args); };
      dns.lookup = wrapper;
      undo();
      report([dns.lookup === wrapper, dns.promises.lookup === node.promisesLookup]);
    `);
    expect(seen).toEqual([true, true]);
  });
});

describeInSandbox('two copies of the package in one process', () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'addrinfo-copy-'));
    cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
    mkdirSync(join(copy, 'build/Release'), { recursive: true });
    cpSync(join(root, 'build/Release/addrinfo.node'), join(copy, 'build/Release/addrinfo.node'));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  });

  afterAll(() => rmSync(copy, { recursive: true }));

  const both = (source: string): Promise<unknown> =>
    evaluate(
      source,
      `
      const { createRequire } = await import('node:module');
      const require = createRequire(import.meta.url);
      const first = () => require('${root}/dist');
      const second = () => require('${copy}/dist');
    `,
    );

  test('the second to install without options leaves the first in place', async () => {
    const seen = await both(`
      first().install();
      const { lookup } = dns;
      second().install();
      report([dns.lookup === lookup, first().lookup !== second().lookup]);
    `);
    expect(seen).toEqual([true, true]);
  });

  test('the second to install with options replaces the first, and one undo restores Node’s', async () => {
    const name = uniqueName('nodata-a');
    const seen = await both(`
      const undoFirst = first().install({ families: 'system' });
      const undo = second().install({ families: 'ipv4-only' });
      const error = await dns.promises.lookup('${name}').catch(({ code }) => code);
      const counted = [first().stats().started, second().stats().started];
      undo();
      const restored = dns.lookup === node.lookup;
      undoFirst();
      report([error, restored, dns.lookup === node.lookup]);
    `);
    expect(seen).toEqual(['ENOTFOUND', true, true]);
    expect(typesAsked(name)).toEqual(['A']);
  });

  test('the undo of the first leaves the second in place, and the second then undoes itself', async () => {
    const seen = await both(`
      const undoFirst = first().install({ families: 'system' });
      const undoSecond = second().install({ families: 'ipv4-only' });
      const { lookup } = dns;
      undoFirst();
      const left = dns.lookup === lookup;
      undoSecond();
      report([left, dns.lookup === node.lookup]);
    `);
    expect(seen).toEqual([true, true]);
  });

  test('a copy that is loaded after the other has installed still knows Node’s own functions', async () => {
    const seen = await both(`
      first().install();
      const undo = second().install({ families: 'ipv4-only' });
      undo();
      report([dns.lookup === node.lookup, dns.promises.lookup === node.promisesLookup]);
    `);
    expect(seen).toEqual([true, true]);
  });
});
