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
