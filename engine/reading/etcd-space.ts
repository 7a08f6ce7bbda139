import type { Node } from '../providers/provider.ts';

/** What etcd on a node says of its database and its alarms. All sizes are bytes. */
export interface EtcdSpace {
  /** What the database takes on the disk; it is this that the quota limits. */
  readonly size: number;
  /** What of it is not free: deleted, compacted and not yet given back is free. */
  readonly inUse: number;
  /** 2 GiB unless it is told otherwise. */
  readonly quota: number;
  /** Words such as NOSPACE and CORRUPT, of any member. */
  readonly alarms: readonly string[];
}

/** What etcd takes when it is told nothing, in bytes: etcd 3.6, server/storage/quota.go, DefaultQuotaBytes. */
export const defaultQuota = 2 * 2 ** 30;

const askWithinMs = 20_000;

const argv = [
  'etcdctl',
  '--endpoints=https://127.0.0.1:2379',
  '--cacert=/etc/kubernetes/pki/etcd/ca.crt',
  '--cert=/etc/kubernetes/pki/etcd/server.crt',
  '--key=/etc/kubernetes/pki/etcd/server.key',
  'endpoint',
  'status',
  '--write-out=json',
];

/** Of a StatusResponse as etcdctl 3.6 prints it (api/etcdserverpb/rpc.proto): zeros are left out, and so is a default quota. */
interface Status {
  readonly dbSize?: number;
  readonly dbSizeInUse?: number;
  readonly dbSizeQuota?: number;
  readonly errors?: readonly string[];
}

/** Asks the etcd of that control plane, on its own machine; undefined when it gives no answer. */
export async function readEtcdSpace(machine: Node): Promise<EtcdSpace | undefined> {
  const result = await machine.exec(argv, { user: 'root', timeoutMs: askWithinMs });
  if (result.exitCode !== 0) return undefined;
  const [{ Status } = {}] = JSON.parse(result.stdout) as { Status?: Status }[];
  if (Status === undefined) return undefined;
  const { dbSize = 0, dbSizeInUse = 0, dbSizeQuota = 0, errors = [] } = Status;
  const alarms = errors.flatMap((error) => /\balarm:(\w+)/.exec(error)?.[1] ?? []);
  return {
    size: dbSize,
    inUse: dbSizeInUse,
    quota: dbSizeQuota || defaultQuota,
    alarms: [...new Set(alarms)].toSorted(),
  };
}
