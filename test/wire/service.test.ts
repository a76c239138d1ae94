import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { validateManifests } from '../support/manifest';
import { describeInSandbox, typesAsked, uniqueName } from '../support/sandbox/in-sandbox';

const folder = join('examples', 'service');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

describeInSandbox('examples/service', () => {
  test('server.mjs under addrinfo/register reaches its upstream without a AAAA query', async () => {
    const upstream = http.createServer((_, response) => response.end('from upstream'));
    await once(upstream.listen(0, '10.77.0.1'), 'listening');
    const address = upstream.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const name = uniqueName('a-10-77-0-1');
    const child = spawn(process.execPath, ['--import', 'addrinfo/register', join(folder, 'server.mjs')], {
      env: { ...process.env, PORT: '0', UPSTREAM: `http://${name}:${port}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line]: unknown[] = await once(child.stdout.setEncoding('utf8'), 'data');
      const service = `http://127.0.0.1:${/\d+/.exec(String(line))?.[0]}`;
      expect(await (await fetch(`${service}/healthz`)).text()).toBe('ok\n');
      expect(await (await fetch(service)).text()).toBe('from upstream');
      expect(typesAsked(name)).toEqual(['A']);
    } finally {
      child.kill();
      upstream.close();
    }
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

test('deployment.yaml is a manifest that Kubernetes takes', () => {
  expect(validateManifests(read('deployment.yaml'))).toBe(1);
});

test('a manifest with a number for a text, or without what it must have, is refused', () => {
  const yaml = read('deployment.yaml');
  const wrong = (before: string, after: string) => () => validateManifests(yaml.replace(before, after));
  expect(wrong('value: "2"', 'value: 2')).toThrow('dnsConfig/options/0/value must be string');
  expect(wrong('containers:', 'container:')).toThrow('must have required property containers');
});

test.each(['Dockerfile', 'Dockerfile.alpine'])(
  '%s installs no build tools, and runs nothing in its last stage',
  (file) => {
    const stages = read(file)
      .split(/^FROM /m)
      .slice(1);
    expect(stages).toHaveLength(2);
    expect(stages.at(-1)).not.toMatch(/^RUN /m);
    expect(read(file)).not.toMatch(/^RUN .*(apt-get|apk|g\+\+|python3)/m);
    expect(stages.at(-1)).toContain(`CMD ["node", "--import", "addrinfo/register", "server.mjs"]`);
  },
);
