import { isIPv4, isIPv6 } from 'node:net';
import type { Answer, Subject } from './call';
import type { Performance, Run } from './lane';
import { hostsOf, isCalm, isLossy, type Order, type Setup } from './setup';

/** What breaks the rule: an address that getaddrinfo(AF_UNSPEC) gives, and a name found if and only if that finds it. */
export const FAULTS = [
  'another host',
  'not found',
  'found',
  'addresses missing',
  'another order',
  'another error',
  'more queries',
] as const;

export type Fault = (typeof FAULTS)[number];

const FAMILIES = [isIPv4, isIPv6];

const isFound = ({ code }: Answer): boolean => code === 'OK';

function isIncluded(part: readonly string[], whole: readonly string[]): boolean {
  return part.every((item) => whole.includes(item));
}

function ordered(addresses: readonly string[], order: Order): string[] {
  if (order === 'verbatim') return [...addresses];
  const isFirst = order === 'ipv4first' ? isIPv4 : isIPv6;
  return [...addresses.filter(isFirst), ...addresses.filter((address) => !isFirst(address))];
}

/** Whether a contestant may leave out a family that the system has: as documented, and no other. */
function mayMiss(
  subject: Subject,
  isFamily: (address: string) => boolean,
  setup: Setup,
  given: Answer,
): boolean {
  if (given.addresses.length === 0 || setup.ipv6Host) return false;
  if (subject === 'ipv4-first') return isFamily === isIPv6 && setup.order !== 'ipv6first';
  // It answers with what is there once the other family is `resolutionDelay` late.
  return subject === 'dual' && setup.resolutionDelay < 1000 && !isCalm(setup);
}

/** `dual` answers with AAAA alone where A does not come (RFC 8305, section 3); AF_UNSPEC then gives the name up. */
function answersAlone(subject: Subject, setup: Setup, { addresses }: Answer): boolean {
  if (subject !== 'dual' || setup.resolutionDelay >= 1000 || !addresses.every(isIPv6)) return false;
  return hostsOf(setup).some(({ a }) => a.kind === 'lost');
}

/** Whether all that a walk met on its way was NXDOMAIN, until an A record or the end. */
function isPlainWalk({ answer, queries }: Performance): boolean {
  const walked = queries.filter(({ type }) => type === 'A');
  const ends = walked.filter(({ outcome }) => outcome !== 'nxdomain');
  return isFound(answer) ? ends.length === 1 && ends[0]?.outcome === 'addresses' : ends.length === 0;
}

/** The most queries that ours may send; undefined where nothing is promised. */
function mostQueries(subject: Subject, setup: Setup, { system, inet }: Run): number | undefined {
  const [first] = system;
  if (first.queries.length === 0) return 0;
  const isPromised =
    subject === 'ipv4-first' &&
    setup.hedge === false &&
    setup.order !== 'ipv6first' &&
    !setup.ipv6Host &&
    setup.nsswitch === 'files dns' &&
    !/^[\d.]+$/.test(setup.name) &&
    isCalm(setup) &&
    isPlainWalk(first);
  return isPromised ? inet.queries.length : undefined;
}

function isInOrder(subject: Subject, setup: Setup, given: Answer, system: Answer): boolean {
  const expected = ordered(system.addresses, setup.order);
  if (subject === 'system' || subject === 'dns.lookup') {
    return given.addresses.join() === expected.join();
  }
  if (subject === 'c-ares') return true;
  // What comes first is of a family that the host can reach.
  const [mine = '', theirs = ''] = [given.addresses[0], expected[0]];
  if (setup.ipv6Host && isIPv6(mine) !== isIPv6(theirs)) return false;
  if (setup.order === 'verbatim') return true;
  return given.addresses.join() === ordered(given.addresses, setup.order).join();
}

/** What a contestant has done wrong in a set-up; nothing where it did not take part. */
export function faultsOf(subject: Subject, setup: Setup, run: Run): Fault[] {
  const performance = run.subjects.get(subject);
  if (performance === undefined) return [];
  const given = performance.answer;
  const systems = run.system.map(({ answer }) => answer);
  const [first] = run.system;
  const faults: Fault[] = [];
  const mayGoAlone = answersAlone(subject, setup, given);
  if (
    !mayGoAlone &&
    !isIncluded(
      given.addresses,
      systems.flatMap(({ addresses }) => addresses),
    )
  )
    faults.push('another host');
  if (!isFound(given) && systems.every(isFound)) faults.push('not found');
  if (!mayGoAlone && isFound(given) && !systems.some(isFound)) faults.push('found');
  for (const isFamily of FAMILIES) {
    const wanted = first.answer.addresses.filter(
      (address) => isFamily(address) && systems.every(({ addresses }) => addresses.includes(address)),
    );
    const isWhole = isIncluded(wanted, given.addresses);
    const isAbsent = !given.addresses.some(isFamily);
    if (isFound(given) && !isWhole && !(isAbsent && mayMiss(subject, isFamily, setup, given))) {
      faults.push('addresses missing');
    }
  }
  if (faults.length === 0 && isFound(given) && systems.length === 1 && isCalm(setup)) {
    if (!isInOrder(subject, setup, given, first.answer)) faults.push('another order');
  }
  // Where libc waits for what is lost, more than once for ours, that may be over only after the deadline.
  const isLate = isLossy(setup) && given.code === 'EAI_AGAIN';
  if (
    subject !== 'c-ares' &&
    !isFound(given) &&
    !isLate &&
    !systems.some(({ code }) => code === given.code)
  ) {
    if (faults.length === 0) faults.push('another error');
  }
  const most =
    subject === 'c-ares' || subject === 'dns.lookup' ? undefined : mostQueries(subject, setup, run);
  if (most !== undefined && performance.queries.length > most) faults.push('more queries');
  return [...new Set(faults)];
}
