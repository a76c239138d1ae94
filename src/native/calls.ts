// Calls of libc that are under way in this thread. Each has a slot, shared with the addon.

import { addon, CallState, Mode, type ResolverState, type ThreadStats, type Value } from './addon';
import type { Answer } from './answer';
import { type Asked, answerOf, type CallFacts, factsOf } from './decode';

export { CallState, type ThreadStats } from './addon';
export type { CallFacts } from './decode';

/** What getaddrinfo(3) is asked; every field checked and complete. */
export interface AddrInfoCall {
  readonly node: string | null;
  /** Absolute names to ask for in `node`'s place, each where the one before does not exist. */
  readonly candidates?: readonly string[] | undefined;
  readonly service: string | null;
  readonly family: 0 | 4 | 6;
  readonly socktype: number;
  readonly protocol: number;
  readonly flags: number;
  readonly full: boolean;
}

/** What getnameinfo(3) is asked. */
export interface NameInfoCall {
  readonly address: string;
  readonly port: number;
  readonly nameFlags: number;
}

/** How a call is made. */
export interface CallMode {
  /** It runs beside the pool's `max`, from sockets of its own, and is refused when there is no room for it. */
  readonly beside: boolean;
  /** One round, a second for each nameserver: another call is to wait longer. */
  readonly brief: boolean;
  /** The rounds that a brief call has left. */
  readonly rest: boolean;
  /** Places in the list of nameservers: those to ask, in order. Empty: as libc has them. */
  readonly order: readonly number[];
  /** It does not keep the process alive. */
  readonly background: boolean;
}

/** Who is told of a call's end. An object rather than a function: each lookup has one anyway. */
export interface CallReceiver {
  /** Also called for a call that was canceled while it ran: for what it shows. */
  ended(answer: Answer, facts: CallFacts): void;
}

/** An order as the addon takes it: {@link addon.submit}. */
function packed(order: readonly number[]): number {
  return order.reduce((bits, place, index) => bits | ((place + 1) << (2 * index)), 0);
}

function modeOf({ beside, brief, rest, background }: CallMode, full: boolean): number {
  return (
    (full ? Mode.full : 0) |
    (background ? Mode.background : 0) |
    (brief ? Mode.brief : 0) |
    (rest ? Mode.rest : 0) |
    (beside ? Mode.beside : 0)
  );
}

const calls: (Call | undefined)[] = [];
const freeSlots: number[] = [];

function takeSlot(call: Call): number {
  const slot = freeSlots.pop() ?? calls.length;
  calls[slot] = call;
  return slot;
}

function freeSlot(slot: number): Call | undefined {
  const call = calls[slot];
  calls[slot] = undefined;
  freeSlots.push(slot);
  return call;
}

/** One blocking call on a pool thread. Its receiver is told of its end once, on the event loop. */
export class Call {
  /** 0: accepted. 1: there is no room for it. Negative: -errno, no thread could be started. */
  readonly refused: number;
  readonly #receiver: CallReceiver;
  #isWanted = true;
  readonly #asked: Asked;
  #slot: number;

  constructor(
    question: AddrInfoCall | NameInfoCall,
    mode: CallMode,
    resolver: ResolverState | undefined,
    receiver: CallReceiver,
  ) {
    this.#receiver = receiver;
    const slot = takeSlot(this);
    const handle = resolver ?? null;
    const order = packed(mode.order);
    if ('address' in question) {
      const { address, port, nameFlags } = question;
      this.#asked = 'name';
      this.refused = addon.submitName(
        end.channel,
        slot,
        address,
        port,
        nameFlags,
        modeOf(mode, false),
        order,
        handle,
      );
    } else {
      const { node, candidates, service, family, socktype, protocol, flags, full } = question;
      this.#asked = full ? 'entries' : 'addresses';
      const names =
        candidates === undefined ? node : candidates.length === 1 ? (candidates[0] ?? node) : candidates;
      this.refused = addon.submit(
        end.channel,
        slot,
        names,
        service,
        family,
        socktype,
        protocol,
        flags,
        modeOf(mode, full),
        order,
        handle,
      );
    }
    this.#slot = slot;
    if (this.refused === 0) return;
    freeSlot(slot);
    this.#slot = -1;
  }

