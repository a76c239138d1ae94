/** Called once a lookup: no error, or what went wrong. */
export type Answered = (error: unknown) => void;

/** Resolves one name, in the way's own manner. */
export type Lookup = (name: string, answered: Answered) => void;

/** One way for a Node program to resolve a name. It runs in a process of its own. */
export interface NodeWay {
  /** As the report shows it. */
  readonly label: string;
  /** What its process has in its environment beside what all have. */
  readonly env?: Readonly<Record<string, string>>;
  /** The statement with which a script loads it, where it has to be loaded. */
  readonly source?: string;
  /** Loads it. */
  open(): Promise<Lookup>;
}

/** limit/gai_bench.c: getaddrinfo called in a loop from so many threads, and nothing else. */
export interface LimitWay {
  readonly label: string;
  readonly threads: number;
  /** A socket for each query, as libc has it, or one for each thread (glibc's RES_STAYOPEN). */
  readonly sockets: 'fresh' | 'kept';
}

export type Way = NodeWay | LimitWay;
