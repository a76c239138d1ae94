import type { Report } from './report-data';

/** What a reader has to know before the numbers; a paragraph each. */
export function introduction({ machine, fastServer, quick, host, minutes }: Report): string[] {
  const place = `${machine.cpus} CPUs (${machine.cpu}), Linux ${machine.kernel}, ${machine.libc}, Node ${machine.node}`;
  const command = `npm run bench${quick ? ' -- --quick' : ''}${host === undefined ? '' : ` -- --host ${host}`}`;
  const paragraphs = [
    `Measured on ${place}; load average before the run ${machine.loadBefore}. ` +
      `Made by \`${command}\` in ${minutes} minutes.`,
  ];
  if (host !== undefined) return paragraphs;
  return [
    ...paragraphs,
    'Every way runs in a process of its own, in turn (A B A B), and resolves the same kinds of names from the ' +
      'same server in the same network namespace. Numbers are medians over the rounds, with the lowest and ' +
      'the highest round in brackets; where lookups wait for lost packets, percentiles are those of all ' +
      'rounds together. Believe the ratios, not the milliseconds: they were taken side by side.',
    `DNS server for throughput: ${fastServer}. For faults: the scripted server of test/support. Both share the CPUs with what they serve.`,
    'To be fair to Node: with `family: 4` it sends no AAAA query either, and glibc mends itself after a first ' +
      'stall, thread by thread. lookup4 and the C program make the same call: AF_INET, SOCK_STREAM, no flags. ' +
      'But on glibc a busy thread of lookup4 makes a new socket for every 16th lookup only, where the C program ' +
      'and libuv make one for each; the C program with its sockets kept is the limit to that.',
  ];
}
