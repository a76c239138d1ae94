import type { Event, FleetOptions } from './fleet';

/** What a fleet goes through. */
export interface Story {
  readonly name: string;
  readonly title: string;
  readonly nameservers: number;
  /** s */
  readonly seconds: number;
  readonly events: readonly Event[];
}

/** Queries that the nameservers can take, in terms of the steady load. */
export const CAPACITY = 1.25;

/** An overload, in terms of what the nameservers can take. */
const OVERLOAD = 1.5;

function lossOf(loss: number): Event['happen'] {
  return ({ nameservers }) => {
    for (const nameserver of nameservers) nameserver.loss = loss;
  };
}

function demandOf(demand: number): Event['happen'] {
  return (fleet) => {
    fleet.demand = demand;
  };
}

function silence(places: readonly number[], isSilent: boolean): Event['happen'] {
  return ({ nameservers }) => {
    for (const place of places) {
      const nameserver = nameservers[place];
      if (nameserver !== undefined) nameserver.isSilent = isSilent;
    }
  };
}

export const STORIES: readonly Story[] = [
  {
    name: 'fleet-one-nameserver',
    title: 'One nameserver: loss, an overload, an outage',
    nameservers: 1,
    seconds: 105,
    events: [
      { at: 10, name: '5 % loss', happen: lossOf(0.05) },
      { at: 20, name: '', happen: lossOf(0) },
      { at: 30, name: 'overload, 1.5 times', happen: demandOf(OVERLOAD * CAPACITY) },
      { at: 40, name: '', happen: demandOf(1) },
      { at: 60, name: 'outage', happen: silence([0], true) },
      { at: 90, name: 'back', happen: silence([0], false) },
    ],
  },
  {
    name: 'fleet-two-nameservers',
    title: 'Two nameservers: the first one dies and comes back',
    nameservers: 2,
    seconds: 60,
    events: [
      { at: 10, name: 'the first one is silent', happen: silence([0], true) },
      { at: 40, name: 'back', happen: silence([0], false) },
    ],
  },
];

export function fleetOf(
  story: Story,
  size: Pick<FleetOptions, 'processes' | 'rate'>,
  hedge: 'auto' | false,
): FleetOptions {
  const { nameservers, seconds, events } = story;
  return { ...size, nameservers, seconds, events, hedge, capacity: CAPACITY };
}
