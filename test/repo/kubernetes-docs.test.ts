import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeUnless } from '../support/describe-unless';

const PAGE = join(__dirname, '../../docs/kubernetes.md');

/** The blocks of YAML on the page that are whole manifests. */
function manifests(): string[] {
  const blocks = readFileSync(PAGE, 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms);
  return [...blocks].flatMap(([, text = '']) => (text.startsWith('apiVersion:') ? [text] : []));
}

function kubectl(args: readonly string[], input: string): unknown {
  const { status, stdout, stderr } = spawnSync('kubectl', [...args, '--local', '-f', '-', '-o', 'json'], {
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return JSON.parse(stdout);
}

/** `a.b.0.c=value` for every leaf of a document. */
function leaves(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}=${String(value)}`];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, path === '' ? key : `${path}.${key}`));
}

const PROGRAMS: readonly [kind: string, container: string, leaf: string][] = [
  ['Job', 'doctor', 'spec.template.spec.containers.0.command.2=addrinfo'],
  ['Deployment', 'dns-watch', 'spec.template.spec.containers.1.command.4=--metrics'],
];

const missing =
  spawnSync('kubectl', ['version', '--client']).status === 0 ? undefined : 'kubectl is not installed';

describeUnless(missing, 'docs/kubernetes.md', () => {
  test.each(PROGRAMS)(
    'the %s of docs/kubernetes.md has only fields that Kubernetes knows',
    (kind, container, leaf) => {
      const all = manifests();
      expect(all).toHaveLength(PROGRAMS.length);
      const manifest = all.find((text) => text.includes(`\nkind: ${kind}\n`)) ?? '';
      // Of these commands one keeps the document as it is written; the other reads it into kubectl's own types, which
      // drops what they do not have. No cluster is asked.
      const written = kubectl(['patch', '-p', '{}'], manifest);
      const understood = kubectl(['set', 'image', `${container}=another`], manifest);
      const kept = leaves(written).filter((each) => !each.includes('.image='));
      expect(leaves(understood)).toEqual(expect.arrayContaining(kept));
      expect(leaves(written)).toContain(leaf);
    },
  );
});
