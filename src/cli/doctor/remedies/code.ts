import type { Runtime } from '../facts/environment';
import type { RemedyText } from './remedy';

const install = (code: string): string => `// npm install addrinfo\n${code}`;

export const lookup4: RemedyText = {
  title: 'In the code: no AAAA question unless it is needed',
  language: 'js',
  paste: install(`const { lookup } = require('addrinfo'); // AAAA only where a name has no A record
http.get(url, { lookup }, onResponse); // or new http.Agent({ lookup })
fetch(url, { dispatcher: new undici.Agent({ connect: { lookup } }) });`),
  fixes: 'no AAAA question goes out, so that none can be lost, late or wrongly answered',
  doesNotFix: 'programs that do not go through it; a nameserver that is dead',
  check: 'npx addrinfo --time HOST',
};

export const hedge: RemedyText = {
  title: 'In the code: a second attempt when an answer is late',
  language: 'js',
  paste: install(`const { lookup } = require('addrinfo'); // hedges by itself`),
  fixes:
    'a lost packet costs a fraction of a second instead of five: another thread asks again from another port',
  doesNotFix: 'names that no server answers for',
  check: 'npx addrinfo watch --for 5m HOST',
};

export const deadline: RemedyText = {
  title: 'In the code: an end to waiting',
  language: 'js',
  paste: install(`const { Resolver } = require('addrinfo');
const { lookup } = new Resolver({ timeout: 2000 });`),
  fixes: 'a lookup that gets no answer fails after 2 s, and holds up no other',
  doesNotFix: 'the missing answer',
  check: 'npx addrinfo --time --timeout 2000 HOST',
};

export const cache: RemedyText = {
  title: 'In the code: keep answers for some seconds',
  language: 'js',
  paste: install(`const { Resolver } = require('addrinfo');
const { lookup } = new Resolver({ cache: { ttl: 5000, staleTtl: 60_000 } });`),
  fixes: 'only the first lookup of a name waits',
  doesNotFix: 'that first one; and for so long an address that has moved is still used',
  check: 'npx addrinfo --time HOST',
};

export function resolvNameservers(addresses: readonly string[]): RemedyText {
  const list = addresses.map((address) => `'${address}'`).join(', ');
  return {
    title: 'In the code: ask the server that answers',
    language: 'js',
    paste: install(`const { Resolver } = require('addrinfo');
const { lookup } = new Resolver({ resolv: { nameservers: [${list}] } });`),
    fixes: 'the wait, without touching resolv.conf (glibc)',
    doesNotFix: 'other programs; musl, where the option is an error',
    check: `npx addrinfo --time ${addresses.map((address) => `--nameserver ${address}`).join(' ')} HOST`,
  };
}

function preload(runtime: Runtime): Pick<RemedyText, 'language' | 'paste'> {
  if (runtime === 'pod') {
    return {
      language: 'yaml',
      paste: `# npm install addrinfo in the image, and in the pod:
spec:
  containers:
    - name: NAME
      env:
        - name: NODE_OPTIONS
          value: --import addrinfo/register`,
    };
  }
  const start =
    runtime === 'docker'
      ? 'docker run -e NODE_OPTIONS="--import addrinfo/register" ...'
      : 'NODE_OPTIONS="--import addrinfo/register" node app.js';
  return {
    language: 'sh',
    paste: `npm install addrinfo${runtime === 'docker' ? ' # in the image' : ''}\n${start}`,
  };
}

export function register(runtime: Runtime): RemedyText {
  return {
    title: 'Without touching the code',
    ...preload(runtime),
    fixes: 'the same for every dns.lookup of a Node process: http, https, fetch, database drivers',
    doesNotFix: 'other programs in the image, and addons that resolve by themselves',
    check: 'npx addrinfo --time HOST',
  };
}
