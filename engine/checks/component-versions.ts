import { z } from 'zod';
import {
  type ComponentVersion,
  readCoreDns,
  readKubeadmConfig,
  readKubelet,
  readKubeProxy,
  readProgram,
  readStaticPod,
} from '../reading/component-version.ts';
import { compareReleases, parseRelease } from '../reading/release.ts';
import type { CheckContext, CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const node = z.string().min(1);
/** The tag of an image whose versions are not those of Kubernetes, such as "3.6.6-0". */
const tag = z.string().min(1);

const schema = z.strictObject({
  /** The release that is expected, such as "1.35.4"; its variable is filled in only when a session begins. */
  version: z.string().regex(/^(v?\d+\.\d+\.\d+|\$\{\w+\})$/, 'write a whole release such as "1.35.4", or its variable'),
  of: z
    .array(
      z.discriminatedUnion('component', [
        /** API server, controller-manager and scheduler: the static pods of that node. */
        z.strictObject({ component: z.literal('control-plane'), node }),
        z.strictObject({ component: z.literal('etcd'), node, tag }),
        z.strictObject({ component: z.literal('kube-proxy') }),
        z.strictObject({ component: z.literal('coredns'), tag }),
        /** What kubeadm has written down as the version of the cluster. */
        z.strictObject({ component: z.literal('kubeadm-config') }),
        /** The kubelet that runs. */
        z.strictObject({ component: z.literal('kubelet'), node }),
        /** A program file. */
        z.strictObject({ component: z.literal('program'), name: z.enum(['kubeadm', 'kubelet', 'kubectl']), node }),
      ]),
    )
    .min(1)
    .max(40),
});
type Spec = z.infer<typeof schema>;
type Part = Spec['of'][number];

export const componentVersionsCheck: CheckDefinition<Spec> = {
  kind: 'component-versions',
  summary:
    'Parts of the cluster are of one release: static pods, add-ons, kubelets, programs, and what kubeadm has written down.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const subjects = spec.of.flatMap((part) => subjectsOf(part, context, `v${spec.version.replace(/^v/, '')}`));
    const seen = await Promise.all(subjects.map(async (subject) => ({ ...subject, ...(await subject.read()) })));
    const expected = listed(
      seen.map(({ title, wanted }) => `${title} at ${wanted}`),
      seen.length,
    );
    const wrong = seen.filter(({ version, wanted }) => version !== wanted);
    const late = seen.filter(({ version, wanted, notYet }) => version === wanted && notYet !== undefined);
    const found = [
      ...wrong.map(({ title, version }) =>
        version === undefined ? `there is no ${title}` : `${title} is at ${version}`,
      ),
      ...late.map(({ title, wanted, notYet }) => `${title} is at ${wanted}, but ${notYet}`),
    ];
    const [first] = wrong;
    if (first !== undefined) {
      return {
        result: 'failed',
        expected,
        found: listed(found),
        meaning: meaningOf(first.version, first.wanted, first.when),
      };
    }
    if (late.length > 0) {
      return {
        result: 'failed',
        expected,
        found: listed(found),
        meaning: 'The new version is written down but does not run yet. Only what is Ready does the work.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: 'all of them are',
      meaning: 'What runs is what was planned.',
    };
  },
};

interface Subject {
  readonly title: string;
  readonly wanted: string;
  /** What it means that it was left behind. */
  readonly when: string;
  readonly read: () => Promise<ComponentVersion>;
}

const staticPods = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

function subjectsOf(part: Part, context: CheckContext, release: string): Subject[] {
  const { kube } = context;
  const behind = 'A part that was left behind is missed by nobody until the next upgrade, which then skips a release.';
  switch (part.component) {
    case 'control-plane':
      return staticPods.map((name) => ({
        title: `${name} on ${part.node}`,
        wanted: release,
        when: 'The control plane still is of another release: nothing may be newer than its API server.',
        read: () => readStaticPod(kube, name, part.node),
      }));
    case 'etcd':
      return [
        {
          title: `etcd on ${part.node}`,
          wanted: part.tag,
          when: behind,
          read: () => readStaticPod(kube, 'etcd', part.node),
        },
      ];
    case 'kube-proxy':
      return [{ title: 'kube-proxy', wanted: release, when: behind, read: () => readKubeProxy(kube) }];
    case 'coredns':
      return [{ title: 'CoreDNS', wanted: part.tag, when: behind, read: () => readCoreDns(kube) }];
    case 'kubeadm-config':
      return [
        {
          title: 'kubernetesVersion in the ConfigMap kubeadm-config',
          wanted: release,
          when: 'kubeadm goes by what it has written down: the next node that joins or is upgraded gets that release, whatever runs now.',
          read: () => readKubeadmConfig(kube),
        },
      ];
    case 'kubelet':
      return [
        {
          title: `the kubelet that runs on ${part.node}`,
          wanted: release,
          when: 'kubeadm never replaces the kubelet, and a kubelet that is not started anew goes on running the old program.',
          read: () => readKubelet(kube, part.node),
        },
      ];
    case 'program':
      return [
        {
          title: `the program ${part.name} on ${part.node}`,
          wanted: release,
          when: 'kubeadm upgrades the cluster, not the packages of the machine: somebody has to.',
          read: () => readProgram(context.machine(part.node), part.name),
        },
      ];
  }
}

function meaningOf(found: string | undefined, wanted: string, whenBehind: string): string {
  if (found === undefined) return 'What is not there has no version: it has to be brought back first.';
  const [is, was] = [parseRelease(found), parseRelease(wanted)];
  return is !== undefined && was !== undefined && compareReleases(is, was) > 0
    ? 'It is ahead of what was planned: whoever comes next relies on the versions that were agreed on.'
    : whenBehind;
}
