/** Whether each test passed, by its name. */
export type Results = Map<string, boolean>;

export type Environment = Record<string, string | undefined>;

/** A suite of others. */
export interface Suite {
  /** Starts a server that its tests connect to; returns what stops it. */
  readonly service?: () => Promise<() => Promise<void>>;
  readonly run: (folder: string, env: Environment) => Results | Promise<Results>;
}
