import { z } from 'zod';
import { KubewrightError } from '../domain/errors.ts';
import { readiness, readNode } from '../reading/kube-objects.ts';
import { isMirror, readPod } from '../reading/mirror-pod.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition, FaultProof } from './fault.ts';

const path = z.string().startsWith('/');
const machine = z.string().min(1);

const schema = z
  .strictObject({
    /** A node, or "student". */
    on: machine,
    path,
    /** The whole new content. */
    text: z.string().optional(),
    /** A text of the file that becomes another; it has to be there exactly once. */
    replace: z.strictObject({ find: z.string().min(1), put: z.string() }).optional(),
    /** It gets the content of that file. */
    copyOf: z.strictObject({ on: machine, path }).optional(),
    remove: z.literal(true).optional(),
    /** A systemd unit of the same machine that has to read the file anew. */
    restart: z.string().min(1).optional(),
    /** What shows that the change is at work. Without it the proof is the file itself. */
    symptom: z
      .discriminatedUnion('is', [
        z.strictObject({ is: z.literal('node-not-ready'), node: machine }),
        /** The API server is turned away by the node's kubelet. */
        z.strictObject({ is: z.literal('kubelet-refuses'), node: machine }),
        /** The kubelet runs a static pod of that name, its node's name not included. */
        z.strictObject({
          is: z.literal('static-pod-runs'),
          node: machine,
          namespace: z.string().min(1),
          name: z.string().min(1),
        }),
      ])
      .optional(),
  })
  .refine(
    ({ text, replace, copyOf, remove }) =>
      [text, replace, copyOf, remove].filter((change) => change !== undefined).length === 1,
    { message: 'say what happens to the file: one of text, replace, copyOf and remove' },
  );
type Spec = z.infer<typeof schema>;

const actWithinMs = 60_000;

/** In place: owner, mode and symbolic links stay what they are. A new file is readable by all. */
const writeScript = 'mkdir -p "$(dirname "$1")" && cat > "$1"';

export const fileChangedFault: FaultDefinition<Spec> = {
  kind: 'file-changed',
  summary: 'A file of a machine has another content, or is gone, and perhaps a service has read it anew.',
  schema,
  async apply(context, spec) {
    const text = await newText(context, spec);
    if (text === undefined) await run(context, spec, ['rm', spec.path]);
    else await run(context, spec, ['sh', '-c', writeScript, 'sh', spec.path], text);
    if (spec.restart !== undefined) await run(context, spec, ['systemctl', 'restart', spec.restart]);
  },
  async prove(context, spec) {
    const file = await proveFile(context, spec);
    if (!file.holds || spec.symptom === undefined) return file;
    const symptom = await proveSymptom(context, spec.symptom);
    return { holds: symptom.holds, seen: `${file.seen}; ${symptom.seen}` };
  },
  // The node monitor's grace period of 50 s, and some.
  proveWithinMs: 150_000,
};

/** Undefined: the file goes. */
async function newText(context: FaultContext, spec: Spec): Promise<string | undefined> {
  const place = `${spec.path} on ${spec.on}`;
  if (spec.text !== undefined) return spec.text;
  if (spec.copyOf !== undefined) return readSource(context, spec.copyOf);
  const before = await context.machine(spec.on).read(spec.path);
  if (before === undefined) throw unfit(`there is no ${place}`);
  if (spec.replace === undefined) return undefined;
  const { find, put } = spec.replace;
  const found = before.split(find).length - 1;
  if (found !== 1) throw unfit(`"${find}" is ${found} times in ${place}, not once`);
  return before.replace(find, () => put);
}

async function readSource(context: FaultContext, source: { on: string; path: string }): Promise<string> {
  const text = await context.machine(source.on).read(source.path);
  if (text === undefined) throw unfit(`there is no ${source.path} on ${source.on}`);
  return text;
}

async function proveFile(context: FaultContext, spec: Spec): Promise<FaultProof> {
  const place = `${spec.path} on ${spec.on}`;
  const text = await context.machine(spec.on).read(spec.path);
  if (spec.remove === true)
    return { holds: text === undefined, seen: `${place} is ${text === undefined ? 'gone' : 'there'}` };
  if (text === undefined) return { holds: false, seen: `there is no ${place}` };
  const wanted = spec.copyOf === undefined ? spec.text : await readSource(context, spec.copyOf);
  const holds = spec.replace === undefined ? text === wanted : text.includes(spec.replace.put);
  return { holds, seen: `${place} has ${holds ? 'its new' : 'another'} content` };
}

async function proveSymptom(context: FaultContext, symptom: NonNullable<Spec['symptom']>): Promise<FaultProof> {
  switch (symptom.is) {
    case 'node-not-ready': {
      const node = await readNode(context.kube, symptom.node);
      if (node === undefined) return { holds: false, seen: `there is no node ${symptom.node}` };
      const ready = readiness(node);
      return { holds: ready !== 'True', seen: `node ${symptom.node} has Ready=${ready}` };
    }
    case 'kubelet-refuses': {
      const { code } = await context.kube.askKubelet(symptom.node, 'healthz');
      return { holds: code === 401 || code === 403, seen: `the kubelet of ${symptom.node} answers with HTTP ${code}` };
    }
    case 'static-pod-runs': {
      const name = `${symptom.name}-${symptom.node}`;
      const pod = await readPod(context.kube, symptom.namespace, name);
      const runs = pod !== undefined && isMirror(pod) && pod.status?.phase === 'Running';
      return { holds: runs, seen: `static pod ${symptom.namespace}/${name} ${runs ? 'runs' : 'does not run'}` };
    }
  }
}

async function run(context: FaultContext, spec: Spec, argv: readonly string[], input?: string): Promise<void> {
  const result = await context.machine(spec.on).exec(argv, {
    timeoutMs: actWithinMs,
    signal: context.signal,
    user: 'root',
    ...(input === undefined ? {} : { input }),
  });
  if (result.exitCode !== 0) throw commandFailed(result);
}

function unfit(what: string): KubewrightError {
  return new KubewrightError('FAULT_NOT_PROVEN', what, {
    remedy: 'The fault does not fit the files of this machine: correct it in scenario.yaml.',
  });
}
