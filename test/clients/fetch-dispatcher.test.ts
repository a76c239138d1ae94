// What docs/clients.md and the doctor say of fetch and undici's dispatchers, on every Node, with undici 7 and 8.

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { remediesFor } from '../../src/cli/doctor/remedies/remedies';
import { runProgram } from '../support/child';
import { describeOnEachNode } from '../support/each-node';
import { codeBlocks } from '../support/markdown';

const root = join(__dirname, '../..');

/** A server on localhost, the set-up, one request: what it said, and how often Node's own lookup was called. */
const script = (setUp: string, request: string) => `
  const dns = require('node:dns');
  const http = require('node:http');
  const nodes = dns.lookup;
  let nodesLookups = 0;
  dns.lookup = (...args) => { nodesLookups += 1; return nodes(...args); };
  ${setUp}
  const server = http.createServer((_, response) => response.end('hello'));
  server.listen(0, '127.0.0.1', async () => {
    nodesLookups = 0; // listen made one
    const url = 'http://localhost:' + server.address().port + '/';
    const ask = async () => (await ${request}).text();
    const said = await ask().catch((error) => error.cause?.message ?? error.message);
    console.log(JSON.stringify({ said, nodesLookups }));
    process.exit();
  });`;

const documented =
  codeBlocks(join(root, 'docs/clients.md')).find(({ code }) => code.includes('setGlobalDispatcher'))?.code ??
  '';
const [remedy] = remediesFor(['lookup4'], {
  runtime: 'docker',
  nameservers: [],
  answering: [],
  search: [],
  options: [],
  takesOption: () => true,
  takesNameservers: true,
  fullyQualified: [],
  foundAsWritten: true,
  domains: [],
});
// The paste leaves undici and http.get's arguments to the reader.
const pasted = `const undici = require('undici');
  ${remedy?.paste.replace(/^http\.get.*$/m, '')}`;

const agent = `const undici = require('undici');
  const dispatcher = new undici.Agent({ connect: { lookup: require('addrinfo').lookup } });`;

/** The oldest Node that loads it. */
const releases = { undici: 20, 'undici-8': 22 } as const;

for (const [release, oldest] of Object.entries(releases)) {
  describeOnEachNode(release, (node, major) => {
    let folder = '';
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'addrinfo-undici-'));
      await mkdir(join(folder, 'node_modules'));
      await symlink(join(root, 'node_modules', release), join(folder, 'node_modules', 'undici'));
      await symlink(root, join(folder, 'node_modules', 'addrinfo'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    async function outcome(setUp: string, request: string): Promise<unknown> {
      const file = join(folder, 'app.cjs');
      await writeFile(file, script(setUp, request));
      const { stdout, stderr } = await runProgram(node, [file], { cwd: folder });
      return stdout === '' ? stderr : JSON.parse(stdout);
    }

    if (major < oldest) {
      test('it does not load there: docs/clients.md names the oldest Node', async () => {
        expect(await outcome(agent, 'undici.fetch(url, { dispatcher })')).toContain('TypeError');
      });
      return;
    }

    const through = { said: 'hello', nodesLookups: 0 };

    test("without a set-up, fetch calls Node's lookup: it would be seen", async () => {
      expect(await outcome('', 'fetch(url)')).toEqual({ said: 'hello', nodesLookups: 1 });
    });

    test.each([
      ['docs/clients.md', documented],
      ["the doctor's paste", pasted],
    ])("%s: Node's fetch and undici's go through addrinfo", async (_, setUp) => {
      expect(await outcome(setUp, 'fetch(url)')).toEqual(through);
      expect(await outcome(setUp, 'undici.fetch(url)')).toEqual(through);
    });

    test("an Agent for a single request: undici's own fetch takes it", async () => {
      expect(await outcome(agent, 'undici.fetch(url, { dispatcher })')).toEqual(through);
    });

    test(`Node's fetch ${release === 'undici-8' && major < 26 ? 'refuses it' : 'takes it'}`, async () => {
      const refused = { said: 'invalid onRequestStart method', nodesLookups: 0 };
      expect(await outcome(agent, 'fetch(url, { dispatcher })')).toEqual(
        release === 'undici-8' && major < 26 ? refused : through,
      );
    });
  });
}
