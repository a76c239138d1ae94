// A contestant's process: subject.ts SUBJECT. It makes each lookup that comes over the IPC channel.
import { ADDRCONFIG, promises as dns, type LookupAddress, lookup } from 'node:dns';
import { Resolver } from '../../../src';
import { type Answer, type Call, isCall, isSubject, type Subject } from './call';

type Found = (error: NodeJS.ErrnoException | null, found: readonly LookupAddress[]) => void;

function lookedUp(make: (found: Found) => void): Promise<Answer> {
  return new Promise((resolve) => {
    make((error, found) => {
      if (error === null) resolve({ code: 'OK', addresses: found.map(({ address }) => address) });
      else resolve({ code: error.code ?? String(error), addresses: [] });
    });
  });
}

/** What a lookup made of `resolve4` and `resolve6` gives: no hosts file, no search list. */
async function resolved(name: string): Promise<Answer> {
  const resolver = new dns.Resolver({ timeout: 1000, tries: 2 });
  const outcomes = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const addresses = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
  return { code: addresses.length > 0 ? 'OK' : 'ENOTFOUND', addresses };
}

function answerOf(
  subject: Subject,
  { name, addrconfig, order, hedge, resolutionDelay }: Call,
): Promise<Answer> {
  const options = { all: true, hints: addrconfig ? ADDRCONFIG : 0, order } as const;
  if (subject === 'c-ares') return resolved(name);
  if (subject === 'dns.lookup') return lookedUp((found) => lookup(name, options, found));
  const policy = { families: subject, resolutionDelay, ...(hedge === undefined ? {} : { hedge }) };
  const resolver = new Resolver(policy);
  return lookedUp((found) => resolver.lookup(name, options, found));
}

const subject = process.argv[2];
if (!isSubject(subject)) throw new Error(`no such subject: ${subject}`);

process.on('message', (call) => {
  if (!isCall(call)) throw new Error('this is no call');
  answerOf(subject, call).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
