import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { Pod } from 'kubernetes-models/v1/Pod';
import { parseAllDocuments } from 'yaml';

const kinds = new Map([Deployment, Job, Pod].map((Kind) => [Kind.name, Kind]));

/**
 * Checks Kubernetes manifests against the schemas of Kubernetes' own API: what is missing, what has the wrong
 * type. Throws what is wrong; returns how many there are.
 */
export function validateManifests(yaml: string): number {
  const documents = parseAllDocuments(yaml);
  for (const document of documents) {
    if (document.errors.length > 0) throw document.errors[0];
    const manifest = document.toJS();
    const Kind = kinds.get(manifest.kind);
    if (Kind === undefined) throw new Error(`no schema at hand for the kind ${manifest.kind}`);
    new Kind(manifest).validate();
  }
  return documents.length;
}
