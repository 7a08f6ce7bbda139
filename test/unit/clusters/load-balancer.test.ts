import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contextOf } from '../../../clusters/images/context.ts';
import { ensureLoadBalancer, findLoadBalancer } from '../../../clusters/images/index.ts';
import { planBase } from '../../../clusters/images/plan-images.ts';
import { loadBalancerImage } from '../../../clusters/node-image/versions.ts';
import { systemExec } from '../../../engine/system/exec.ts';
import { installationRoot } from '../../../engine/system/paths.ts';
import { FakeExecRecorder, fails, says } from './fake-exec.ts';

let cacheFolder: string;
beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'kubewright-cache-'));
});
afterEach(() => rm(cacheFolder, { recursive: true }));

/** An engine that keeps labels of images; a registry that gives Envoy only when told. */
function engine(given: { images?: Record<string, Record<string, string>>; registry?: boolean; env?: object } = {}) {
  const images = new Map(Object.entries(given.images ?? {}));
  const exec = new FakeExecRecorder((command) => {
    if (command.startsWith('docker pull ')) return given.registry === true ? {} : fails('no such host');
    const built = /^docker build .*--tag (\S+)/.exec(command)?.[1];
    if (built !== undefined) images.set(built, labelsIn(command));
    const [, from = '', to] = /^docker tag (\S+) (\S+)$/.exec(command) ?? [];
    if (to !== undefined) images.set(to, images.get(from) ?? {});
    const asked = /^docker image inspect .* (\S+)$/.exec(command)?.[1];
    if (asked === undefined) return {};
    const labels = images.get(asked);
    return labels === undefined ? fails() : says(JSON.stringify(labels));
  });
  const deps = {
    exec,
    progress: () => {},
    cacheFolder,
    env: { ...given.env },
    freeBytes: async () => 1e12,
  };
  const asked = (start: string) => exec.asked.filter((command) => command.startsWith(start));
  return { deps, images, asked };
}

function labelsIn(command: string): Record<string, string> {
  return Object.fromEntries(
    [...command.matchAll(/--label '?([\w.]+)=([^' ]*)/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

describe('the load balancer in front of several control planes', () => {
  it('is what is there under its name, without asking the registry', async () => {
    const { deps, asked } = engine({ images: { [loadBalancerImage]: {} } });
    await ensureLoadBalancer(deps);
    expect(asked('docker pull')).toEqual([]);
    expect(asked('docker build')).toEqual([]);
    expect(await findLoadBalancer(deps)).toEqual({ missing: [] });
  });

  it('is pulled where it can be', async () => {
    const { deps, asked } = engine({ registry: true, env: { KUBEWRIGHT_NODE_IMAGE_SOURCE: 'kindest' } });
    await ensureLoadBalancer(deps);
    expect(asked('docker pull')).toEqual([`docker pull ${loadBalancerImage}`]);
    expect(asked('docker build')).toEqual([]);
  });

  it('is a stand-in that says so where it cannot be pulled, built once', async () => {
    const { deps, asked, images } = engine({ env: { KUBEWRIGHT_NODE_IMAGE_SOURCE: 'kindest' } });
    expect(await findLoadBalancer(deps)).toEqual({ missing: [loadBalancerImage] });
    await ensureLoadBalancer(deps);
    expect(asked('docker pull')).toHaveLength(1);
    expect(asked('docker tag')).toEqual([
      expect.stringMatching(
        new RegExp(`^docker tag kubewright/load-balancer:haproxy-[0-9a-f]{12} ${loadBalancerImage}$`),
      ),
    ]);
    expect(asked('docker build').join()).toContain(`haproxy in place of ${loadBalancerImage}`);
    expect(images.get(loadBalancerImage)).toMatchObject({ 'kubewright.role': 'load-balancer' });
    expect(await findLoadBalancer(deps)).toEqual({ missing: [] });
    await ensureLoadBalancer(deps);
    expect(asked('docker tag')).toHaveLength(1);
  });

  it('asks no registry where the node images were built here, too', async () => {
    const base = await planBase(contextOf(engine().deps), 'modules');
    const { deps, asked } = engine({ env: { KUBEWRIGHT_NODE_IMAGE_SOURCE: 'modules' }, images: { [base.tag]: {} } });
    await ensureLoadBalancer(deps);
    expect(asked('docker pull')).toEqual([]);
    expect(asked('docker tag')).toHaveLength(1);
  });

  it('is made anew when what the stand-in is made of has changed', async () => {
    const old = { [loadBalancerImage]: { 'kubewright.role': 'load-balancer', 'kubewright.inputs': 'old' } };
    const { deps, asked } = engine({ images: old, env: { KUBEWRIGHT_NODE_IMAGE_SOURCE: 'kindest' } });
    expect((await findLoadBalancer(deps)).missing).toEqual([loadBalancerImage]);
    await ensureLoadBalancer(deps);
    expect(asked('docker pull')).toEqual([]);
    expect(asked('docker tag')).toHaveLength(1);
  });
});

/** As kind 0.33 writes them (pkg/cluster/internal/loadbalancer/config.go), as far as the stand-in reads them. */
const listeners = `
resources:
- "@type": type.googleapis.com/envoy.config.listener.v3.Listener
  name: listener_apiserver
  address:
    socket_address:
      address: "0.0.0.0"
      port_value: 6443
`;
const clusters = `
resources:
- "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
  name: kube_apiservers
  load_assignment:
    endpoints:
    - lb_endpoints:
      - endpoint:
          address:
            socket_address:
              address: some-control-plane
              port_value: 6443
      - endpoint:
          address:
            socket_address:
              address: some-control-plane2
              port_value: 6443
`;

describe("the stand-in's envoy program", () => {
  it('waits for what kind moves into place and gives it to haproxy', async () => {
    const home = join(cacheFolder, 'home');
    await mkdir(home);
    // A haproxy that only shows the configuration it was given.
    await writeFile(join(cacheFolder, 'haproxy'), '#!/bin/sh\ncat "$3"\n');
    await chmod(join(cacheFolder, 'haproxy'), 0o755);
    for (const name of ['cds.yaml', 'lds.yaml']) await writeFile(join(home, name), 'resources: []');
    const running = systemExec.run(
      [join(installationRoot(), 'clusters/load-balancer/envoy'), '-c', join(home, 'envoy.yaml')],
      { env: { PATH: `${cacheFolder}:/usr/bin:/bin` }, timeoutMs: 10_000 },
    );
    for (const [name, text] of [
      ['cds.yaml', clusters],
      ['lds.yaml', listeners],
    ] as const) {
      await writeFile(join(home, `${name}.tmp`), text);
      await rename(join(home, `${name}.tmp`), join(home, name));
    }
    const { stdout } = await running;
    const servers = [
      '  server some-control-plane some-control-plane:6443',
      '  server some-control-plane2 some-control-plane2:6443',
    ];
    expect(stdout.split('\n').filter((line) => /^(?:backend| +(?:server|bind)) /.test(line))).toEqual([
      '  bind *:6443',
      ...['backend kube_apiservers', ...servers],
      ...['backend any_apiserver', ...servers],
    ]);
  });
});
