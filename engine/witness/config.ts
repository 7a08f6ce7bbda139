import { fileURLToPath } from 'node:url';
import { isRecord, type JsonRecord } from './json.ts';

/** config.json, optional: known when the container starts, before there is a cluster. */
export interface WitnessConfig {
  /** Port of the listener for the audit webhook and the nodes' reports. */
  readonly auditPort: number;
}

/** PEM texts, not paths: whom to trust and who to be. */
export interface ClientCertificate {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** How the API server is reached. */
export interface ClusterAccess extends ClientCertificate {
  /** https://<address>:6443 */
  readonly server: string;
}

export interface ClusterNode {
  readonly name: string;
  readonly address: string;
  /** What it was made as; spare: a machine that has not joined. */
  readonly role: 'control-plane' | 'worker' | 'spare';
}

export interface WitnessProbe {
  /** namespace/name of the Service, the name checks use. */
  readonly service: string;
  readonly nodePort: number;
  readonly path: string;
}

/** Where the kernel says how much CPU time the session has had. */
export interface CpuAccounts {
  /** The host's control groups, as they are mounted here. */
  readonly folder: string;
  /** Ids of all containers of the session. */
  readonly containers: readonly string[];
}

/** cluster.json: appears when the cluster is up and may be replaced at any time. */
export interface WitnessCluster extends ClusterAccess {
  /** Without it the etcd members are not asked. */
  readonly etcd?: ClientCertificate;
  readonly nodes: readonly ClusterNode[];
  readonly probes: readonly WitnessProbe[];
  /** Whether to write numbered objects to the cluster. */
  readonly markers: boolean;
  /** Without it nobody knows what else uses the host's CPU. */
  readonly accounts?: CpuAccounts;
}

const defaultAuditPort = 8089;

/** Where the witness keeps its files: the folder that engine/witness was copied to (/witness in the container). */
export function witnessFiles(): { config: string; cluster: string; drill: string; journal: string } {
  const at = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
  return {
    config: at('config.json'),
    cluster: at('cluster.json'),
    drill: at('drill.json'),
    journal: at('journal.jsonl'),
  };
}

/** @throws Error naming the key that is wrong: only the provider writes this file, so it would be a defect of ours. */
export function parseWitnessConfig(text: string): WitnessConfig {
  const config = parseRecord(text, 'config.json');
  return { auditPort: config['auditPort'] === undefined ? defaultAuditPort : port(config, 'auditPort') };
}

/**
 * @param text cluster.json
 * @param drill drill.json, optional: what a drill that takes a cluster which waited wants otherwise, in place of that
 * @throws Error naming the key that is wrong, also for a file that is only half written yet
 */
export function parseWitnessCluster(text: string, drill = '{}'): WitnessCluster {
  const cluster = { ...parseRecord(text, 'cluster.json'), ...parseRecord(drill, 'drill.json') };
  return {
    server: matching(cluster, 'server', /^https:\/\/[^/]+$/),
    ...clientCertificate(cluster),
    ...(cluster['etcd'] === undefined ? {} : { etcd: clientCertificate(record(cluster, 'etcd')) }),
    nodes: list(cluster, 'nodes').map((node) => ({
      name: matching(node, 'name', /./),
      address: matching(node, 'address', /^[A-Za-z0-9.-]+$/),
      role: role(node),
    })),
    probes: list(cluster, 'probes').map((probe) => ({
      service: matching(probe, 'service', /^[^/]+\/[^/]+$/),
      nodePort: port(probe, 'nodePort'),
      path: matching(probe, 'path', /^\/\S*$/),
    })),
    markers: flag(cluster, 'markers'),
    ...(cluster['accounts'] === undefined ? {} : { accounts: accounts(record(cluster, 'accounts')) }),
  };
}

function clientCertificate(record: JsonRecord): ClientCertificate {
  return {
    ca: matching(record, 'ca', /-----BEGIN CERTIFICATE-----/),
    cert: matching(record, 'cert', /-----BEGIN CERTIFICATE-----/),
    key: matching(record, 'key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/),
  };
}

function parseRecord(text: string, what: string): JsonRecord {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) throw new Error(`${what} is not a JSON object`);
  return value;
}

function matching(record: JsonRecord, key: string, pattern: RegExp): string {
  const value = record[key];
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new Error(`"${key}" should be a text like ${pattern.source}`);
}

function port(record: JsonRecord, key: string): number {
  const value = record[key];
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536) return value;
  throw new Error(`"${key}" should be a port number`);
}

function role(record: JsonRecord): ClusterNode['role'] {
  const value = record['role'];
  if (value === 'control-plane' || value === 'worker' || value === 'spare') return value;
  throw new Error('"role" should be a role: control-plane, worker or spare');
}

function flag(record: JsonRecord, key: string): boolean {
  const value = record[key];
  if (typeof value === 'boolean') return value;
  throw new Error(`"${key}" should be a boolean`);
}

function record(from: JsonRecord, key: string): JsonRecord {
  const value = from[key];
  if (isRecord(value)) return value;
  throw new Error(`"${key}" should be a JSON object`);
}

function accounts(record: JsonRecord): CpuAccounts {
  const containers = record['containers'];
  if (!Array.isArray(containers) || !containers.every((id) => typeof id === 'string' && /^[0-9a-f]+$/.test(id)))
    throw new Error('"containers" should be a list of ids');
  return { folder: matching(record, 'folder', /^\//), containers };
}

function list(record: JsonRecord, key: string): JsonRecord[] {
  const value = record[key];
  if (Array.isArray(value) && value.every(isRecord)) return value;
  throw new Error(`"${key}" should be a list of objects`);
}
