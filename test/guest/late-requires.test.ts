import { describe, expect, test } from 'vitest';
import { describeOnEachNode } from '../support/each-node';
import { describeInSandbox, uniqueName } from '../support/sandbox/in-sandbox';
import { reportOf } from './guest';

/** As after a jest test is over: whatever is required then throws. */
const NOTHING_MORE = `
  const Module = require('node:module');
  const writeSync = require('node:fs').writeSync;
  const late = [];
  const refuse = function (id) {
    late.push(id);
    throw new ReferenceError('You are trying to require a file after the environment has been torn down: ' + id);
  };
  Module._load = refuse;
  Module.prototype.require = refuse;
`;

/** What each way of using the package does first after everything is loaded. */
const uses = [
  ['lookup', 'const results = [await call(addrinfo.lookup, NAME, 4)];'],
  ['lookup of an IPv6 address', "const results = [await call(addrinfo.lookup, '::1')];"],
  ['lookup4', 'const results = [await settled(addrinfo.lookup4(NAME))];'],
  ['lookup4 of a name beyond ASCII', "const results = [await settled(addrinfo.lookup4('bücher.example'))];"],
  ['getaddrinfo', 'const results = [await settled(addrinfo.getaddrinfo(NAME, 80))];'],
  ['lookupService', "const results = [await call(addrinfo.lookupService, '127.0.0.1', 22)];"],
  [
    'a resolver with a cache',
    'const results = [await settled(new addrinfo.Resolver({ cache: { ttl: 1e4 } }).lookup4(NAME))];',
  ],
  ['stats', 'const results = [addrinfo.stats().started, addrinfo.threadStats().max];'],
  ['install and undo', 'addrinfo.install({ timeout: 1000 })(); const results = [];'],
  ['setThreads', 'addrinfo.setThreads({ max: 8 }); const results = [];'],
] as const;

describeInSandbox('once the package is loaded', () => {
  describeOnEachNode('nothing is required late', (binary) => {
    test.each(uses)('by %s', async (_name, use) => {
      const report = await reportOf(
        `
        const NAME = '${uniqueName('a-10-1-2-3')}';
        ${NOTHING_MORE}
        ${use}
        writeSync(1, 'REPORT ' + JSON.stringify(late) + '\\n');
      `,
        { binary, flags: ['--no-warnings'] },
      );
      expect(report).toEqual([]);
    });
  });
});

describe('a mocked dns', () => {
  test.each([
    ['{ promises: { lookup } }', '{ promises: { lookup: async () => ({ address: "1.2.3.4", family: 4 }) } }'],
    ['{ lookup }', '{ lookup: (name, options, done) => done(null, "1.2.3.4", 4) }'],
    ['{}', '{}'],
  ])('that has only %s lets the package be loaded, and lookup4 work', async (_what, mock) => {
    const report = await reportOf(`
      for (const file of Object.keys(require.cache)) delete require.cache[file];
      const Module = require('node:module');
      const load = Module.prototype.require;
      const mock = ${mock};
      Module.prototype.require = function (id) {
        return id === 'dns' || id === 'node:dns' ? mock : load.call(this, id);
      };
      const again = require('./dist');
      report([again !== addrinfo, await settled(again.lookup4('localhost')), await call(again.lookup, '127.0.0.1', 4)]);
    `);
    expect(report).toEqual([true, { value: '127.0.0.1' }, { value: '127.0.0.1' }]);
  });
});
