import { printable } from '../shared/printable';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

const CODES: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

const NARROWEST = 40;
const WIDEST = 110;
const WITHOUT_TERMINAL = 80;

/** Where text is written to: how wide it is, and whether it takes colours. */
export interface Terminal {
  readonly width: number;
  readonly colour: boolean;
}

/** This stream as a terminal; colours only on a TTY, and never with NO_COLOR (no-color.org). */
export function terminalOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): Terminal {
  const columns = stream.isTTY ? stream.columns || WITHOUT_TERMINAL : WITHOUT_TERMINAL;
  return {
    width: Math.min(WIDEST, Math.max(NARROWEST, columns)),
    colour: stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
  };
}

/** Text in a style; as it is where there are no colours. */
export function paint({ colour }: Terminal, style: Style, text: string): string {
  return colour ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text;
}

/** A paragraph in lines that fit, each after `indent`; control characters are shown, not sent. */
export function wrap({ width }: Terminal, text: string, indent: string, first: string = indent): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of printable(text).split(' ')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
