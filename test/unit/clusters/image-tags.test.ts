import { chmod, cp, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contextOf } from '../../../clusters/images/context.ts';
import { planStandIn } from '../../../clusters/images/load-balancer.ts';
import { finalImages, planImages } from '../../../clusters/images/plan-images.ts';
import type { Source } from '../../../clusters/images/recipe.ts';
import { type MinorVersions, minors, upgradePairs, versionsOf } from '../../../clusters/node-image/versions.ts';
import { installationRoot } from '../../../engine/system/paths.ts';
import { FakeExecRecorder } from './fake-exec.ts';

const inputFolders = ['base', 'load-balancer', 'node-image', 'student-host', 'witness', 'workloads-image'];
let clusters: string;

beforeEach(async () => {
  clusters = await mkdtemp(join(tmpdir(), 'kubewright-clusters-'));
  for (const folder of inputFolders) {
    await cp(join(installationRoot(), 'clusters', folder), join(clusters, folder), { recursive: true });
  }
});
afterEach(() => rm(clusters, { recursive: true }));

const context = () => contextOf({ exec: new FakeExecRecorder(), progress: () => {}, clustersFolder: clusters });

async function tags(source: Source, versions = versionsOf('1.34'), target?: MinorVersions): Promise<string[]> {
  return finalImages(await planImages(context(), source, versions, target)).map((image) => image.tag);
}

/** Everything that can be made: the sets of all minors and pairs, and the load balancer's stand-in. */
async function allTags(source: Source): Promise<string[]> {
  const pairs = upgradePairs().map(({ from, to }) => tags(source, versionsOf(from), versionsOf(to)));
  const plain = minors().map((minor) => tags(source, versionsOf(minor)));
  const standIn = (await planStandIn(context(), source)).tag;
  return [...(await Promise.all([...pairs, ...plain])).flat(), standIn];
}

async function files(folder: string): Promise<string[]> {
  const entries = await readdir(join(clusters, folder), { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('the tags of the images', () => {
  it('name the role, the version and twelve digits of the hash', async () => {
    const [node, student, witness] = await tags('modules');
    expect(node).toMatch(/^kubewright\/node:v1\.34\.4-[0-9a-f]{12}$/);
    expect(student).toMatch(/^kubewright\/student:v1\.34\.4-[0-9a-f]{12}$/);
    expect(witness).toMatch(/^kubewright\/witness:node24[0-9.]*-[0-9a-f]{12}$/);
  });

  it('change when any file that the images are made of changes', async () => {
    const before = await allTags('modules');
    // Not of an image built from modules: TypeScript is counted by the values it gives, not by its text.
    const inputs = (await Promise.all(inputFolders.map(files)))
      .flat()
      .filter((path) => !/\.(?:ts|md)$/.test(path) && !path.includes('/test'));
    expect(inputs.length).toBeGreaterThan(30);
    const uncounted: string[] = [];
    for (const path of inputs) {
      const content = await readFile(path);
      await writeFile(path, Buffer.concat([content, Buffer.from('\n')]));
      if ((await allTags('modules')).join() === before.join()) uncounted.push(path);
      await writeFile(path, content);
    }
    expect(uncounted).toEqual([]);
    expect(await allTags('modules')).toEqual(before);
  });

  it('change when a program of an image can no longer be run', async () => {
    const before = await tags('modules');
    await chmod(join(clusters, 'node-image/lab-layer/install.sh'), 0o644);
    expect(await tags('modules')).not.toEqual(before);
  });

  it('change with a version, and with the source', async () => {
    const versions = versionsOf('1.34');
    expect(await tags('modules', { ...versions, pause: '3.11' })).not.toEqual(await tags('modules'));
    expect((await tags('kindest'))[0]).not.toBe((await tags('modules'))[0]);
    const published = { ...versions, kindest: { ...versions.kindest, image: 'kindest/node:v1.34.12' } };
    expect(await tags('kindest', published)).not.toEqual(await tags('kindest'));
  });

  it('name both releases where a drill upgrades, and change with each of them', async () => {
    const [from, to] = [versionsOf('1.34'), versionsOf('1.35')];
    const [, ...shells] = await tags('modules', from);
    const [pair, ...pairShells] = await tags('modules', from, to);
    expect(pair).toMatch(/^kubewright\/node:v1\.34\.4-to-v1\.35\.4-[0-9a-f]{12}$/);
    expect(pairShells).toEqual(shells);
    const change = async (start: MinorVersions, target: MinorVersions) => (await tags('modules', start, target))[0];
    expect(await change({ ...from, pause: '3.11' }, to)).not.toBe(pair);
    expect(await change(from, { ...to, coredns: '1.13.2' })).not.toBe(pair);
  });

  it('of the node stay when only what belongs to an upgrade changes', async () => {
    const plain = await tags('modules');
    const [pair] = await tags('modules', versionsOf('1.34'), versionsOf('1.35'));
    await writeFile(join(clusters, 'node-image/upgrade-layer/install.sh'), 'other');
    expect(await tags('modules')).toEqual(plain);
    expect((await tags('modules', versionsOf('1.34'), versionsOf('1.35')))[0]).not.toBe(pair);
  });

  it('do not change with times, places and files of others', async () => {
    const before = await tags('modules');
    for (const path of await files('base')) await utimes(path, 0, 0);
    await writeFile(join(clusters, 'unrelated.yaml'), 'x');
    const moved = clusters;
    clusters = await mkdtemp(join(tmpdir(), 'kubewright-clusters-'));
    await cp(moved, clusters, { recursive: true });
    await rm(moved, { recursive: true });
    expect(await tags('modules')).toEqual(before);
  });

  it('leave the student and the witness alone when only the lab layer of the node changes', async () => {
    const [node, ...others] = await tags('modules');
    await writeFile(join(clusters, 'node-image/lab-layer/files/etc/kubewright/audit/policy.yaml'), 'other');
    const [newNode, ...newOthers] = await tags('modules');
    expect(newNode).not.toBe(node);
    expect(newOthers).toEqual(others);
  });
});
