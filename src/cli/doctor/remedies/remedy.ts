import type { Runtime } from '../facts/environment';

/** Something to paste. */
export interface Piece {
  readonly title: string;
  /** Code, YAML, a line of a file, a command. */
  readonly paste: string;
  readonly language: 'js' | 'yaml' | 'sh' | 'text';
}

/** A {@link Piece}, what it is worth, and the command that shows it. */
export interface RemedyText extends Piece {
  readonly fixes: string;
  readonly doesNotFix: string;
  readonly check: string;
}

/** What the run has found that goes into a remedy. */
export interface AdviceContext {
  readonly runtime: Runtime;
  /** The nameservers of resolv.conf, and those of them that answer. */
  readonly nameservers: readonly string[];
  readonly answering: readonly string[];
  readonly search: readonly string[];
  /** The `options` words of resolv.conf that take effect. */
  readonly options: readonly string[];
  /** Whether libc here knows an option of resolv.conf, and is the one who asks. */
  readonly takesOption: (name: string) => boolean;
  /** Whether a Resolver can be given nameservers of its own, and they are asked. */
  readonly takesNameservers: boolean;
  /** The names, with the dot at their end, that come late in libc's list. */
  readonly fullyQualified: readonly string[];
  /** What the pastes are about, where it is one. */
  readonly host?: string | undefined;
  /** Whether the host is found as it is written, not under a search domain. */
  readonly foundAsWritten: boolean;
  /** The search domains at fault. */
  readonly domains: readonly string[];
  /** The nameserver that says something else than the others. */
  readonly odd?: string | undefined;
}

/** The host as it stands in a command; in capitals where there are several. */
export const hostIn = ({ host = 'HOST' }: Pick<AdviceContext, 'host'>): string => host;

/** The command that looks again. */
export const doctorOf = (context: Pick<AdviceContext, 'host'>): string =>
  `npx addrinfo doctor ${hostIn(context)}`;
