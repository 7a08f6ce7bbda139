import { Agent } from 'node:https';
import { identities } from '../domain/timeline.ts';
import type { ClientCertificate, ClusterNode } from './config.ts';
import { exchange } from './exchange.ts';
import { isRecord, textAt } from './json.ts';
import type { Sampled } from './sampler.ts';

const apiPort = 6443;

/**
 * The API server of one control plane, asked for its version. The path ends in a slash, which the server takes for the
 * same (k8s.io/apiserver, server/routes/version.go) and the audit policy does not: of these only the beat is audited.
 */
export function apiServer(node: ClusterNode, access: ClientCertificate, port: number = apiPort): Sampled<string> {
  const { ca, cert, key } = access;
  const agent = new Agent({ ca, cert, key, keepAlive: false });
  const url = `https://${node.address}:${port}/version/`;
  return {
    name: `the API server on ${node.name}`,
    async ask(signal) {
      const answer = await exchange(agent, { method: 'GET', url, userAgent: identities.witness }, signal);
      const value: unknown = answer.status === 200 ? JSON.parse(answer.text) : undefined;
      const version = isRecord(value) ? textAt(value, 'gitVersion') : '';
      if (version === '') throw new Error(`it answered ${answer.status} without a version`);
      return version;
    },
    newsOf: (version) => version,
    event: (at, version) => ({ at, kind: 'apiserver', node: node.name, ...(version === undefined ? {} : { version }) }),
  };
}
