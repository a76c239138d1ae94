import type { Runtime } from '../facts/environment';
import { type AdviceContext, hostIn, type RemedyText } from './remedy';

/** Remedies in an application. */
export type CodeFix = 'lookup4' | 'register' | 'hedge' | 'cache' | 'resolv-nameservers';

const install = (code: string): string => `// npm install addrinfo\n${code}`;

const timed = (context: AdviceContext): string => `npx addrinfo --time ${hostIn(context)}`;

const lookup4 = (context: AdviceContext): RemedyText => ({
  title: 'In the code: no AAAA question unless it is needed',
  language: 'js',
  paste: install(`const { lookup } = require('addrinfo'); // AAAA only where a name has no A record
http.get(url, { lookup }, onResponse); // or new http.Agent({ lookup })
undici.setGlobalDispatcher(new undici.Agent({ connect: { lookup } })); // fetch, Node's and undici's`),
  fixes: 'no AAAA question goes out, so that none can be lost, late or wrongly answered',
  doesNotFix: 'programs that do not go through it; a nameserver that is dead',
  check: timed(context),
});

const hedge = (context: AdviceContext): RemedyText => ({
  title: 'In the code: a second attempt when an answer is late',
  language: 'js',
  paste: install(`const { lookup } = require('addrinfo'); // hedges by itself
http.get(url, { lookup }, onResponse); // or new http.Agent({ lookup })`),
  fixes:
    'a lost packet costs a fraction of a second instead of five: another thread asks again from another port',
  doesNotFix: 'names that no server answers for',
  check: `${timed(context)} (several times)`,
});

function cache(context: AdviceContext): RemedyText {
  const again = `lookup('${hostIn(context)}', () => console.timeEnd('again'))`;
  return {
    title: 'In the code: keep answers for some seconds',
    language: 'js',
    paste: install(`const { Resolver } = require('addrinfo');
const { lookup } = new Resolver({ cache: { ttl: 5000, staleTtl: 60_000 } });
http.get(url, { lookup }, onResponse); // or new http.Agent({ lookup })`),
    fixes: 'only the first lookup of a name waits',
    doesNotFix: 'that first one; and for so long an address that has moved is still used',
    check: `node -e "const { Resolver } = require('addrinfo'); const { lookup } = new Resolver({ cache: { ttl: 5000 } }); lookup('${hostIn(context)}', () => { console.time('again'); ${again} })"`,
  };
}

/** None without one that answers, nor where the option does nothing. */
function resolvNameservers(context: AdviceContext): RemedyText[] {
  const { answering, takesNameservers } = context;
  if (answering.length === 0 || !takesNameservers) return [];
  const list = answering.map((address) => `'${address}'`).join(', ');
  const flags = answering.map((address) => `--nameserver ${address}`).join(' ');
  return [
    {
      title: 'In the code: ask the server that answers',
      language: 'js',
      paste: install(`const { Resolver } = require('addrinfo');
const { lookup } = new Resolver({ resolv: { nameservers: [${list}] } });
http.get(url, { lookup }, onResponse); // or new http.Agent({ lookup })`),
      fixes: 'the wait, without touching resolv.conf (glibc)',
      doesNotFix: 'other programs; musl, where the option is an error',
      check: `npx addrinfo --time ${flags} ${hostIn(context)}`,
    },
  ];
}

/** Of NODE_OPTIONS, which every Node process reads, wherever it starts. */
const BY_PATH = '--import /app/node_modules/addrinfo/dist/register.js';

function preload(runtime: Runtime): Pick<RemedyText, 'language' | 'paste'> {
  if (runtime === 'pod') {
    return {
      language: 'yaml',
      paste: `# npm install addrinfo in the image, where the application is (here: /app), and in the pod:
spec:
  containers:
    - name: NAME
      env:
        - name: NODE_OPTIONS
          value: ${BY_PATH}`,
    };
  }
  if (runtime === 'docker') {
    return {
      language: 'sh',
      paste: `# npm install addrinfo in the image, where the application is (here: /app)
docker run -e NODE_OPTIONS="${BY_PATH}" ...`,
    };
  }
  return { language: 'sh', paste: 'npm install addrinfo\nnode --import addrinfo/register app.js' };
}

/** Where the lookup that shows it is run. */
const WITHIN: Readonly<Record<Runtime, string>> = {
  pod: 'kubectl exec POD -- node',
  docker: 'docker exec CONTAINER node',
  resolved: 'node --import addrinfo/register',
  file: 'node --import addrinfo/register',
};

function register(context: AdviceContext): RemedyText {
  const { runtime } = context;
  return {
    title: 'Without touching the code',
    ...preload(runtime),
    fixes: 'the same for every dns.lookup of a Node process: http, https, fetch, database drivers',
    doesNotFix: 'other programs in the image, and addons that resolve by themselves',
    check: `${WITHIN[runtime]} -e "console.time('lookup'); require('dns').lookup('${hostIn(context)}', () => console.timeEnd('lookup'))"`,
  };
}

/** What goes into an application; none where it would not help here. */
export function codeFor(id: CodeFix, context: AdviceContext): RemedyText[] {
  switch (id) {
    case 'lookup4':
      return [lookup4(context)];
    case 'hedge':
      return [hedge(context)];
    case 'cache':
      return [cache(context)];
    case 'register':
      return [register(context)];
    case 'resolv-nameservers':
      return resolvNameservers(context);
  }
}
