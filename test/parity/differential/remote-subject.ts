import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Families } from '../../../src';
import { allQueries, type LoggedQuery } from '../../support/dns-server/query-log';
import type { Observation } from './observe';

/** What a call did, and what the DNS server was asked meanwhile. */
export interface Seen {
  readonly observation: Observation;
  /** `TYPE name`, sorted, each once. */
  readonly queries: readonly string[];
}

function isObservation(message: unknown): message is Observation {
  return typeof message === 'object' && message !== null && 'lines' in message;
}

function lines(queries: readonly LoggedQuery[]): string[] {
  return [...new Set(queries.map(({ type, name }) => `${type} ${name.toLowerCase()}`))].sort();
}

/** A process that makes calls of `dns.lookup` and its kin, one at a time, and tells what they did. */
export class RemoteSubject {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** On this Node binary: with its own functions ('node'), or ours in their place. */
  static async start(
    binary: string,
    families: Families | 'node',
    flags: readonly string[] = [],
  ): Promise<RemoteSubject> {
    const child = fork(join(__dirname, 'subject.ts'), [families], {
      execPath: binary,
      // Printed warnings would be many; the subject observes them.
      execArgv: [...flags, '--no-warnings', '--import', 'tsx'],
    });
    const subject = new RemoteSubject(child);
    await subject.#message();
    return subject;
  }

  /** Makes the call that this source is. Nobody else may ask the DNS server meanwhile. */
  async see(source: string): Promise<Seen> {
    const before = allQueries().length;
    this.#child.send(source);
    const observation = await this.#message();
    if (!isObservation(observation)) throw new Error('the subject said something else than an observation');
    return { observation, queries: lines(allQueries().slice(before)) };
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  async #message(): Promise<unknown> {
    const gone = new AbortController();
    const exited = once(this.#child, 'exit', { signal: gone.signal }).then(([code, signal]) => {
      throw new Error(`the subject ended with ${code ?? signal}`);
    });
    try {
      const [message]: unknown[] = await Promise.race([
        once(this.#child, 'message', { signal: gone.signal }),
        exited,
      ]);
      return message;
    } finally {
      gone.abort();
      exited.catch(() => {});
    }
  }
}
