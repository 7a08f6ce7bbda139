import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { Exec, KubeConfig, type V1Status } from '@kubernetes/client-node';
import { createKubeApi } from '../../engine/providers/kind/kube.ts';
import { retryUntil, systemClock } from '../../engine/system/clock.ts';

const within = { withinMs: 600_000, everyMs: 200 };
const daemonSet = `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: bench, namespace: default }
spec:
  selector: { matchLabels: { app: bench } }
  template:
    metadata: { labels: { app: bench } }
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{ name: app, image: "kubewright.local/app:1" }]
`;

interface NodeObject {
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}
interface PodObject {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly phase: string };
}

/**
 * Waits for the line to which every cluster is measured: each of its three nodes Ready, a pod of ours Running on each of
 * the two workers, and DNS answering in both. Asked by this process itself, in the same way of all clusters: seven
 * programs in a container, as a learner's shell would start, take longer than the taking of a cluster that waits. The pods
 * of one that waited run already, in all others they are new; a program that is run in each shows that they do.
 * @throws Error when it is not reached within 10 minutes
 */
export async function reachLine(kubeconfig: string, signal: AbortSignal): Promise<void> {
  const kube = createKubeApi(kubeconfig, systemClock);
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const until = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
    let refusal: unknown;
    // A young API server may not answer yet.
    const found = await retryUntil(systemClock, { ...within, signal }, () =>
      look().catch((error: unknown) => {
        refusal = error;
        return undefined;
      }),
    );
    if (found !== undefined) return found;
    const because = refusal === undefined ? '' : `; it was said last: ${inspect(refusal)}`;
    throw new Error(`not within ${within.withinMs / 1000} s: ${what}${because}`);
  };
  await until('all nodes Ready', async () => {
    const nodes = await kube.list<NodeObject>({ apiVersion: 'v1', kind: 'Node' });
    return nodes.length === 3 && nodes.every(isReady) ? true : undefined;
  });
  await until('a daemon set', async () => {
    await kube.apply(daemonSet);
    return true;
  });
  const pods = await until('a pod Running on each worker', async () => {
    const all = await kube.list<PodObject>({ apiVersion: 'v1', kind: 'Pod', namespace: 'default' });
    const ours = all.filter(
      ({ metadata, status }) => metadata.labels?.['app'] === 'bench' && status.phase === 'Running',
    );
    return new Set(ours.map(({ spec }) => spec.nodeName)).size === 2 ? ours : undefined;
  });
  // One try a second, each from a port of its own: the tries of one resolver all go where its first packet was lost.
  const ask = ['busybox', 'timeout', '1', 'busybox', 'nslookup', 'kubernetes.default.svc.cluster.local'];
  await Promise.all(
    pods.map(({ metadata }) =>
      until(`DNS answering in ${metadata.name}`, async () =>
        (await succeeds(config, metadata.name, ask)) ? true : undefined,
      ),
    ),
  );
}

function isReady({ status }: NodeObject): boolean {
  return status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
}

/** Whether a program in that pod ends with 0. */
async function succeeds(config: KubeConfig, pod: string, argv: string[]): Promise<boolean> {
  const ended = Promise.withResolvers<V1Status>();
  // The API server wants one stream at least, and closes them when the program ends.
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
  const socket = await new Exec(config).exec('default', pod, 'app', argv, sink, null, null, false, ended.resolve);
  socket.onclose = () => ended.reject(new Error(`the connection to ${pod} ended`));
  try {
    return (await ended.promise).status === 'Success';
  } finally {
    socket.close();
  }
}
