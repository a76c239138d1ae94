import net from 'node:net';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../support/child';
import { describeInSandbox, restoreEtc, uniqueName, writeHosts } from '../support/sandbox/in-sandbox';
import { ADDRESS, describeClient } from './client';
import { listen } from './servers';

/** As much of SMTP as one message takes. */
function converse(socket: net.Socket): void {
  let received = '';
  let end = '\r\n';
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text;
    if (!received.endsWith(end)) return;
    const isMessage = end !== '\r\n';
    const isData = !isMessage && received.startsWith('DATA');
    received = '';
    end = isData ? '\r\n.\r\n' : '\r\n';
    if (isData) socket.write('354 go on\r\n');
    else socket.write(isMessage ? '250 taken\r\n' : '250 yes\r\n');
  });
  socket.write('220 here\r\n');
}

describeClient({
  example: 'nodemailer.mjs',
  plug: 'register',
  serve: () => listen(net.createServer(converse)),
  args: (name, port) => [`smtp://${name}:${port}`],
  prints: '250 taken',
  asksDnsItself: true,
});

describeInSandbox('nodemailer.mjs with a name that DNS does not know', () => {
  afterAll(restoreEtc);

  test('comes to our lookup, which reads the hosts file', async () => {
    const name = uniqueName('nxdomain');
    writeHosts(`${ADDRESS} ${name}`);
    const server = await listen(net.createServer(converse));
    onTestFinished(() => server.close());
    const { stdout, stderr } = await runProgram(process.execPath, [
      ...['--require', 'addrinfo/register', '--require', './test/clients/print-answered.cjs'],
      'examples/clients/nodemailer.mjs',
      `smtp://${name}:${server.port}`,
    ]);
    expect({ stdout, stderr }).toEqual({ stdout: '250 taken', stderr: '1 answered by addrinfo\n' });
  });
});
