import type { Answer, Cancelable } from './attempt';

/** Starts what a flight shares. `stalled` is to be called when it turns out to be slow. */
export type TakeOff = (stalled: () => void, done: (answer: Answer) => void) => Cancelable;

class Flight {
  readonly passengers = new Set<(answer: Answer) => void>();
  work: Cancelable | undefined;
}

/**
 * Concurrent equal lookups share one flight. Once it has stalled it takes no more joiners, so that
 * nobody queues behind a stall; when the last one leaves, its work is canceled.
 */
export class Flights {
  readonly #open = new Map<string, Flight>();

  /** Boards the flight for this key, or starts one. `joined` says which. */
  join(
    key: string,
    takeOff: TakeOff,
    done: (answer: Answer) => void,
  ): Cancelable & { readonly joined: boolean } {
    const open = this.#open.get(key);
    const flight = open ?? this.#start(key, takeOff);
    flight.passengers.add(done);
    return {
      joined: open !== undefined,
      cancel: () => {
        flight.passengers.delete(done);
        if (flight.passengers.size > 0) return;
        this.#close(key, flight);
        flight.work?.cancel();
      },
    };
  }

  #start(key: string, takeOff: TakeOff): Flight {
    const flight = new Flight();
    this.#open.set(key, flight);
    flight.work = takeOff(
      () => this.#close(key, flight),
      (answer) => {
        this.#close(key, flight);
        for (const done of flight.passengers) done(answer);
      },
    );
    return flight;
  }

  #close(key: string, flight: Flight): void {
    if (this.#open.get(key) === flight) this.#open.delete(key);
  }
}
