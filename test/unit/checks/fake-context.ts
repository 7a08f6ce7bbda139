import type { CheckContext } from '../../../engine/checks/check.ts';
import type { FaultContext } from '../../../engine/faults/fault.ts';
import type { KubeApi, KubeletAnswer, MachinePower, Node, ResourceRef } from '../../../engine/providers/provider.ts';
import { systemClock } from '../../../engine/system/clock.ts';
import type { ExecResult } from '../../../engine/system/exec.ts';
import { at, start } from './record-builder.ts';

/** An API server that knows a few objects and nothing else. */
export class FakeKube implements KubeApi {
  readonly #objects: ReadonlyMap<string, unknown>;
  readonly #lists: Readonly<Record<string, readonly unknown[]>>;

  /** @param objects by "Kind/name" or "Kind/namespace/name"; @param lists by kind. */
  constructor(objects: Readonly<Record<string, unknown>>, lists: Readonly<Record<string, readonly unknown[]>> = {}) {
    this.#objects = new Map(Object.entries(objects));
    this.#lists = lists;
  }

  read<T>(ref: ResourceRef): Promise<T | undefined> {
    const key = [ref.kind, ...(ref.namespace === undefined ? [] : [ref.namespace]), ref.name].join('/');
    return Promise.resolve(this.#objects.get(key) as T | undefined);
  }

  list<T>(what: { kind: string }): Promise<T[]> {
    return Promise.resolve([...(this.#lists[what.kind] ?? [])] as T[]);
  }

  apply(): Promise<void> {
    return Promise.reject(new Error('checks only read'));
  }

  isReady(): Promise<boolean> {
    return Promise.resolve(true);
  }

  /** What the kubelets answer is an object of "Kubelet/<node>". */
  askKubelet(node: string): Promise<KubeletAnswer> {
    const answer = this.#objects.get(`Kubelet/${node}`) as KubeletAnswer | undefined;
    return answer === undefined ? Promise.reject(new Error(`nobody asks ${node} here`)) : Promise.resolve(answer);
  }
}

/** A switch that does nothing but write down what was done with it. */
export function createFakePower(used: string[] = []): MachinePower {
  const note = (what: string) => async () => void used.push(what);
  return { off: note('off'), on: note('on'), freeze: note('freeze'), thaw: note('thaw'), replace: note('replace') };
}

/** A machine with a few files that answers every command in the same way and keeps what it was asked. */
export class FakeMachine implements Node {
  readonly name: string;
  readonly role = 'worker';
  readonly address = '192.0.2.1';
  readonly asked: { argv: readonly string[]; user: string | undefined }[] = [];
  /** What was done with its power: off, on, freeze, thaw, replace. */
  readonly powered: string[] = [];
  readonly power = createFakePower(this.powered);
  readonly #answer: { exitCode?: number; stdout?: string; files?: Readonly<Record<string, string>>; running?: boolean };

  constructor(
    name: string,
    answer: { exitCode?: number; stdout?: string; files?: Readonly<Record<string, string>>; running?: boolean } = {},
  ) {
    this.name = name;
    this.#answer = answer;
  }

  exec(argv: readonly string[], options?: { readonly user?: string }): Promise<ExecResult> {
    this.asked.push({ argv, user: options?.user });
    const { exitCode = 0, stdout = '' } = this.#answer;
    return Promise.resolve({ exitCode, stdout, stderr: '', timedOut: false, command: argv.join(' ') });
  }

  read(path: string): Promise<string | undefined> {
    return Promise.resolve(this.#answer.files?.[path]);
  }

  write(): Promise<void> {
    return Promise.reject(new Error('nothing is written here'));
  }

  isRunning(): Promise<boolean> {
    return Promise.resolve(this.#answer.running ?? true);
  }
}

export function contextOf(kube: KubeApi, machine: Node = new FakeMachine('w1')): CheckContext {
  return {
    kube,
    machine: () => machine,
    timeline: () => Promise.resolve([]),
    since: start,
    until: at(60),
    happened: {},
  };
}

export function faultContextOf(kube: KubeApi, machine: Node = new FakeMachine('w1')): FaultContext {
  return { kube, machine: () => machine, timeline: () => Promise.resolve([]), clock: systemClock };
}

export const kubeNode = (ready: string, unschedulable = false) => ({
  metadata: { name: 'w1', uid: 'uid-w1' },
  spec: unschedulable ? { unschedulable } : {},
  status: { conditions: [{ type: 'Ready', status: ready }] },
});

export const kubePod = (
  name: string,
  more: { node?: string; owner?: string; phase?: string; mirror?: boolean } = {},
) => ({
  metadata: {
    name,
    namespace: 'shop',
    labels: { app: name.split('-')[0] ?? '' },
    annotations: more.mirror === true ? { 'kubernetes.io/config.mirror': 'x' } : {},
    ownerReferences: more.owner === undefined ? [] : [{ kind: more.owner, controller: true }],
  },
  spec: { nodeName: more.node ?? 'w1' },
  status: { phase: more.phase ?? 'Running' },
});
