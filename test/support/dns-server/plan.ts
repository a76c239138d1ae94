import { encodeAnswer, encodeGarbage, encodeTruncated, type Question, recordsFor } from './answer';
import { directiveFor, type NumericVerb, type PacketVerb } from './script';
import type { Place } from './zones';

/** What to send for one query, and when. */
export interface Plan {
  /** No answer at all. */
  readonly lost: boolean;
  /** Milliseconds from query to answer. */
  readonly delay: number;
  readonly udp: Buffer;
  readonly tcp: Buffer;
  /** Sent ahead of the answer, even of a lost one. */
  readonly forged: readonly ('wrong-id' | 'wrong-name')[];
  /** Over TCP, the connection ends in the middle of the answer. */
  readonly cut: boolean;
  /** Milliseconds from the answer to a second copy of it. */
  readonly dup?: number;
}

/** The payload that a client without EDNS takes (RFC 1035). */
const plainUdpSize = 512;

/** Percent of the names that `slow` is about. */
const SLOW_NAMES = 10;

/** `count`: how many queries for this name and type came before. */
export function planFor(place: Place, question: Question, count: number): Plan {
  const script = place.kind === 'forward' ? place.script : undefined;
  const find = (verb: PacketVerb | NumericVerb) => script && directiveFor(script, verb, question.type, count);
  const garbage = find('garbage') && encodeGarbage(question, seededRandom(`${question.name}/${count}`));
  const tcp = garbage ?? encodeAnswer(question, recordsFor(place, question, count));
  const cut = find('tc-cut') !== undefined;
  const limit = Math.max(question.edns, plainUdpSize);
  const truncated = cut || find('tc') !== undefined || tcp.length > limit;
  const dup = find('dup');
  const loss = find('loss');
  const lostByChance =
    loss !== undefined &&
    byChance(`${question.name}/${question.type}/${count}`, loss.value ?? 0, loss.seed ?? 0);
  const slow = find('slow');
  const isSlow = slow !== undefined && byChance(`${question.name}/${question.type}`, SLOW_NAMES, 0);
  const fixedDrop = place.kind === 'fixed' && place.outcome === 'drop';
  return {
    lost: fixedDrop || lostByChance || find('drop') !== undefined,
    delay: (isSlow ? slow : find('delay'))?.value ?? 0,
    udp: truncated ? encodeTruncated(question) : tcp,
    tcp,
    forged: (['wrong-id', 'wrong-name'] as const).filter((verb) => find(verb)),
    cut,
    ...(dup && { dup: dup.value ?? 50 }),
  };
}

const byChance = (key: string, percent: number, seed: number): boolean =>
  seededRandom(`${seed}/${key.toLowerCase()}`)() % 10_000 < percent * 100;

/** Unsigned 32-bit numbers, the same sequence for the same key: FNV-1a, then the mixing step of murmur3. */
function seededRandom(key: string): () => number {
  let state = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) state = Math.imul(state ^ key.charCodeAt(i), 0x01000193);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}
