import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Families } from '../../../src';
import type { Seen } from './observe';

function isSeen(message: unknown): message is Seen[] {
  return Array.isArray(message) && message.every((each) => 'observation' in each);
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

  /** Makes the calls that these sources are. Nobody else may ask the DNS server meanwhile. */
  async see(sources: readonly string[]): Promise<Seen[]> {
    this.#child.send(sources);
    const seen = await this.#message();
    if (!isSeen(seen)) throw new Error('the subject said something else than what it saw');
    return seen;
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
