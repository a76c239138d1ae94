import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A subcommand: its arguments to the exit code. */
export type Command = (args: readonly string[]) => Promise<number>;

/** The command line cannot be understood; the message says what is wrong. */
export class UsageError extends Error {}

/** `parseArgs`, its complaints as {@link UsageError}. */
export function parse<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Text from outside on its way to a terminal: control characters would act on it, so they are shown. */
export function printable(text: string): string {
  // C0, DEL, C1; and the marks that turn the direction of writing.
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
