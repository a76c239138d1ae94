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
