import { duration } from '../../duration';
import { isLost } from '../../probe';
import { firstWait } from '../facts/resolver-config';
import type { System } from '../facts/system';
import { percentile } from '../probing/figures';
import { answersUdp, type NameserverSurvey } from '../probing/nameserver-survey';
import { type Check, checkOf, type Finding, skipped } from './check';

const TITLE = 'nameservers';
const OUT_OF_DATE =
  'One of them holds a record that is out of date, or they are meant to differ (a name that moves, a content network).';

function timesOf({ udp }: NameserverSurvey): number[] {
  return [...udp.values()]
    .flat()
    .filter((sample) => !isLost(sample))
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
}

function deadRemark(survey: NameserverSurvey, at: number, count: number, system: System): Finding {
  const quick = [...survey.udp.values()].flat().every(({ outcome, ms }) => outcome === 'failed' && ms < 1000);
  const how = quick ? 'refuses or fails every question' : 'does not answer';
  const wait = duration(firstWait(system.config, system.libc));
  const only = count === 1;
  // Refused at once, the question goes to the next server at once.
  const costs = only
    ? 'nothing can be resolved'
    : quick
      ? 'the next one is asked at once'
      : `every lookup waits ${wait} first`;
  if (at > 0) {
    return {
      status: 'warn',
      message: `nameserver ${survey.address} (number ${at + 1}) ${how} over UDP`,
      meaning: 'It is asked only when the ones before it fail, and then it is no help.',
      remedies: ['nameservers'],
    };
  }
  return {
    status: 'fail',
    message: `the ${only ? 'only' : 'first'} nameserver, ${survey.address}, ${how}: ${costs}`,
    meaning:
      'libc asks it first each time, and does not remember that it is dead. Asking for A alone, or a second attempt, does not help: both begin with this server.',
    remedies: ['nameservers', ...(quick ? [] : (['dns-config-timeout', 'resolv-nameservers'] as const))],
  };
}

function tcpRemarks({ address, tcp }: NameserverSurvey): Finding[] {
  if (tcp === undefined || !isLost(tcp)) return [];
  return [
    {
      status: 'warn',
      message: `nameserver ${address} does not answer over TCP`,
      meaning:
        'Answers too long for a UDP packet, and "options use-vc", need TCP: a firewall lets only UDP through.',
      remedies: [],
    },
  ];
}

/** What a server said about a name, over all rounds. */
function answersFor(
  survey: NameserverSurvey,
  name: string,
): { addresses: Set<string>; absent: boolean } | undefined {
  const samples = (survey.udp.get(name) ?? []).filter((sample) => !isLost(sample));
  if (samples.length === 0) return undefined;
  return {
    addresses: new Set(samples.flatMap(({ addresses }) => addresses)),
    absent: samples.every(({ outcome }) => outcome !== 'answered'),
  };
}

interface Said {
  readonly address: string;
  readonly addresses: ReadonlySet<string>;
}

// Of two servers none can be told to be the one that is wrong.
function difference(one: Said, other: Said, name: string): Finding[] {
  const only = (these: Said, those: Said): string =>
    [...these.addresses].filter((address) => !those.addresses.has(address)).join(', ') || 'none of these';
  const [first, second] = [only(one, other), only(other, one)];
  if (first === second) return [];
  return [
    {
      status: 'warn',
      message: `nameservers ${one.address} and ${other.address} disagree on ${name}: ${first} from the first, ${second} from the second`,
      meaning: OUT_OF_DATE,
      remedies: ['consistent-nameservers'],
    },
  ];
}

/** Servers that say of a name what no other says. */
function disagreements(surveys: readonly NameserverSurvey[], name: string): Finding[] {
  const said = surveys.flatMap((survey) => {
    const answers = answersFor(survey, name);
    return answers === undefined ? [] : [{ address: survey.address, ...answers }];
  });
  const [one, other] = said;
  if (one === undefined || other === undefined) return [];
  if (said.length === 2 && !one.absent && !other.absent) return difference(one, other, name);
  return said.flatMap(({ address, addresses, absent }): Finding[] => {
    const others = said.filter((other) => other.address !== address);
    const elsewhere = new Set(others.flatMap((other) => [...other.addresses]));
    const own = [...addresses].filter((one) => !elsewhere.has(one));
    if (absent && elsewhere.size > 0) {
      return [
        {
          status: 'warn',
          message: `nameserver ${address} does not know ${name}, which ${others.map((other) => other.address).join(' and ')} resolves`,
          meaning:
            'libc takes "no such name" from any server as the truth: a second server must know all that the first one knows.',
          remedies: ['consistent-nameservers'],
        },
      ];
    }
    if (own.length === 0 || elsewhere.size === 0) return [];
    return [
      {
        status: 'warn',
        message: `nameserver ${address} answers ${name} with ${own.join(', ')}, which no other nameserver has`,
        meaning: OUT_OF_DATE,
        remedies: ['consistent-nameservers'],
      },
    ];
  });
}

function line(survey: NameserverSurvey): string {
  const times = timesOf(survey);
  const udp = times.length === 0 ? 'no answer' : duration(percentile(times, 50));
  const { tcp } = survey;
  const over = tcp === undefined ? 'not asked' : isLost(tcp) ? 'no answer' : duration(tcp.ms);
  return `${survey.address}: UDP ${udp}, TCP ${over}`;
}

/** Each nameserver by itself: whether it answers, how fast, and whether it says what the others say. */
export function checkNameservers(
  system: System,
  surveys: readonly NameserverSurvey[] | { readonly skipped: string },
): Check {
  if ('skipped' in surveys) return skipped('nameservers', TITLE, surveys.skipped);
  const answering = surveys.filter(answersUdp);
  const names = new Set(surveys.flatMap(({ udp }) => [...udp.keys()]));
  const remarks = [
    ...surveys.flatMap((survey, at) =>
      answersUdp(survey) ? [] : [deadRemark(survey, at, surveys.length, system)],
    ),
    ...answering.flatMap(tcpRemarks),
    ...[...names].flatMap((name) => disagreements(surveys, name)),
  ];
  const agree = answering.length > 1 ? ', and say the same' : '';
  const usual = `${answering.length} of ${surveys.length} answer${agree}`;
  return checkOf('nameservers', TITLE, usual, surveys.map(line), remarks);
}
