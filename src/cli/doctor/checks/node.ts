import { getDefaultResultOrder } from 'node:dns';
import { getDefaultAutoSelectFamily } from 'node:net';
import { duration } from '../../latency';
import { type Check, checkOf, type Remark } from '../check';
import type { System } from '../system';

/** What a healthy name waited for behind one that does not answer; see head-of-line.ts. */
export interface HeadOfLine {
  readonly behind: string;
  /** ms; `atLeast`: it still waited then. */
  readonly ms: number;
  readonly atLeast: boolean;
}

const DEFAULT_THREADS = 4;
const MOST_THREADS = 1024; // libuv, threadpool.c

/** libuv's threads, as UV_THREADPOOL_SIZE sets them. */
export function poolSize(value: string | undefined): number {
  if (value === undefined) return DEFAULT_THREADS;
  const number = Number.parseInt(value, 10);
  return Math.min(MOST_THREADS, Math.max(1, Number.isNaN(number) ? 1 : number));
}

/** Of those, the ones that getaddrinfo may use at once: half, rounded up. */
export function lookupSlots(threads: number): number {
  return Math.floor((threads + 1) / 2);
}

/** Node's own ways: its thread pool, the order of addresses, and the delay of a name behind a dead one. */
export function checkNode(system: System, headOfLine: HeadOfLine | undefined): Check {
  const threads = poolSize(system.env['UV_THREADPOOL_SIZE']);
  const slots = lookupSlots(threads);
  const remarks: Remark[] = [];
  if (headOfLine !== undefined) {
    const { behind, ms, atLeast } = headOfLine;
    remarks.push({
      status: ms >= 1000 ? 'warn' : 'ok',
      says: `behind ${slots} lookups of ${behind}, dns.lookup of localhost waited ${atLeast ? 'more than ' : ''}${duration(ms)}`,
      meaning: 'In Node the DNS waits for the DNS: one name that does not answer holds up all others.',
      remedies: ['register'],
    });
  }
  const evidence = [
    `UV_THREADPOOL_SIZE ${system.env['UV_THREADPOOL_SIZE'] ?? 'not set'}: ${threads} threads, ${slots} of them for DNS; ${slots} names that do not answer block every other dns.lookup`,
    `autoSelectFamily ${getDefaultAutoSelectFamily() ? 'on' : 'off'}, result order ${getDefaultResultOrder()}`,
  ];
  return checkOf('node', 'node', `${process.version}; ${slots} lookups at once`, evidence, remarks);
}
