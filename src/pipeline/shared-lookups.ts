import { TransientMap } from '../native/transient-map';
import type { Answer, Cancelable } from './attempt';

/** libc gives a flight's lookup up at its deadline, rounded up to whole seconds: ms that it may last beyond. */
const ROUNDING = 1000;

type Passenger = (answer: Answer) => void;

/** A lookup that several may wait for, as it is done. */
export class Flight {
  readonly deadline: number;
  readonly #key: string;
  readonly #open: TransientMap<string, Flight>;
  readonly #seats: (Passenger | undefined)[];
  #aboard = 1;
  #isOpen = true;
  work: Cancelable | undefined;

  constructor(open: TransientMap<string, Flight>, key: string, deadline: number, first: Passenger) {
    this.deadline = deadline;
    this.#key = key;
    this.#open = open;
    this.#seats = [first];
    open.set(key, this);
  }

  /** It turns out to be slow: nobody boards any more. */
  stalled(): void {
    this.#close();
  }

  /** It is over. Who leaves meanwhile is left out. */
  landed(answer: Answer): void {
    this.#close();
    for (let seat = 0; seat < this.#seats.length; seat += 1) {
      const passenger = this.#seats[seat];
      this.#seats[seat] = undefined;
      passenger?.(answer);
    }
  }

  /** Returns the seat. */
  board(passenger: Passenger): number {
    this.#aboard += 1;
    return this.#seats.push(passenger) - 1;
  }

  /** When the last one leaves, the work is canceled. */
  leave(seat: number): void {
    if (this.#seats[seat] === undefined) return;
    this.#seats[seat] = undefined;
    this.#aboard -= 1;
    if (this.#aboard > 0) return;
    this.#close();
    this.work?.cancel();
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#open.get(this.#key) === this) this.#open.delete(this.#key);
  }
}

/** Somebody's place in a flight. */
class Place implements Cancelable {
  readonly joined: boolean;
  readonly #flight: Flight;
  readonly #seat: number;

  constructor(joined: boolean, flight: Flight, seat: number) {
    this.joined = joined;
    this.#flight = flight;
    this.#seat = seat;
  }

  cancel(): void {
    this.#flight.leave(this.#seat);
  }
}

/**
 * Concurrent equal lookups share one flight. Once it has stalled it takes no more joiners, so that
 * nobody queues behind a stall; when the last one leaves, its work is canceled.
 */
export class Flights {
  readonly #open = new TransientMap<string, Flight>();

  /**
   * Boards the flight for this key, or starts one, whose work is to tell it how it goes; `joined` says which.
   * One that is given up well before this passenger's deadline (by performance.now()) is none to board.
   */
  join(
    key: string,
    deadline: number,
    takeOff: (flight: Flight) => Cancelable,
    done: (answer: Answer) => void,
  ): Cancelable & { readonly joined: boolean } {
    const known = this.#open.get(key);
    if (known !== undefined && deadline <= known.deadline + ROUNDING) {
      return new Place(true, known, known.board(done));
    }
    const flight = new Flight(this.#open, key, deadline, done);
    flight.work = takeOff(flight);
    return new Place(false, flight, 0);
  }
}
