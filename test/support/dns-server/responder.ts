import dnsPacket from 'dns-packet';
import type { Question } from './answer';
import { type Plan, planFor } from './plan';
import { parseScript, type Script } from './script';
import { locate, type Place } from './zones';

/** What the server keeps about one question, so that equal questions need no parsing. */
export interface Known {
  readonly question: Question;
  readonly place: Place;
  /** Name and type, for counting. */
  readonly key: string;
  /** Whether the client set the "authentic data" bit (`options trust-ad`). */
  readonly ad: boolean;
  /** Absent where an answer depends on the ones before it. */
  readonly plan?: Plan;
}

/** Bound of the question cache and of the packet counters. */
const maxKnown = 20_000;

function evictOldest(map: Map<string, unknown>): void {
  if (map.size <= maxKnown) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

/** Turns packets into plans. Stateless but for the packet counters of scripts that count. */
export class Responder {
  readonly #known = new Map<string, Known>();
  readonly #counts = new Map<string, number>();
  readonly #imposed: Script | undefined;

  constructor(directives: string | undefined) {
    this.#imposed = directives === undefined ? undefined : parseScript(directives.split('.'));
  }

  /** undefined for a packet that is not a query. */
  identify(packet: Buffer): Known | undefined {
    if (packet.length < 17 || (packet.readUInt8(2) & 0x80) !== 0) return undefined;
    const key = packet.toString('latin1', 2);
    const known = this.#known.get(key);
    if (known) return known;
    const fresh = this.#read(packet);
    if (fresh === undefined) return undefined;
    this.#known.set(key, fresh);
    evictOldest(this.#known);
    return fresh;
  }

  plan(known: Known): Plan {
    if (known.plan) return known.plan;
    const count = this.#counts.get(known.key) ?? 0;
    this.#counts.set(known.key, count + 1);
    evictOldest(this.#counts);
    return planFor(known.place, known.question, count);
  }

  #read(packet: Buffer): Known | undefined {
    let decoded: ReturnType<typeof dnsPacket.decode>;
    try {
      decoded = dnsPacket.decode(packet);
    } catch {
      return undefined;
    }
    const [asked] = decoded.questions ?? [];
    if (asked === undefined) return undefined;
    const edns = decoded.additionals?.find((record) => record.type === 'OPT')?.udpPayloadSize ?? 0;
    const question: Question = { id: 0, name: asked.name, type: asked.type, rd: decoded.flag_rd, edns };
    const place = this.#locate(asked.name.toLowerCase());
    const key = `${asked.name.toLowerCase()}/${asked.type}`;
    const counted = place.kind === 'forward' && place.script.counted;
    return {
      question,
      place,
      key,
      ad: decoded.flag_ad,
      ...(!counted && { plan: planFor(place, question, 0) }),
    };
  }

  #locate(name: string): Place {
    try {
      return locate(name, this.#imposed);
    } catch (error) {
      console.error(`DNS server: ${name}: ${error instanceof Error ? error.message : error}`);
      return { kind: 'fixed', outcome: 'formerr' };
    }
  }
}
