import type { Answer, Cancelable } from './attempt';

/** Starts what a flight shares. `stalled` is to be called when it turns out to be slow. */
export type TakeOff = (stalled: () => void, done: (answer: Answer) => void) => Cancelable;

/** libc gives a flight's lookup up at its deadline, rounded up to whole seconds: ms that it may last beyond. */
const ROUNDING = 1000;

type Passenger = (answer: Answer) => void;

class Flight {
  passengers: Set<Passenger> | undefined = new Set();
  work: Cancelable | undefined;
  readonly deadline: number;

  constructor(deadline: number) {
    this.deadline = deadline;
  }

  /**
   * Lets go of everybody on board. A Map with short-lived entries leaves a chain of retired tables behind,
   * which keep what they held from the scavenger: it should not be every lookup.
   */
  empty(): Set<Passenger> | undefined {
    const { passengers } = this;
    this.passengers = undefined;
    this.work = undefined;
    return passengers;
  }
}

/**
 * Concurrent equal lookups share one flight. Once it has stalled it takes no more joiners, so that
 * nobody queues behind a stall; when the last one leaves, its work is canceled.
 */
export class Flights {
  readonly #open = new Map<string, Flight>();

  /**
   * Boards the flight for this key, or starts one; `joined` says which. One that is given up well before
   * this passenger's deadline (by performance.now()) is none to board.
   */
  join(
    key: string,
    deadline: number,
    takeOff: TakeOff,
    done: (answer: Answer) => void,
  ): Cancelable & { readonly joined: boolean } {
    const known = this.#open.get(key);
    const open = known !== undefined && deadline <= known.deadline + ROUNDING ? known : undefined;
    const flight = open ?? this.#start(key, deadline, takeOff);
    // Kept here, since a landing flight lets go of it: whoever leaves meanwhile must still be left out.
    const { passengers } = flight;
    passengers?.add(done);
    return {
      joined: open !== undefined,
      cancel: () => {
        passengers?.delete(done);
        const { work } = flight;
        if (flight.passengers === undefined || flight.passengers.size > 0) return;
        this.#close(key, flight);
        flight.empty();
        work?.cancel();
      },
    };
  }

  #start(key: string, deadline: number, takeOff: TakeOff): Flight {
    const flight = new Flight(deadline);
    this.#open.set(key, flight);
    flight.work = takeOff(
      () => this.#close(key, flight),
      (answer) => {
        this.#close(key, flight);
        for (const done of flight.empty() ?? []) done(answer);
      },
    );
    return flight;
  }

  #close(key: string, flight: Flight): void {
    if (this.#open.get(key) === flight) this.#open.delete(key);
  }
}
