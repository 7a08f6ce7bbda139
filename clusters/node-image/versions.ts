import { KubewrightError } from '../../engine/domain/errors.ts';

/** What one Kubernetes minor consists of. The only place where these versions are written, beside the go.mod files. */
export interface MinorVersions {
  readonly minor: string;
  /** As `kubeadm config images list` of this version wants them. */
  readonly etcd: string;
  readonly etcdTag: string;
  readonly coredns: string;
  readonly pause: string;
  readonly modules: {
    readonly kubernetes: string;
    /** Folders of node-image/modules/ that hold the go.mod and go.sum of each set. */
    readonly folders: {
      readonly kubernetes: string;
      readonly etcd: string;
      readonly coredns: string;
      readonly crictl: string;
    };
    readonly crictl: string;
  };
  readonly kindest: {
    /** Patch release inside that image: kind publishes others than the Go module proxy has. */
    readonly kubernetes: string;
    readonly image: string;
    /** Holds etcdctl and etcdutl, which no kindest/node has. */
    readonly etcdToolsImage: string;
  };
}

/** The kind release that both the `kind` program and the node image's base files come from. */
export const kindVersion = '0.33.0';
export const kindFolder = 'kind-0.33.0';

/**
 * The load balancer that this kind release starts in front of several control planes. The name is fixed in kind
 * (sigs.k8s.io/kind pkg/cluster/internal/loadbalancer/const.go).
 */
export const loadBalancerImage = 'docker.io/envoyproxy/envoy:v1.36.2';

/** What drills start on, and what those that upgrade go to, where nothing else is said. */
export const defaultMinor = '1.34';
export const defaultUpgrade = '1.35';

/** The witness's image where this checkout has no Node for Linux of its own. */
export const officialNodeImage = 'node:24-bookworm-slim';

const table: Readonly<Record<string, MinorVersions>> = {
  '1.34': {
    minor: '1.34',
    etcd: '3.6.5',
    etcdTag: '3.6.5-0',
    coredns: '1.12.1',
    pause: '3.10.1',
    modules: {
      kubernetes: '1.34.4',
      folders: {
        kubernetes: 'kubernetes-1.34',
        etcd: 'etcd-3.6.5',
        coredns: 'coredns-1.12.1',
        crictl: 'crictl-1.30.0',
      },
      crictl: '1.30.0',
    },
    kindest: {
      kubernetes: '1.34.11',
      // From the release notes of kind v0.33.0: a tag alone may point to a build for another kind release.
      image: 'kindest/node:v1.34.11@sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d',
      etcdToolsImage: 'gcr.io/etcd-development/etcd:v3.6.5',
    },
  },
  '1.35': {
    minor: '1.35',
    etcd: '3.6.6',
    etcdTag: '3.6.6-0',
    coredns: '1.13.1',
    pause: '3.10.1',
    modules: {
      kubernetes: '1.35.4',
      folders: {
        kubernetes: 'kubernetes-1.35',
        etcd: 'etcd-3.6.6',
        coredns: 'coredns-1.13.1',
        crictl: 'crictl-1.30.0',
      },
      crictl: '1.30.0',
    },
    kindest: {
      kubernetes: '1.35.8',
      // From the same release notes.
      image: 'kindest/node:v1.35.8@sha256:07b2536e30b803ed61d1677a79df6115f798ce64c80f9e22f6ed45afd09323c0',
      etcdToolsImage: 'gcr.io/etcd-development/etcd:v3.6.6',
    },
  },
};

/** The versions of a minor such as "1.34". @throws KubewrightError USAGE for a minor that no node image is made for. */
export function versionsOf(minor: string): MinorVersions {
  const versions = table[minor];
  if (versions !== undefined) return versions;
  throw new KubewrightError(
    'USAGE',
    `there is no node image for Kubernetes ${minor}; there is one for: ${minors().join(', ')}`,
  );
}

/**
 * The versions of the minor that a cluster of another one is upgraded to.
 * @throws KubewrightError USAGE for one that is not made, and for any but the next: kubeadm upgrades one minor at a time
 */
export function upgradeVersionsOf(from: string, to: string): MinorVersions {
  const versions = versionsOf(to);
  if (nextMinor(from) === to) return versions;
  throw new KubewrightError(
    'USAGE',
    `kubeadm cannot upgrade from Kubernetes ${from} to ${to} in one step; the next minor is ${nextMinor(from)}`,
  );
}

/** Every pair of minors that a drill can upgrade between. */
export function upgradePairs(): readonly { readonly from: string; readonly to: string }[] {
  return minors()
    .map((from) => ({ from, to: nextMinor(from) }))
    .filter(({ to }) => to in table);
}

function nextMinor(minor: string): string {
  const [major, number] = minor.split('.');
  return `${major}.${Number(number) + 1}`;
}

/** Every minor that a node image can be made for, oldest first. */
export function minors(): readonly string[] {
  return Object.keys(table);
}
