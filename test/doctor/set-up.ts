import type { EtcFile } from '../support/sandbox/etc-files';

/** A place with something wrong in it, or with nothing. */
export interface SetUp {
  readonly name: string;
  /** The true cause, as the report names it; several where each is right. null: healthy, the exit code must be 0. */
  readonly cause: string | readonly string[] | null;
  readonly args: readonly string[];
  readonly etc?: Readonly<Partial<Record<EtcFile, string>>>;
  readonly resolvConfMode?: number;
  /** Scripted servers, by address: directives (test/support). */
  readonly servers?: Readonly<Record<string, string>>;
  /** Servers of special-server.ts, by address: their kind. */
  readonly special?: Readonly<Record<string, string>>;
  /** Run first. */
  readonly shell?: string;
  /** A real server, with its arguments; skipped where the machine has none. */
  readonly daemon?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly loopbackOnly?: boolean;
  readonly ipv6?: boolean;
  /** What the sentence must say. */
  readonly says?: string;
}
