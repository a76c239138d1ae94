// What a runtime makes of the package: each way of calling it, as one JSON document.
const dns = require('node:dns');
const http = require('node:http');
const { promisify } = require('node:util');
const { AsyncLocalStorage } = require('node:async_hooks');
const addrinfo = require('addrinfo');

const { getaddrinfo, install, lookup, lookup4, promises, Resolver } = addrinfo;
const [, , name = '', deadName = '', localName = ''] = process.argv;

/** @param {Promise<unknown>} call */
const codeOf = (call) => call.then(String, (error) => error.code ?? error.name);

/** @param {import('node:http').RequestOptions} options */
const get = (options) =>
  new Promise((resolve, reject) => {
    http
      .get(options, (response) => response.resume().on('end', () => resolve(response.statusCode)))
      .on('error', reject);
  });

/** @param {(port: number) => Promise<void>} use */
async function withServer(use) {
  const server = http.createServer((_, response) => response.end());
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  await use(typeof address === 'object' && address !== null ? address.port : 0);
  server.closeAllConnections();
  server.close();
}

/** Lookups that went through us while `call` was made. @param {() => Promise<unknown>} call */
async function lookupsOf(call) {
  const before = addrinfo.stats().started;
  await call();
  return addrinfo.stats().started - before;
}

async function main() {
  const aborter = new AbortController();
  setTimeout(() => aborter.abort(new Error('enough')), 50);
  const storage = new AsyncLocalStorage();
  const report = {
    lookup4: await lookup4(name),
    all: await lookup4(name, { all: true }),
    getaddrinfo: await getaddrinfo(name, 443, { socktype: 1 }),
    callback: await new Promise((resolve) => lookup(name, (...results) => resolve(results))),
    promisified: await promisify(lookup)(name),
    service: await promises.lookupService('10.20.1.1', 80),
    resolv: Resolver.supports('timeout')
      ? await new Resolver({ resolv: 'timeout:1' }).lookup4(name)
      : 'unsupported',
    noName: await codeOf(lookup4(`nxdomain.${name}`)),
    deadline: await codeOf(lookup4(deadName, { timeout: 200 })),
    aborted: await lookup4(deadName, { signal: aborter.signal }).catch((error) => error.message),
    badOption: await codeOf(lookup4(name, { timeout: -1 })),
    context: await new Promise((resolve) =>
      storage.run('kept', () => lookup(name, () => resolve(storage.getStore()))),
    ),
  };
  const connections = { promisified: 0, http: 0, agent: 0, installed: 0, fetch: 0 };
  connections.promisified = await lookupsOf(() => promisify(lookup)(name));
  await withServer(async (port) => {
    connections.http = await lookupsOf(() => get({ host: localName, port, lookup }));
    const agent = new http.Agent({ lookup });
    connections.agent = await lookupsOf(() => get({ host: localName, port, agent }));
    const undo = install();
    connections.installed = await lookupsOf(() => promisify(dns.lookup)(localName));
    connections.fetch = await lookupsOf(() => fetch(`http://${localName}:${port}/`).catch(() => {}));
    undo();
  });
  console.log(JSON.stringify({ ...report, connections }));
}

main();
