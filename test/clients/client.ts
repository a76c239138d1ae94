import { describe, expect, onTestFinished, test } from 'vitest';
import { type Finished, runProgram } from '../support/child';
import { describeInSandbox, typesAsked, uniqueName } from '../support/sandbox/in-sandbox';

/** Where every server of these tests listens, and nowhere else. */
export const ADDRESS = '127.0.0.3';

/** Directives for a name that leads to the server, and would to another address by IPv6. */
const ONE_ADDRESS = 'a-127-0-0-3.aaaa-fd77--1';

/** As the sandbox's libc orders them, nobody listens on the first two. */
const THREE_ADDRESSES = 'a-127-0-0-1.a-127-0-0-2.a-127-0-0-3.aaaa-fd77--1';

/** A server of a test. */
export interface Server {
  readonly port: number;
  /** Variables that the client needs: a certificate to trust, say. */
  readonly env?: Readonly<Record<string, string>>;
  close(): Promise<void> | void;
}

/** One client, by its example in examples/clients. */
export interface Client {
  readonly example: string;
  /** Whether the example hands our lookup to the client, or the client needs addrinfo/register. */
  readonly plug: 'lookup' | 'register';
  /** Starts what the example connects to under this name. */
  serve(name: string): Promise<Server>;
  /** Arguments of the example. */
  args(name: string, port: number): string[];
  /** What the example prints. */
  readonly prints: string;
  /**
   * What becomes of a name whose first address refuses: the client goes on to the next (default), or
   * gives up with this in its error, as it does with dns.lookup. False where nothing can refuse.
   */
  readonly firstRefuses?: 'goes on' | `fails: ${string}` | false;
  /** The client asks DNS for AAAA itself, past any lookup. */
  readonly asksDnsItself?: true;
}

const AUTO_SELECT = {
  on: '--network-family-autoselection',
  off: '--no-network-family-autoselection',
} as const;

interface Run extends Finished {
  readonly types: readonly string[];
}

async function run(client: Client, directives: string, flags: readonly string[]): Promise<Run> {
  const name = uniqueName(directives);
  const server = await client.serve(name);
  onTestFinished(() => server.close());
  const example = [`examples/clients/${client.example}`, ...client.args(name, server.port)];
  const finished = await runProgram(process.execPath, [...flags, ...example], {
    env: { ...process.env, ...server.env },
  });
  return { ...finished, types: typesAsked(name) };
}

/** The tests that every client has to pass. */
export function describeClient(client: Client): void {
  const { example, plug, prints, firstRefuses = 'goes on' } = client;
  const preload = plug === 'register' ? ['--import', 'addrinfo/register'] : [];
  const forbidden = client.asksDnsItself ? [] : ['AAAA'];
  const queries = client.asksDnsItself ? 'it asks DNS itself' : 'no AAAA is sent';

  describeInSandbox(example, () => {
    describe.each(['on', 'off'] as const)('with autoSelectFamily %s', (autoSelect) => {
      test(`connects by name through ${plug}; ${queries}`, async () => {
        const { stdout, stderr, types } = await run(client, ONE_ADDRESS, [
          AUTO_SELECT[autoSelect],
          ...preload,
        ]);
        expect({ stdout, stderr }).toEqual({ stdout: prints, stderr: '' });
        expect(types).toContain('A');
        for (const type of forbidden) expect(types).not.toContain(type);
      });
    });

    if (plug === 'register' && !client.asksDnsItself) {
      test('without register it asks for AAAA: the log would show one', async () => {
        const { types } = await run(client, ONE_ADDRESS, []);
        expect(types).toContain('AAAA');
      });
    }

    if (firstRefuses === false) return;
    test(`with a name of three addresses of which the first refuses ${firstRefuses}`, async () => {
      const { stdout, stderr, types } = await run(client, THREE_ADDRESSES, preload);
      if (firstRefuses === 'goes on') expect({ stdout, stderr }).toEqual({ stdout: prints, stderr: '' });
      else expect(stderr).toContain(firstRefuses.replace('fails: ', ''));
      for (const type of forbidden) expect(types).not.toContain(type);
    });
  });
}
