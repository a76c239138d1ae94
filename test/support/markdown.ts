import { readFileSync } from 'node:fs';

/** A fenced code block of a page. */
export interface CodeBlock {
  readonly file: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

const FENCED = /^( *)```(\w*)\n(.*?)^\1```$/gms;

/** The fenced code blocks of a Markdown file, in order; in a list item they are indented as it is. */
export function codeBlocks(file: string): CodeBlock[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(FENCED)].map(({ index, 1: indent = '', 2: language = '', 3: code = '' }) => ({
    file,
    line: text.slice(0, index).split('\n').length,
    language,
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** Code blocks by indentation alone, which {@link codeBlocks} does not know: the first line of each. */
export function indentedBlocks(file: string): string[] {
  const text = readFileSync(file, 'utf8').replaceAll(FENCED, '');
  return [...text.matchAll(/\n\n {4}(\S.*)/g)].map(([, line = '']) => line);
}

/** A command of a block of shell. */
export interface Command {
  readonly text: string;
  /** `NAME=value` before the command. */
  readonly env: Readonly<Record<string, string>>;
  /** The program and its arguments; empty where there are variables only. */
  readonly words: readonly string[];
}

/** The commands of a block of shell: without comments, `&&` taken apart. */
export function commands(block: CodeBlock): Command[] {
  return block.code
    .replaceAll(/\\\n\s*/g, '')
    .split(/\n|&&/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
    .map(commandOf);
}

function commandOf(text: string): Command {
  const words = [...text.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) =>
    word.replaceAll(/['"]/g, ''),
  );
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const variables = words.slice(0, first === -1 ? words.length : first);
  const env = Object.fromEntries(variables.map((word) => word.split(/=(.*)/s)));
  return { text, env, words: words.slice(variables.length) };
}
