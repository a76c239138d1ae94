/**
 * What can go wrong between the pod and its DNS servers. README.md says what is real in each and what is by
 * rule.
 */
export const MODES = ['ok', 'clash', 'legacy', 'drop', 'flow', 'aaaa', 'loss', 'dead', 'slow'] as const;
export type Mode = (typeof MODES)[number];

/** Everything a caller may vary; each mode has its own defaults. */
export interface LabOptions {
  /** Percent of the packets in question that are lost (drop 100, loss 5). */
  readonly rate?: number;
  /**
   * Rules of other services ahead of ours: the more, the wider the race window (2000 where packets race).
   */
  readonly services?: number;
  /**
   * Milliseconds each answer is held back (drop 2, so that no answer overtakes the AAAA query; slow 1100).
   */
  readonly answerDelay?: number;
  /** resolv.conf's nameservers: 10.96.0.10 is the cluster's, 10.96.0.66 swallows everything. */
  readonly nameservers?: readonly string[];
  /** resolv.conf's options line. */
  readonly resolvOptions?: string;
  /**
   * Seconds until conntrack forgets a UDP flow. A reused source port finds its old entry, and cannot clash:
   * mind this above 20,000 lookups. Less than an answer takes loses that answer.
   */
  readonly conntrackTimeout?: number;
}

/** A mode with its options filled in. */
export interface Setting extends Required<Omit<LabOptions, 'rate' | 'conntrackTimeout'>> {
  readonly conntrackTimeout: number | undefined;
  /** Whether A and AAAA of one lookup are handled on two CPUs at once, so that real clashes happen. */
  readonly steer: boolean;
  /** The nftables table `lab`: what is lost, and what is counted. */
  readonly rules: string;
}

const CLUSTER_DNS = '10.96.0.10';
const SILENT_DNS = '10.96.0.66';

/** Ids of the DNS record types, as they stand in a question. */
const TYPES = { a: 1, aaaa: 28 } as const;

/** The setting of `mode`, with `options` over its defaults. */
export function setting(mode: Mode, options: LabOptions = {}): Setting {
  const steer = mode === 'clash' || mode === 'legacy' || mode === 'slow';
  return {
    steer,
    services: options.services ?? (steer ? 2000 : 0),
    answerDelay: options.answerDelay ?? defaultDelay(mode),
    nameservers: options.nameservers ?? (mode === 'dead' ? [SILENT_DNS, CLUSTER_DNS] : [CLUSTER_DNS]),
    resolvOptions: options.resolvOptions ?? 'ndots:5',
    conntrackTimeout: options.conntrackTimeout,
    rules: table(lossRules(mode, options.rate)),
  };
}

/** The text of the pod's resolv.conf. */
export function resolvConf({ nameservers, resolvOptions }: Setting): string {
  return [
    ...nameservers.map((address) => `nameserver ${address}`),
    'search ns.svc.cluster.local svc.cluster.local cluster.local',
    ...(resolvOptions === '' ? [] : [`options ${resolvOptions}`]),
  ].join('\n');
}

function defaultDelay(mode: Mode): number {
  if (mode === 'slow') return 1100;
  return mode === 'drop' ? 2 : 0;
}

interface LossRules {
  readonly hook: string;
  readonly rules: readonly string[];
}

function lossRules(mode: Mode, rate: number | undefined): LossRules | undefined {
  const forward = 'hook forward priority 0';
  switch (mode) {
    case 'legacy':
      // IPS_NAT_CLASH (0x1000): the kernel since 2020 keeps the loser of a clash in the reply direction. To
      // lose its answer is to lose the packet, as kernels before did.
      return {
        hook: 'hook prerouting priority -150',
        rules: ['udp sport 53 ct status & 0x1000 == 0x1000 counter name dropped drop'],
      };
    case 'drop':
      return { hook: forward, rules: [lose('udp dport 53 ct state new ct status confirmed', rate ?? 100)] };
    case 'flow':
      return {
        hook: forward,
        rules: [
          'udp dport 53 ip saddr . udp sport @recent counter name dropped drop',
          'udp dport 53 add @recent { ip saddr . udp sport }',
        ],
      };
    case 'aaaa':
      return { hook: forward, rules: [`meta mark ${TYPES.aaaa} counter name dropped drop`] };
    case 'loss':
      return { hook: forward, rules: [lose('udp dport 53', rate ?? 5), lose('udp sport 53', rate ?? 5)] };
    default:
      return undefined;
  }
}

function lose(packets: string, percent: number): string {
  if (!(percent > 0 && percent <= 100))
    throw new Error(`rate must be above 0 and at most 100, got ${percent}`);
  const chance = percent === 100 ? '' : `numgen random mod 10000 < ${Math.ceil(percent * 100)}`;
  return `${packets} ${chance} counter name dropped drop`;
}

function table(loss: LossRules | undefined): string {
  return `
table ip lab {
  counter dropped { }
  counter queries_a { }
  counter queries_aaaa { }
  set recent {
    type ipv4_addr . inet_service
    flags dynamic,timeout
    timeout 100ms
  }
  chain questions {
    type filter hook prerouting priority -310
    meta l4proto != udp return
    udp dport != 53 return
    ${questionRules().join('\n    ')}
  }
  ${loss === undefined ? '' : lossChain(loss)}
}`;
}

function lossChain({ hook, rules }: LossRules): string {
  return `chain loss {
    type filter ${hook}
    ${rules.join('\n    ')}
  }`;
}

/**
 * Counts each query by its type and marks the packet with it. The type stands after the name, and nftables
 * reads only from fixed places: hence one rule for every length a name can have here. Each compares the
 * five bytes that end a question: the root label, the type, the class IN.
 */
function questionRules(): string[] {
  const headers = 8 + 12; // UDP, DNS
  const rules: string[] = [];
  for (let nameBytes = 4; nameBytes <= 64; nameBytes++) {
    const at = (headers + nameBytes - 1) * 8;
    for (const [type, id] of Object.entries(TYPES)) {
      const bytes = `0x00${id.toString(16).padStart(4, '0')}0001`;
      rules.push(`@th,${at},40 ${bytes} counter name queries_${type} meta mark set ${id} return`);
    }
  }
  return rules;
}
