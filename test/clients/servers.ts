import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { ADDRESS, type Server } from './client';

/** Anything of node:net that listens. */
interface Listener extends net.Server {
  closeAllConnections?(): void;
}

/** Starts a server of node:net, http, https, tls or http2 on the tests' address and a free port. */
export async function listen(server: Listener, env: Readonly<Record<string, string>> = {}): Promise<Server> {
  server.listen(0, ADDRESS);
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not a TCP server');
  return {
    port: address.port,
    env,
    close: () => {
      server.closeAllConnections?.();
      server.close();
    },
  };
}

/** Answers every request with `hello`. */
export function serveHttp(): Promise<Server> {
  return listen(http.createServer((_request, response) => response.end('hello')));
}

/** A key, and a certificate for this name; clients trust it by NODE_EXTRA_CA_CERTS. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

export async function certificateFor(name: string): Promise<Certificate> {
  const dir = mkdtempSync(join(tmpdir(), 'addrinfo-certificate-'));
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'addrinfo test' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  });
  const file = join(dir, 'cert.pem');
  writeFileSync(file, cert);
  return { key, cert, env: { NODE_EXTRA_CA_CERTS: file }, remove: () => rmSync(dir, { recursive: true }) };
}

/** As `listen`, for a server with a certificate for this name. */
export async function listenSecurely(
  name: string,
  make: (certificate: Certificate) => Listener,
): Promise<Server> {
  const certificate = await certificateFor(name);
  const server = await listen(make(certificate), certificate.env);
  return {
    ...server,
    close: async () => {
      await server.close();
      certificate.remove();
    },
  };
}

export function serveHttps(name: string): Promise<Server> {
  return listenSecurely(name, ({ key, cert }) =>
    https.createServer({ key, cert }, (_request, response) => response.end('hello')),
  );
}
