import { readFileSync } from 'node:fs';

/** A fenced code block of a page. */
export interface CodeBlock {
  readonly file: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** The fenced code blocks of a Markdown file, in order. */
export function codeBlocks(file: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const text = readFileSync(file, 'utf8');
  for (const match of text.matchAll(/^```(\w*)\n(.*?)^```$/gms)) {
    const line = text.slice(0, match.index).split('\n').length;
    blocks.push({ file, line, language: match[1] ?? '', code: match[2] ?? '' });
  }
  return blocks;
}

/** The commands of a block of shell: without comments, `&&` taken apart. */
export function commands(block: CodeBlock): string[] {
  return block.code
    .replaceAll(/\\\n\s*/g, '')
    .split(/\n|&&/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}
