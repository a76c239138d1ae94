import { AsyncLocalStorage, createHook, executionAsyncResource } from 'node:async_hooks';
import dns from 'node:dns';
import { inspect, promisify } from 'node:util';
import { compileFunction } from 'node:vm';
import { allQueries, type LoggedQuery } from '../../support/dns-server/query-log';

/** What a call did. */
export interface Observation {
  /** A line for each thing that its caller can see, in order. */
  readonly lines: readonly string[];
  /** The addresses that it gave, which the lines have too. */
  readonly addresses: readonly string[];
  /** What getaddrinfo was asked for; undefined where it was not asked. */
  readonly family: unknown;
}

/** ms after which a call counts as never answered. */
const PATIENCE = 15_000;

const store = new AsyncLocalStorage<string>();

// Node's classes print their private fields; our objects have others. The keys are what a caller meets.
function shown(value: unknown): string {
  if (value instanceof Error) return shownError(value);
  if (value instanceof Promise) return 'a promise';
  return inspect(value, { depth: 6, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: null });
}

function shownError(error: Error): string {
  const fields = Object.entries(error).map(([key, value]) => `${key}: ${shown(value)}`);
  const cause = 'cause' in error ? ' with a cause' : '';
  return `${error.constructor.name} "${error.name}: ${error.message}" { ${fields.join(', ')} }${cause}`;
}

function shownReturn(value: unknown): string {
  if (typeof value !== 'object' || value === null || value instanceof Promise) return shown(value);
  const hasId = 'getAsyncId' in value && typeof value.getAsyncId === 'function';
  if (hasId) return `${value.constructor.name} { ${Object.keys(value).join(', ')} } with an async id`;
  return `${value.constructor.name} { ${Object.keys(value).join(', ')} }`;
}

/** Follows one call. */
class Watch {
  readonly lines: string[] = [];
  readonly addresses: string[] = [];
  readonly answered: Promise<void>;
  #answer = (): void => {};
  #phase = 'at once';
  #returned: unknown;

  constructor() {
    this.answered = new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  /** The callback for the call. */
  get done(): (...results: unknown[]) => void {
    const watch = this;
    return function done(this: unknown, ...results: unknown[]): void {
      const self = this === undefined || this === globalThis ? 'nothing' : 'its request';
      const context = executionAsyncResource() === this ? ', current' : '';
      watch.note(`called back with (${results.map(shown).join(', ')}), this: ${self}${context}`);
      watch.#keep(results);
      watch.note(`same request: ${this === watch.#returned}, store: ${store.getStore()}`);
      watch.#answer();
    };
  }

  note(what: string): void {
    this.lines.push(`${this.#phase}: ${what}`);
  }

  run(call: () => unknown): void {
    try {
      this.#returned = store.run('the store', call);
      this.note(`returned ${shownReturn(this.#returned)}`);
    } catch (error) {
      this.note(`threw ${shown(error)}`);
      this.#answer();
    }
    if (this.#returned instanceof Promise) this.#settle(this.#returned);
    // An expression that is no lookup.
    if (typeof this.#returned === 'string' || typeof this.#returned === 'number') this.#answer();
    this.#phase = 'after the call';
    process.nextTick(() => {
      this.#phase = 'after a tick';
      queueMicrotask(() => {
        this.#phase = 'after a promise job';
      });
    });
  }

  // (null, '127.0.0.1', 4), [{ address: '127.0.0.1', family: 4 }] and the like.
  #keep(result: unknown): void {
    if (typeof result === 'string') this.addresses.push(result);
    else if (Array.isArray(result)) for (const part of result) this.#keep(part);
    else if (typeof result === 'object' && result !== null && 'address' in result) this.#keep(result.address);
  }

  giveUp(): void {
    this.note('no answer');
    this.#answer();
  }

  #settle(promise: Promise<unknown>): void {
    promise.then(
      (value) => {
        this.note(`resolved with ${shown(value)}`);
        this.#keep(value);
        this.#answer();
      },
      (error: unknown) => {
        this.note(`rejected with ${shown(error)}`);
        this.#answer();
      },
    );
  }
}

const promisified = { lookup: promisify(dns.lookup), lookupService: promisify(dns.lookupService) };

/** Names that the source of a call may use, besides `done`. */
const scope = { dns, promises: dns.promises, promisified };

/** A request as async_hooks sees it. */
interface Request {
  readonly type: string;
  readonly resource: { family?: unknown; hostname?: unknown; port?: unknown };
}

const requests: Request[] = [];
createHook({
  init(_id, type, _trigger, resource) {
    if (type === 'GETADDRINFOREQWRAP' || type === 'GETNAMEINFOREQWRAP') requests.push({ type, resource });
  },
}).enable();

function shownRequest({ type, resource: { family, hostname, port } }: Request): string {
  return `made a ${type}, family ${shown(family)}, hostname ${shown(hostname)}, port ${shown(port)}`;
}

const warnings: string[] = [];
process.on('warning', (warning) => warnings.push(shownError(warning)));

/** Runs the source of one call of `dns.lookup` or its kin, whatever is in its place, and tells what it did. */
async function observe(source: string): Promise<Observation> {
  const watch = new Watch();
  const call = compileFunction(`return ${source}`, ['done', ...Object.keys(scope)]);
  requests.length = 0;
  warnings.length = 0;
  watch.run(() => Reflect.apply(call, undefined, [watch.done, ...Object.values(scope)]));
  const patience = setTimeout(() => watch.giveUp(), PATIENCE);
  await watch.answered;
  clearTimeout(patience);
  // A second call of the callback, a late warning.
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  return {
    lines: [...watch.lines, ...requests.map(shownRequest), ...warnings.map((text) => `warned ${text}`)],
    addresses: watch.addresses,
    family: requests[0]?.resource.family,
  };
}

/** What a call did, and what the DNS server was asked meanwhile. */
export interface Seen {
  readonly observation: Observation;
  /** `TYPE name`, sorted, each once. */
  readonly queries: readonly string[];
}

function shownQueries(queries: readonly LoggedQuery[]): string[] {
  return [...new Set(queries.map(({ type, name }) => `${type} ${name.toLowerCase()}`))].sort();
}

/** Makes the calls that these sources are, one after another. */
export async function see(sources: readonly string[]): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const source of sources) {
    const before = allQueries().length;
    const observation = await observe(source);
    seen.push({ observation, queries: shownQueries(allQueries().slice(before)) });
  }
  return seen;
}
