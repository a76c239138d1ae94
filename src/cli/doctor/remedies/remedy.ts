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
  /** The nameservers that answer. */
  readonly answering: readonly string[];
  readonly search: readonly string[];
  /** The names, with the dot at their end, that come late in libc's list. */
  readonly fullyQualified: readonly string[];
  /** What the pastes are about, where it is one. */
  readonly host?: string | undefined;
  /** The search domain at fault. */
  readonly domain?: string | undefined;
}
