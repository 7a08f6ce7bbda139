import { Agent } from 'node:https';
import { type EtcdFacts, identities } from '../domain/timeline.ts';
import type { ClientCertificate, ClusterNode } from './config.ts';
import { exchange } from './exchange.ts';
import { canonicalJson, isRecord, type JsonRecord, recordAt, recordsAt, textAt } from './json.ts';
import type { Sampled } from './sampler.ts';

const clientPort = 2379;

/**
 * One etcd member, asked over the JSON gateway of its client URL. The answers have proto names and leave out zeros, and
 * 64 bit integers are decimal texts. Source: etcd 3.6.6, server/embed/serve.go (JSONPb with UseProtoNames and without
 * EmitUnpopulated) and api/etcdserverpb/rpc.proto. Neither question needs a leader.
 */
export function etcdMember(
  node: ClusterNode,
  access: ClientCertificate,
  port: number = clientPort,
): Sampled<EtcdFacts> {
  const { ca, cert, key } = access;
  // Both questions of a sample share a connection; the next sample makes its own.
  const agent = new Agent({ ca, cert, key, keepAlive: true, maxSockets: 1 });
  const ask = async (path: string, body: object, signal: AbortSignal): Promise<JsonRecord> => {
    const url = `https://${node.address}:${port}${path}`;
    const answer = await exchange(agent, { method: 'POST', url, userAgent: identities.witness, body }, signal);
    if (answer.status !== 200) throw new Error(`etcd answered ${answer.status} to ${path}`);
    const value: unknown = JSON.parse(answer.text);
    if (!isRecord(value)) throw new Error(`etcd answered something else than an object to ${path}`);
    return value;
  };
  return {
    name: `etcd on ${node.name}`,
    async ask(signal) {
      try {
        const status = await ask('/v3/maintenance/status', {}, signal);
        // From what the member itself knows: a linearizable read would need a leader.
        return etcdFacts(status, await ask('/v3/cluster/member/list', { linearizable: false }, signal));
      } finally {
        agent.destroy();
      }
    },
    newsOf: ({ revision: _revision, raftIndex: _raftIndex, dbSize: _dbSize, dbSizeInUse: _inUse, ...rest }) =>
      canonicalJson(rest),
    event: (at, facts) => ({ at, kind: 'etcd', node: node.name, ...(facts === undefined ? {} : { facts }) }),
  };
}

/** Reads a StatusResponse and a MemberListResponse. @throws Error naming the field that is not as etcd has it. */
export function etcdFacts(status: JsonRecord, list: JsonRecord): EtcdFacts {
  const header = recordAt(status, 'header');
  const leader = hexadecimal(status, 'leader');
  return {
    clusterId: hexadecimal(header, 'cluster_id'),
    memberId: hexadecimal(header, 'member_id'),
    leader: leader === '0' ? '' : leader,
    version: textAt(status, 'version'),
    revision: figure(header, 'revision'),
    raftTerm: figure(status, 'raftTerm'),
    raftIndex: figure(status, 'raftIndex'),
    dbSize: figure(status, 'dbSize'),
    dbSizeInUse: figure(status, 'dbSizeInUse'),
    alarms: alarmsIn(status['errors']),
    members: recordsAt(list, 'members')
      .map((member) => ({
        id: hexadecimal(member, 'ID'),
        name: textAt(member, 'name'),
        peerUrls: textsAt(member, 'peerURLs'),
        learner: member['isLearner'] === true,
      }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** The id as etcdctl prints it ("%x"): more than 2^53, so it must not become a number on the way. */
function hexadecimal(record: JsonRecord, key: string): string {
  return BigInt(decimal(record, key)).toString(16);
}

function figure(record: JsonRecord, key: string): number {
  return Number(decimal(record, key));
}

function decimal(record: JsonRecord, key: string): string {
  const value = record[key] ?? '0';
  if (typeof value === 'string' && /^\d+$/.test(value)) return value;
  throw new Error(`etcd's "${key}" is not a decimal text: ${JSON.stringify(value)}`);
}

/**
 * An alarm of any member is listed as the text of its message, "memberID:1234 alarm:NOSPACE "; beside the alarms there
 * may be "etcdserver: no leader". Source: etcd 3.6.6, etcdserver/api/v3rpc/maintenance.go, Status.
 */
function alarmsIn(errors: unknown): string[] {
  const found = Array.isArray(errors) ? errors.flatMap((one) => /\balarm:(\w+)/.exec(String(one))?.[1] ?? []) : [];
  return [...new Set(found)].toSorted();
}

function textsAt(record: JsonRecord, key: string): string[] {
  const value = record[key];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