  /** Nobody waits any more: off the queue if it is still queued. If it runs, it no longer keeps the process alive. */
  cancel(): void {
    if (!this.#isWanted) return;
    this.#isWanted = false;
    if (this.#slot < 0 || addon.abandon(end.channel, this.#slot) !== CallState.queued) return;
    freeSlot(this.#slot);
    this.#slot = -1;
  }

  /** ms since libc was asked for the present candidate; undefined while the call is queued, or is finished. */
  runningFor(): number | undefined {
    const ms = this.#slot < 0 ? -1 : addon.runningFor(end.channel, this.#slot);
    return ms < 0 ? undefined : ms;
  }

  /** The candidate that libc is asked for now. */
  candidate(): number {
    return this.#slot < 0 ? 0 : addon.candidate(end.channel, this.#slot);
  }

  /**
   * The call no longer counts against the pool's `max`. One that is still queued goes ahead, if stalls, not load,
   * hold the queue up.
   */
  stepAside(): CallState {
    return this.#slot < 0 ? CallState.finished : addon.stepAside(end.channel, this.#slot);
  }

  /** Of this module: its slot is free again. */
  taken(): void {
    this.#slot = -1;
  }

  /** Of this module: what {@link addon.open} says of `status` and `value`. */
  finish(status: number, value: Value, candidate: number, facts: CallFacts): void {
    this.#receiver.ended(answerOf(this.#asked, status, value, candidate), facts);
  }
}

const wanted: (() => void)[] = [];

const FIELDS = 8;

// The slots are freed before anybody is told: who is told may cancel another call of the batch, or start one.
function deliver(...batch: readonly (number | Value)[]): void {
  for (const work of wanted.splice(0)) isolate(work);
  const finished: (Call | undefined)[] = [];
  for (let at = 0; at < batch.length; at += FIELDS) {
    const call = freeSlot(Number(batch[at]));
    call?.taken();
    finished.push(call);
  }
  for (const [index, call] of finished.entries()) {
    const at = FIELDS * index;
    const status = Number(batch[at + 1]);
    const value = batch[at + 2];
    if (value === undefined || typeof value === 'number') continue;
    const facts = factsOf(
      Number(batch[at + 4]),
      Number(batch[at + 5]),
      Number(batch[at + 6]),
      Number(batch[at + 7]),
    );
    try {
      call?.finish(status, value, Number(batch[at + 3]), facts);
    } catch (error) {
      addon.fatalException(error); // A fault of one lookup harms no other.
    }
  }
}

// Opened when the package is loaded: from within a lookup, it would keep that lookup's async store in memory for
// ever. The addon holds `deliver` only while a call is pending, so this has to hold it as well.
const end = { deliver, channel: addon.open(deliver) };

/**
 * Runs this on the event loop, soon, in the async context in which the package was loaded: a timer that is set there
 * keeps no caller's store in memory. (AsyncResource would run it inside the call, where the hooks of some context
 * managers lose count.)
 */
export function inNobodysContext(work: () => void): void {
  if (wanted.push(work) === 1) addon.wake(end.channel);
}

/** Delivers what has been answered so far, before anything is called late. */
export function collect(): void {
  addon.deliver(end.channel);
}

/**
 * Runs code that is not ours. What it throws becomes an uncaught exception, as from a callback of dns.lookup,
 * and does not reach us: the others of the same batch still get their answers.
 */
export function isolate(foreign: () => void): void {
  try {
    foreign();
  } catch (error) {
    addon.fatalException(error);
  }
}

/** Values already checked: {@link import('../options/thread-options').setThreads}. */
export function setThreadLimits(max: number, hardMax: number, idleTimeout: number): void {
  addon.setThreads(max, hardMax, idleTimeout);
}

/** The shared pool, as it is now: over all threads of this process that loaded the package. */
export function threadStats(): ThreadStats {
  return addon.threadStats();
}

/** Whether a quarter of all threads that may be is left behind in calls that nobody waits for. */
export function isCrowded(): boolean {
  const { abandoned, hardMax } = addon.threadStats();
  return abandoned * 4 >= hardMax;
}
