import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { describeUnless } from '../support/describe-unless';
import {
  describeInSandbox,
  restoreEtc,
  typesAsked,
  uniqueName,
  writeResolvConf,
} from '../support/sandbox/in-sandbox';
import { fixtures, missingFixtures } from './fixtures.mjs';
import { REGISTER, runGuest } from './guest';

/** One request to a host whose nameserver is dead, with the client's own idea of what is worth another try. */
const clients = {
  got: `
    const { got } = await import('got');
    await got(URL_OF_HOST, { retry: { limit: 2, calculateDelay: ({ computedValue }) => computedValue && 10 } });
  `,
  superagent: "await require('superagent').get(URL_OF_HOST).retry(2);",
  requestretry: `
    await require('requestretry')({ url: URL_OF_HOST, maxAttempts: 3, retryDelay: 10 });
  `,
  'aws-sdk': `
    const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts');
    const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
    const client = new STSClient({ region: 'us-east-1', endpoint: URL_OF_HOST, credentials, maxAttempts: 3 });
    await client.send(new GetCallerIdentityCommand({}));
  `,
  "undici's RetryAgent": `
    const { Agent, RetryAgent, request } = require('undici');
    const errorCodes = ['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'UND_ERR_SOCKET'];
    const dispatcher = new RetryAgent(new Agent(), { maxRetries: 2, minTimeout: 10, maxTimeout: 10, errorCodes });
    await request(URL_OF_HOST, { dispatcher });
  `,
  'axios-retry': `
    const axios = require('axios').create();
    require('axios-retry').default(axios, { retries: 2 });
    await axios.get(URL_OF_HOST);
  `,
} as const;

/** What AWS answers to GetCallerIdentity; the other clients take any text. */
const IDENTITY = '<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>';

describeUnless(missingFixtures, 'clients that retry', () => {
  describeInSandbox('with a dead nameserver', () => {
    afterEach(restoreEtc);

    /** How often DNS was asked, and the error's code, or that of what caused it. */
    async function tries(client: string, name: string, flags: readonly string[], port = 9) {
      const { report, stderr } = await runGuest(
        `
        const URL_OF_HOST = 'http://${name}:${port}/';
        const codeOf = (error) => error === undefined ? undefined : error.code ?? codeOf(error.cause);
        try {
          ${client}
          report('no error');
        } catch (error) {
          report(codeOf(error) ?? String(error));
        }
        process.exit();
      `,
        {
          flags: ['--no-warnings', ...flags],
          cwd: fixtures,
          env: { ADDRINFO_TIMEOUT: '300', ADDRINFO_HEDGE: 'false' },
          timeout: 30_000,
        },
      );
      if (report === undefined) throw new Error(stderr);
      return { code: report, tries: typesAsked(name).filter((type) => type === 'A').length };
    }

    test.each(Object.entries(clients))('%s makes as many tries as under Node', async (_name, client) => {
      // Node's own lookup then waits for one second, not for ten.
      writeResolvConf('nameserver 127.0.0.1\noptions timeout:1 attempts:1');
      const [node, ours] = await Promise.all([
        tries(client, uniqueName('drop'), []),
        tries(client, uniqueName('drop'), ['--require', REGISTER]),
      ]);
      expect(node).toEqual({ code: 'EAI_AGAIN', tries: 3 });
      expect(ours).toEqual(node);
    });

    test.each(Object.entries(clients))(
      '%s reaches its host where the nameserver is back at the third try',
      async (_name, client) => {
        writeResolvConf('nameserver 127.0.0.1\noptions timeout:1 attempts:1');
        const server = createServer((_request, response) => response.end(IDENTITY)).listen(0, '127.0.0.1');
        onTestFinished(() => {
          server.closeAllConnections();
          server.close();
        });
        await once(server, 'listening');
        const address = server.address();
        const port = typeof address === 'object' && address !== null ? address.port : 0;
        const name = uniqueName('a-127-0-0-1.drop-first-2');
        const ours = await tries(client, name, ['--require', REGISTER], port);
        expect(ours).toEqual({ code: 'no error', tries: 3 });
      },
    );
  });

  describeInSandbox('the error at the deadline, in Node’s place', () => {
    test.each([
      ['dns.lookup', 'new Promise((_, reject) => dns.lookup(NAME, reject))'],
      ['dns.promises.lookup', 'dns.promises.lookup(NAME)'],
      ['net.connect', "new Promise((_, reject) => require('node:net').connect(9, NAME).on('error', reject))"],
    ])(
      'of %s is EAI_AGAIN, with an ETIMEOUT error as its cause that says after how many ms',
      async (_what, ask) => {
        const { report } = await runGuest(
          `
        const NAME = '${uniqueName('drop')}';
        const error = await (${ask}).catch((error) => error);
        const { errno, code, syscall, hostname, message, cause } = error;
        report({ errno, code, syscall, named: hostname === NAME, text: message.replace(NAME, 'NAME'),
          cause: { code: cause?.code, message: cause?.message } });
      `,
          { flags: ['--require', REGISTER], env: { ADDRINFO_TIMEOUT: '300' } },
        );
        expect(report).toEqual({
          errno: -3001,
          code: 'EAI_AGAIN',
          syscall: 'getaddrinfo',
          named: true,
          text: 'getaddrinfo EAI_AGAIN NAME',
          cause: { code: 'ETIMEOUT', message: expect.stringContaining('300 ms') },
        });
      },
    );

    test('of dns.lookupService is EAI_AGAIN likewise', async () => {
      const { report } = await runGuest(
        `
        const error = await new Promise((resolve) => dns.lookupService('10.98.1.1', 22, resolve));
        report({ code: error.code, syscall: error.syscall, cause: error.cause?.code });
      `,
        { flags: ['--require', REGISTER], env: { ADDRINFO_TIMEOUT: '300' } },
      );
      expect(report).toEqual({ code: 'EAI_AGAIN', syscall: 'getnameinfo', cause: 'ETIMEOUT' });
    });

    test.each([
      ['lookup4', 'addrinfo.lookup4(NAME, { timeout: 300 })'],
      ['getaddrinfo', 'addrinfo.getaddrinfo(NAME, null, { timeout: 300 })'],
    ])('of %s, which is ours, stays ETIMEOUT', async (_what, ask) => {
      const { report } = await runGuest(`
        const NAME = '${uniqueName('drop')}';
        report((await settled(${ask})).error.code);
      `);
      expect(report).toBe('ETIMEOUT');
    });
  });
});
