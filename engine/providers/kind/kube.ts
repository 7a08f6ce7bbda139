import {
  ApiException,
  CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
} from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { KubewrightError } from '../../domain/errors.ts';
import type { Clock } from '../../system/clock.ts';
import type { KubeApi } from '../provider.ts';

/** A request that the API server has not answered by then is reported as unanswered. */
const requestDeadlineMs = 10_000;
const applyAgainMs = 500;
/** As long as an application has to be admitted; see the step deploy-workloads. */
const appliedWithinMs = 60_000;
const fieldManager = 'kubewright';
const mostSaid = 500;

/** The API server under the engine's identity; the only file that knows @kubernetes/client-node. */
export function createKubeApi(kubeconfig: string, clock: Clock): KubeApi {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const client = KubernetesObjectApi.makeApiClient(config);
  const core = config.makeApiClient(CoreV1Api);

  /** Bounds a request and turns "no answer" into one kind of error; answers of the API server pass through. */
  const ask = async <T>(what: string, request: () => Promise<T>): Promise<T> => {
    const deadline = new AbortController();
    try {
      return await Promise.race([
        request(),
        clock.sleep(requestDeadlineMs, deadline.signal).then(() => {
          throw new KubewrightError(
            'COMMAND_FAILED',
            `the API server did not answer within ${requestDeadlineMs / 1000} s: ${what}`,
          );
        }),
      ]);
    } catch (error) {
      if (error instanceof ApiException || error instanceof KubewrightError) throw error;
      throw new KubewrightError('COMMAND_FAILED', `the API server does not answer: ${what}`, { cause: error });
    } finally {
      deadline.abort();
    }
  };

  /**
   * Whoever applies something wants it there, and applying twice is applying once: an API server that goes away for a
   * moment, as when its etcd has just begun anew, is asked again, also when it took a request and never answered.
   */
  const apply = async (what: string, object: KubernetesObject): Promise<void> => {
    const late = clock.monotonic() + appliedWithinMs;
    for (;;) {
      try {
        await ask(what, () =>
          client.patch(object, undefined, undefined, fieldManager, true, PatchStrategy.ServerSideApply),
        );
        return;
      } catch (error) {
        if (error instanceof ApiException || clock.monotonic() >= late) throw error;
        await clock.sleep(applyAgainMs);
      }
    }
  };

  return {
    async read<T>(ref: { apiVersion: string; kind: string; name: string; namespace?: string }) {
      const metadata = { name: ref.name, ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }) };
      try {
        const object = await ask(`get ${ref.kind} ${ref.name}`, () =>
          client.read({ apiVersion: ref.apiVersion, kind: ref.kind, metadata }),
        );
        return object as T;
      } catch (error) {
        if (error instanceof ApiException && error.code === 404) return undefined;
        throw refused(error, `get ${ref.kind} ${ref.name}`);
      }
    },
    async list<T>(what: { apiVersion: string; kind: string; namespace?: string }) {
      try {
        const listed = await ask(`list ${what.kind}`, () => client.list(what.apiVersion, what.kind, what.namespace));
        return listed.items as T[];
      } catch (error) {
        throw refused(error, `list ${what.kind}`);
      }
    },
    async apply(manifest) {
      for (const document of parseAllDocuments(manifest)) {
        const object = document.toJS() as KubernetesObject | null;
        if (object === null) continue;
        const what = `apply ${object.kind} ${object.metadata?.name}`;
        try {
          await apply(what, object);
        } catch (error) {
          throw refused(error, what);
        }
      }
    },
    async isReady() {
      try {
        await ask('get namespace default', () =>
          client.read({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }),
        );
        return true;
      } catch {
        return false;
      }
    },
    async askKubelet(node, path) {
      const what = `ask the kubelet of ${node} for ${path}`;
      try {
        // Declared as text; an answer in JSON comes parsed.
        const said: unknown = await ask(what, () => core.connectGetNodeProxyWithPath({ name: node, path }));
        return { code: 200, said: typeof said === 'string' ? said : JSON.stringify(said) };
      } catch (error) {
        if (error instanceof ApiException) return { code: error.code, said: messageOf(error.body) };
        throw refused(error, what);
      }
    },
  };
}

function refused(error: unknown, what: string): KubewrightError {
  if (error instanceof KubewrightError) return error;
  const status = error instanceof ApiException ? `${error.code}: ${messageOf(error.body)}` : String(error);
  return new KubewrightError('COMMAND_FAILED', `the API server refused to ${what}: ${status}`, { cause: error });
}

function messageOf(body: unknown): string {
  // Some answers, such as a 401, come without a body.
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return (typeof message === 'string' ? message : text).slice(0, mostSaid);
  } catch {
    return text.slice(0, mostSaid);
  }
}
