const dns = require('node:dns');
const addrinfo = require('addrinfo');

test('lookups that are answered leave nothing open', async () => {
  const name = `a-10-1-2-3.u-${process.pid}-${Date.now().toString(36)}.test`;
  await dns.promises.lookup(name);
  await new Promise((resolve) => {
    dns.lookup(name, resolve);
  });
  await addrinfo.lookup4(name, { signal: new AbortController().signal });
  await addrinfo.getaddrinfo(name);
  const resolver = new addrinfo.Resolver({ cache: { ttl: 60_000 } });
  await resolver.lookup4(name);
  addrinfo.stats();
});
