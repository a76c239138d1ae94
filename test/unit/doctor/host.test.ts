import { expect, test } from 'vitest';
import { checkedHost } from '../../../src/cli/host';

const REFUSED: readonly [string, string][] = [
  ['https://api.test/', 'that is a URL, not a host name: did you mean api.test?'],
  ['https://user:secret@api.test:8443/x?y', 'that is a URL, not a host name: did you mean api.test?'],
  ['postgres://app:secret@db.test/app', 'that is a URL, not a host name: did you mean db.test?'],
  ['mongodb://app:secret@a.test:27017,b.test:27017/', 'that is a URL, not a host name: did you mean a.test?'],
  ['db.test:5432', 'that is a host and a port: did you mean db.test?'],
  ['Server=db.test;Password=secret', 'that is a connection string, not a host name: did you mean db.test?'],
  ['host=db.test password=secret', 'that is a connection string, not a host name: did you mean db.test?'],
  ['app:secret@db.test', 'that has a user in it: did you mean db.test?'],
  ['api.test/path', 'that has a path in it: did you mean api.test?'],
  [' api.test ', 'a host name has no blanks: did you mean api.test?'],
  ['   ', 'the host is empty'],
  ['', 'the host is empty'],
  ['a\u001b[31m.test', "not a host name: 'a\\u001b[31m.test'"],
  ['::1', '::1 is an address: there is nothing to look up'],
  ['10.0.0.1', '10.0.0.1 is an address: there is nothing to look up'],
  ['a..test', "a host name has no empty label: 'a..test'"],
];

test.each(REFUSED)(
  'checkedHost(%j) is refused, with what was meant and without what is secret',
  (host, message) => {
    expect(() => checkedHost(host)).toThrow(message);
    expect(() => checkedHost(host)).not.toThrow(/secret/);
  },
);

test.each(['api.test', 'redis', '_srv.api.test', 'bücher.test', 'api.test.', 'x-1'])(
  'checkedHost(%j) is a host name',
  (host) => {
    expect(checkedHost(host)).toBe(host);
  },
);
