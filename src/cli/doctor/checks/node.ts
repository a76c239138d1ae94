import { getDefaultResultOrder } from 'node:dns';
import { getDefaultAutoSelectFamily } from 'node:net';
import { duration } from '../../duration';
import type { System } from '../facts/system';
import { type HeadOfLine, lookupSlots, poolSize } from '../probing/head-of-line';
import type { Finding } from '../verdicts/finding';
import { type Check, checkOf } from './check';

/** Node's own ways: its thread pool, the order of addresses, and the delay of a name behind a dead one. */
export function checkNode(system: System, headOfLine: HeadOfLine | undefined): Check {
  const threads = poolSize(system.env['UV_THREADPOOL_SIZE']);
  const slots = lookupSlots(threads);
  const findings: Finding[] = [];
  if (headOfLine !== undefined) {
    const { behind, ms, atLeast } = headOfLine;
    findings.push({
      status: ms >= 1000 ? 'advice' : 'ok',
      message: `behind ${slots} lookups of ${behind}, dns.lookup of localhost waited ${atLeast ? 'more than ' : ''}${duration(ms)}`,
      meaning: "Unanswered lookups occupy Node's thread pool and block every other lookup.",
      remedies: ['register'],
    });
  }
  const evidence = [
    `UV_THREADPOOL_SIZE ${system.env['UV_THREADPOOL_SIZE'] ?? 'not set'}: ${threads} threads, ${slots} of them for DNS; ${slots} names that do not answer block every other dns.lookup`,
    `autoSelectFamily ${getDefaultAutoSelectFamily() ? 'on' : 'off'}, result order ${getDefaultResultOrder()}`,
  ];
  return checkOf('node', 'node', `${process.version}; ${slots} lookups at once`, evidence, findings);
}
