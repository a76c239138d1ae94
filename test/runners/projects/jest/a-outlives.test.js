const dns = require('node:dns');
const { uniqueName } = require('./name');

test('a lookup that outlives its test, of which nobody hears', () => {
  dns.lookup(uniqueName('a-10-1-2-3.delay-300'), () => {});
  dns.promises.lookup(uniqueName('a-10-1-2-3.delay-300')).catch(() => {});
  require('addrinfo')
    .lookup4(uniqueName('drop'), { timeout: 200 })
    .catch(() => {});
});
