import dnsPacket, { type Answer, type Packet, type RecordType } from 'dns-packet';
import { directiveFor, type Failure, failureFor } from './script';
import type { Place } from './zones';

/** A question as it came in, with what of the client's packet shapes the answer. */
export interface Question {
  readonly id: number;
  /** As sent, letter case included. */
  readonly name: string;
  /** As dns-packet names it; UNKNOWN_n at run time where it knows no name. */
  readonly type: RecordType;
  /** Recursion desired. */
  readonly rd: boolean;
  /** The EDNS payload size, 0 without EDNS. */
  readonly edns: number;
}

const TRUNCATED = 0x0200;
const RECURSION_DESIRED = 0x0100;
const RECURSION_AVAILABLE = 0x0080;

const rcodes: Readonly<Record<Failure, number>> = {
  nodata: 0,
  formerr: 1,
  servfail: 2,
  nxdomain: 3,
  notimp: 4,
  refused: 5,
};

const soa: Answer = {
  type: 'SOA',
  name: 'test',
  ttl: 1,
  data: { mname: 'ns.test', rname: 'root.test', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 },
};

/** The records that answer a question about a place, or how it fails. `count`: earlier packets of this (name, type). */
export function recordsFor(place: Place, question: Question, count: number): Failure | Answer[] {
  if (place.kind === 'fixed') return place.outcome === 'drop' ? 'servfail' : place.outcome;
  if (place.kind === 'reverse') {
    return question.type === 'PTR'
      ? [{ type: 'PTR', name: question.name, ttl: 1, data: place.target }]
      : 'nodata';
  }
  const { script } = place;
  const { type } = question;
  const failure = failureFor(script, type, count);
  if (failure) return failure;
  const ttl = directiveFor(script, 'ttl', type, count)?.value ?? 1;
  const many = directiveFor(script, 'many', type, count);
  const addresses =
    many && (many.type ?? 'A') === type ? manyAddresses(many.value ?? 0, type) : addressesOf(place, type);
  const [answers, owner] = chain(question.name, directiveFor(script, 'cname', type, count)?.value ?? 0, ttl);
  const flip = directiveFor(script, 'flip', type, count)?.value;
  const turn = directiveFor(script, 'turn', type, count)?.value;
  const first = Math.floor(count / (flip ?? turn ?? Infinity)) % addresses.length;
  const chosen = flip
    ? addresses.slice(first, first + 1)
    : [...addresses.slice(first), ...addresses.slice(0, first)];
  for (const data of chosen) {
    answers.push(
      type === 'AAAA' ? { type: 'AAAA', name: owner, ttl, data } : { type: 'A', name: owner, ttl, data },
    );
  }
  return chosen.length === 0 && answers.length === 0 ? 'nodata' : answers;
}

function addressesOf(
  place: { readonly a: readonly string[]; readonly aaaa: readonly string[] },
  type: string,
) {
  if (type === 'A') return place.a;
  return type === 'AAAA' ? place.aaaa : [];
}

const manyAddresses = (n: number, type: string): string[] =>
  Array.from({ length: n }, (_, i) =>
    type === 'AAAA' ? `fd09::${i.toString(16)}` : `10.9.${i >> 8}.${i & 255}`,
  );

/** `cname-3.www.test` -> hop-1.www.test -> hop-2.www.test -> www.test: each is a name that the server knows too. */
function chain(name: string, length: number, ttl: number): [Answer[], string] {
  const target = name
    .split('.')
    .filter((label) => !/^cname-/i.test(label))
    .join('.');
  const names = Array.from({ length }, (_, i) => (i === length - 1 ? target : `hop-${i + 1}.${target}`));
  const records = names.map((data, i): Answer => ({ type: 'CNAME', name: names[i - 1] ?? name, ttl, data }));
  return [records, names.at(-1) ?? name];
}

/** Encodes an answer, as the client's packet asked for it. */
export function encodeAnswer(question: Question, records: Failure | readonly Answer[]): Buffer {
  const failed = typeof records === 'string';
  const packet = header(question, failed ? rcodes[records] : 0);
  if (!failed) packet.answers = [...records];
  else if (records === 'nodata' || records === 'nxdomain') packet.authorities = [soa];
  return dnsPacket.encode(packet);
}

/** An answer that says only: ask again over TCP. */
export function encodeTruncated(question: Question): Buffer {
  const packet = header(question, 0);
  packet.flags = (packet.flags ?? 0) | TRUNCATED;
  return dnsPacket.encode(packet);
}

/** The address in answers that are not for the client: no test may ever see it as a result. */
const forgedAddress: Answer = { type: 'A', name: 'forged.test', ttl: 1, data: '10.66.6.6' };

/** An answer with another id, or to another question. */
export function encodeForged(question: Question, what: 'wrong-id' | 'wrong-name'): Buffer {
  if (what === 'wrong-id') {
    return encodeAnswer({ ...question, id: question.id ^ 0x5555 }, [
      { ...forgedAddress, name: question.name },
    ]);
  }
  return encodeAnswer({ ...question, name: 'forged.test' }, [forgedAddress]);
}

/** The right header and question, then bytes that announce three answers and are none. */
export function encodeGarbage(question: Question, random: () => number): Buffer {
  const start = dnsPacket.encode(header(question, 0));
  start.writeUInt16BE(3, 6);
  return Buffer.concat([start, Buffer.from(Array.from({ length: 48 }, () => random() & 255))]);
}

function header(question: Question, rcode: number): Packet {
  const rd = question.rd ? RECURSION_DESIRED : 0;
  const packet: Packet = {
    type: 'response',
    id: question.id,
    flags: RECURSION_AVAILABLE | rd | rcode,
    questions: [{ name: question.name, type: question.type }],
  };
  if (question.edns > 0) {
    packet.additionals = [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ];
  }
  return packet;
}
