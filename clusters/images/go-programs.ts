import { kindFolder, kindVersion, type MinorVersions } from '../node-image/versions.ts';
import type { KnownProgram } from './versions-check.ts';

/** A program built from a committed Go module. */
export interface GoProgram {
  readonly name: KnownProgram;
  readonly version: string;
  /** The module's folder below clusters/. */
  readonly folder: string;
  readonly package: string;
  readonly variables: Readonly<Record<string, string>>;
}

const modules = 'node-image/modules';

export const kindProgram: GoProgram = {
  name: 'kind',
  version: kindVersion,
  folder: `${modules}/${kindFolder}`,
  package: 'sigs.k8s.io/kind',
  variables: {},
};

/** Everything of a node that is written in Go, in the order in which it is built: the longest first. */
export function nodePrograms(versions: MinorVersions): readonly GoProgram[] {
  const { folders, kubernetes, crictl } = versions.modules;
  const kubernetesPrograms = [
    'kubeadm',
    'kubelet',
    'kubectl',
    'kube-apiserver',
    'kube-controller-manager',
    'kube-scheduler',
    'kube-proxy',
  ] as const;
  return [
    ...kubernetesPrograms.map((name) => ({
      name,
      version: kubernetes,
      folder: `${modules}/${folders.kubernetes}`,
      package: `k8s.io/kubernetes/cmd/${name}`,
      variables: kubernetesVersionVariables(kubernetes),
    })),
    {
      name: 'coredns',
      version: versions.coredns,
      folder: `${modules}/${folders.coredns}`,
      package: 'github.com/coredns/coredns',
      variables: {},
    },
    {
      name: 'etcd',
      version: versions.etcd,
      folder: `${modules}/${folders.etcd}`,
      package: 'go.etcd.io/etcd/server/v3',
      variables: {},
    },
    ...etcdTools(versions),
    {
      name: 'crictl',
      version: crictl,
      folder: `${modules}/${folders.crictl}`,
      package: 'github.com/kubernetes-sigs/cri-tools/cmd/crictl',
      variables: { 'github.com/kubernetes-sigs/cri-tools/pkg/version.Version': crictl },
    },
    {
      name: 'pause',
      version: versions.pause,
      folder: 'node-image/pause',
      package: '.',
      variables: { 'main.version': versions.pause },
    },
  ];
}

/** What the lab layer puts on a node beside the cluster's own programs. */
export function etcdTools(versions: MinorVersions): readonly GoProgram[] {
  return (['etcdctl', 'etcdutl'] as const).map((name) => ({
    name,
    version: versions.etcd,
    folder: `${modules}/${versions.modules.folders.etcd}`,
    package: `go.etcd.io/etcd/${name}/v3`,
    variables: {},
  }));
}

/** As kubernetes/hack/lib/version.sh sets them; without them kubeadm refuses its own version. */
function kubernetesVersionVariables(version: string): Record<string, string> {
  const [major = '', minor = ''] = version.split('.');
  const variables: Record<string, string> = {};
  for (const where of ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']) {
    variables[`${where}.gitVersion`] = `v${version}`;
    variables[`${where}.gitMajor`] = major;
    variables[`${where}.gitMinor`] = minor;
    variables[`${where}.gitTreeState`] = 'clean';
  }
  return variables;
}
