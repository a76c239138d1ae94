import { expect, test } from 'vitest';
import { candidatesOf } from '../../../src/system/course';
import { namesIn } from '../../../src/system/hosts-file';
import { classify, hostSources } from '../../../src/system/nsswitch';

const K8S = { ndots: 5, domains: ['ns.svc.cluster.local', 'svc.cluster.local', 'cluster.local'] };

test.each([
  [
    'redis',
    K8S,
    ['redis.ns.svc.cluster.local.', 'redis.svc.cluster.local.', 'redis.cluster.local.', 'redis.'],
  ],
  ['www.test', { ndots: 1, domains: [] }, ['www.test.']],
  ['www.test', { ndots: 1, domains: ['a.test'] }, ['www.test.', 'www.test.a.test.']],
  ['www', { ndots: 1, domains: ['a.test'] }, ['www.a.test.', 'www.']],
  ['www', { ndots: 0, domains: ['a.test'] }, ['www.', 'www.a.test.']],
  ['a.b.c.d.e.f', K8S, ['a.b.c.d.e.f.', ...K8S.domains.map((domain) => `a.b.c.d.e.f.${domain}.`)]],
  ['www.test.', K8S, ['www.test.']],
  ['www', { ndots: 1, domains: ['.'] }, ['www.']],
  ['www', { ndots: 1, domains: ['a.test.'] }, ['www.a.test.', 'www.']],
  ['www', { ndots: 1, domains: ['a', 'a'] }, ['www.a.', 'www.']],
])('candidates of %s under %o', (name, path, expected) => {
  expect(candidatesOf(name, { asksSingleLabel: true, ...path })).toEqual(expected);
});
test.each([
  ['www', { ndots: 1, domains: ['a.test'] }, ['www.a.test.']],
  ['www', { ndots: 0, domains: ['a.test'] }, ['www.', 'www.a.test.']],
  ['www', { ndots: 1, domains: [] }, ['www.']],
  ['www.test', { ndots: 2, domains: ['a.test'] }, ['www.test.a.test.', 'www.test.']],
])('with no-tld-query, candidates of %s under %o', (name, path, expected) => {
  expect(candidatesOf(name, { asksSingleLabel: false, ...path })).toEqual(expected);
});

test.each([
  ['hosts: files dns', 'files-dns'],
  ['  hosts:files   dns # comment', 'files-dns'],
  ['hosts: files dns myhostname', 'dns-then-local'],
  ['hosts: files dns files', 'dns-then-local'],
  ['hosts: dns files', 'dns-then-local'],
  ['hosts: files dns mymachines', 'dns-then-others'],
  ['hosts: dns', 'dns-then-local'],
  ['hosts: files dns [NOTFOUND=return] mdns', 'dns-then-others'],
  ['hosts: files [NOTFOUND=return] dns', 'files-dns'],
  ['hosts: files mdns4_minimal [NOTFOUND=return] dns', 'others'],
  ['hosts: mymachines resolve [!UNAVAIL=return] files myhostname dns', 'others'],
  ['hosts: files resolve [!UNAVAIL=return] dns', 'others'],
  ['hosts: files', 'others'],
  ['passwd: files\n#hosts: dns\n', 'dns-then-others'],
  ['', 'dns-then-others'],
])('%s: %s', (text, expected) => {
  expect(classify(hostSources(text))).toBe(expected);
});

test.each([
  ['127.0.0.1 localhost', ['localhost']],
  ['10.0.0.1\tWWW.Test alias # other', ['www.test', 'alias']],
  ['# 10.0.0.1 www', []],
  ['fd00::1 six\n10.0.0.2 four\r\n', ['six', 'four']],
  ['', []],
])('names in the hosts file %o', (text, expected) => {
  expect([...namesIn(text)]).toEqual(expected);
});
