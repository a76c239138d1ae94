import { type ChildProcess, spawn } from 'node:child_process';
import { ADDRCONFIG } from 'node:dns';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Answer, type Call, isAnswer, type Subject } from './call';
import type { Programs } from './programs';

/** ms after which a contestant that says nothing has failed. */
const PATIENCE = 30_000;

/** One process that makes lookups, in a network namespace of its own. */
export interface Contestant {
  readonly address: string;
  make(call: Call): Promise<Answer>;
  stop(): void;
}

/** Where a contestant lives: the /etc of its lane, and its address. */
export interface Place {
  readonly etc: string;
  readonly lane: number;
  readonly number: number;
  /** Whether it has no IPv4 address but loopback. */
  readonly ipv6Host: boolean;
}

function enter({ etc, lane, number, ipv6Host }: Place, command: readonly string[]): string[] {
  const setup = join(__dirname, 'contestant-setup.sh');
  return ['--net', '--mount', 'sh', setup, etc, String(lane), String(number), String(ipv6Host), ...command];
}

/** Hands what comes in to the one who waits; everybody fails with the process. */
class Replies<T> {
  readonly #what: string;
  #settle: { resolve: (value: T) => void; reject: (error: Error) => void } | undefined;
  #gone: Error | undefined;

  constructor(what: string, child: ChildProcess) {
    this.#what = what;
    child.on('error', (error) => this.#fail(error));
    child.on('exit', (code, signal) => this.#fail(new Error(`${what} ended with ${code ?? signal}`)));
  }

  next(): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#gone !== undefined) {
        reject(this.#gone);
        return;
      }
      const late = new Error(`${this.#what} has not answered for ${PATIENCE} ms`);
      const timer = setTimeout(() => this.#fail(late), PATIENCE);
      this.#settle = {
        resolve: (value) => {
          clearTimeout(timer);
          resolve(value);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
    });
  }

  give(value: T): void {
    this.#settle?.resolve(value);
    this.#settle = undefined;
  }

  #fail(error: Error): void {
    this.#gone ??= error;
    this.#settle?.reject(error);
    this.#settle = undefined;
  }
}

const addressOf = ({ lane, number, ipv6Host }: Place): string =>
  ipv6Host ? `fd78::${lane}:${number}` : `10.78.${lane}.${number}`;

/** Node's `dns.lookup`, ours, or c-ares. */
export async function startSubject(subject: Subject, place: Place, programs: Programs): Promise<Contestant> {
  const command = [process.execPath, programs.subject, subject];
  const child = spawn('unshare', enter(place, command), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const replies = new Replies<unknown>(subject, child);
  const ready = replies.next();
  child.on('message', (message) => replies.give(message));
  await ready;
  return {
    address: addressOf(place),
    async make(call) {
      const reply = replies.next();
      child.send(call);
      const answer = await reply;
      if (!isAnswer(answer)) throw new Error(`${subject} said something else than an answer`);
      return answer;
    },
    stop: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** getaddrinfo(3) itself, with AF_UNSPEC (0) or AF_INET (4). */
export function startGetaddrinfo(family: 0 | 4, place: Place, programs: Programs): Contestant {
  const child = spawn('unshare', enter(place, [programs.gai]), { stdio: ['pipe', 'pipe', 'inherit'] });
  const replies = new Replies<Answer>('getaddrinfo', child);
  child.stdin.on('error', () => {});
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [, code = '', ...addresses] = line.split(' ');
    replies.give({ code, addresses });
  });
  return {
    address: addressOf(place),
    make({ name, addrconfig }) {
      const reply = replies.next();
      child.stdin.write(`1 ${family} ${addrconfig ? ADDRCONFIG : 0} ${name}\n`);
      return reply;
    },
    stop: () => child.stdin.end(),
  };
}
