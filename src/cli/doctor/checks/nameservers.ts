import { duration } from '../../duration';
import { isSilent, type ServerEvidence } from '../probing/evidence';
import type { Diagnoses } from '../verdicts/diagnose';
import { isOfUse, type ServerState } from '../verdicts/server-state';
import { type Check, checkOf, skipped } from './check';

const TITLE = 'nameservers';

function line(server: ServerEvidence, state: ServerState | undefined): string {
  const ms = state?.ms === undefined ? 'no answer' : duration(state.ms);
  const root = server.root.find((reply) => !isSilent(reply));
  const control = root === undefined ? 'NS of the root: no answer' : `NS of the root: ${root.rcode}`;
  return `${server.address}: ${ms}; ${control}`;
}

/** Each nameserver by itself: whether it answers, how fast, and whether it says what the others say. */
export function checkNameservers(
  servers: readonly ServerEvidence[],
  { states, servers: findings }: Diagnoses,
  why: string | undefined,
): Check {
  const known = states.filter(({ kind }) => kind !== 'unknown');
  if (known.length === 0) return skipped('nameservers', TITLE, why ?? 'none was asked');
  const useful = known.filter(isOfUse);
  const agree = useful.length > 1 ? ', and say the same' : '';
  const usual = `${useful.length} of ${states.length} answer${agree}`;
  const evidence = servers.map((server) =>
    line(
      server,
      states.find(({ address }) => address === server.address),
    ),
  );
  return checkOf('nameservers', TITLE, usual, evidence, findings);
}
