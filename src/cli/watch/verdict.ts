import { duration } from '../duration';
import type { Outcome } from '../probe';
import { KINDS, type KindFigures, type Summary } from './figures';
import type { ServerFigures } from './servers';

const stallsOf = ({ stalls, count }: Summary): string => `${stalls} of ${count}`;

const lookups = (count: number): string => `${count} ${count === 1 ? 'lookup' : 'lookups'}`;

const ENDS: Readonly<Record<Outcome, string>> = {
  answered: 'an answer',
  nodata: 'no address',
  nxdomain: 'no such name (ENOTFOUND)',
  failed: 'a failure (EAI_AGAIN)',
  unanswered: 'no answer',
};
const OUTCOMES = ['failed', 'unanswered', 'nxdomain', 'nodata', 'answered'] as const satisfies Outcome[];

/** What most of them ended in. */
function mostOften({ outcomes }: Summary): string {
  const [first = 'failed'] = OUTCOMES.toSorted((one, other) => outcomes[other] - outcomes[one]);
  return ENDS[first];
}

/** Which kinds stall tells what is lost. */
function stallSentence(host: string, a: Summary, aaaa: Summary, both: Summary): string | undefined {
  const slowest = duration(Math.max(a.max, aaaa.max, both.max));
  if (a.stalls + aaaa.stalls + both.stalls === 0) return undefined;
  if (a.stalls > 0 && aaaa.stalls > 0) {
    return `Lookups of ${host} stall whatever they ask for: A ${stallsOf(a)}, AAAA ${stallsOf(aaaa)}, both ${stallsOf(both)}, up to ${slowest}.`;
  }
  if (a.stalls > 0) {
    return `Lookups of ${host} stall when A is asked for: ${stallsOf(a)}, both ${stallsOf(both)}, up to ${slowest}; AAAA alone never.`;
  }
  if (aaaa.stalls > 0) {
    return `Lookups of ${host} stall when AAAA is asked for: ${stallsOf(aaaa)}, both ${stallsOf(both)}, up to ${slowest}; A alone never.`;
  }
  return `Lookups of ${host} stall when A and AAAA are asked for together: ${stallsOf(both)}, up to ${slowest}; each alone never.`;
}

function failureSentence(host: string, a: Summary, aaaa: Summary, both: Summary): string | undefined {
  if (isDead(both))
    return `${host} did not resolve: ${lookups(both.count)} of both families, ${mostOften(both)}.`;
  if (both.failures > 0) return `${both.failures} of ${lookups(both.count)} of ${host} failed.`;
  if (a.failures > 0) return `A of ${host} failed ${a.failures} of ${a.count} times.`;
  if (aaaa.failures === 0) return undefined;
  return `AAAA of ${host} failed ${aaaa.failures} of ${aaaa.count} times: where musl is the C library, so does every lookup.`;
}

/** Nothing was found by anybody. */
const isDead = ({ count, failures }: Summary): boolean => count > 0 && failures === count;

/** What a watch has seen, in a sentence or two, and whether it was well. */
export function watchVerdict(
  host: string,
  figures: KindFigures,
  servers: readonly ServerFigures[],
): { readonly healthy: boolean; readonly sentence: string } {
  const { a, aaaa, both } = { a: figures.a.summary, aaaa: figures.aaaa.summary, both: figures.both.summary };
  const silent = servers.flatMap(({ address, unanswered, count }) =>
    unanswered === 0 ? [] : [`Nameserver ${address} did not answer ${unanswered} of ${count} questions.`],
  );
  // Where nothing resolves, what takes its time is the same fault.
  const stalling = isDead(both) ? undefined : stallSentence(host, a, aaaa, both);
  // Lookups of AAAA that stall and then fail are told once.
  const isTold = stalling !== undefined && a.failures + both.failures === 0;
  const failing = isTold ? undefined : failureSentence(host, a, aaaa, both);
  const sentences = [stalling, failing].filter((sentence) => sentence !== undefined);
  if (sentences.length > 0) {
    return {
      healthy: false,
      sentence: [...sentences, ...silent, `To find out why: addrinfo doctor ${host}`].join(' '),
    };
  }
  const all = KINDS.map((kind) => figures[kind].summary);
  const count = all.reduce((sum, summary) => sum + summary.count, 0);
  const sentence =
    count === 0
      ? `No lookup of ${host} came back: the watch was too short.`
      : `No stall: ${lookups(count)} of ${host}, the slowest took ${duration(Math.max(...all.map(({ max }) => max)))}.`;
  return { healthy: count > 0, sentence: [sentence, ...silent].join(' ') };
}
