import { describe, expect, it } from 'vitest';
import { chooseSource, sourceVariable } from '../../../clusters/images/choose-source.ts';
import { contextOf } from '../../../clusters/images/context.ts';
import { planImages } from '../../../clusters/images/plan-images.ts';
import type { Source } from '../../../clusters/images/recipe.ts';
import { versionsOf } from '../../../clusters/node-image/versions.ts';
import { FakeExecRecorder, fails } from './fake-exec.ts';

const versions = versionsOf('1.34');
const { image } = versions.kindest;

/** An engine that has the given images, and a registry that refuses unless said otherwise. */
function machine(images: readonly string[], options: { env?: Record<string, string>; registry?: boolean } = {}) {
  const exec = new FakeExecRecorder((command) => {
    if (command.startsWith('docker pull ')) return options.registry === true ? {} : fails('first line\nno such host');
    return command.startsWith('docker image inspect') && !images.some((name) => command.includes(name)) ? fails() : {};
  });
  const context = contextOf({ exec, progress: () => {}, env: options.env ?? {} });
  const choose = (mayPull = true, requested: 'auto' | Source = 'auto') =>
    chooseSource(context, versions, { requested, mayPull });
  return { exec, context, choose, pulls: () => exec.asked.filter((command) => command.startsWith('docker pull')) };
}

async function nodeOf(source: Source): Promise<string> {
  const { context } = machine([]);
  return (await planImages(context, source, versions)).node.tag;
}

describe('the source of the node images', () => {
  it('is kindest when that image is there, without asking the registry', async () => {
    const { choose, pulls } = machine([image]);
    expect(await choose()).toEqual({ source: 'kindest', reason: `${image} is there`, decided: true });
    expect(pulls()).toEqual([]);
  });

  it.each<Source>([
    'kindest',
    'modules',
  ])('stays %s when its node image is there, without asking the registry', async (source) => {
    const { choose, pulls } = machine([await nodeOf(source)]);
    expect(await choose()).toMatchObject({ source, decided: true });
    expect(pulls()).toEqual([]);
  });

  it('stays modules when only what the node image is built on is there', async () => {
    const { node } = await planImages(machine([]).context, 'modules', versions);
    expect(await machine([node.parents[0]?.tag ?? 'none']).choose()).toMatchObject({
      source: 'modules',
      decided: true,
    });
  });

  it('is kindest when the registry gives it, asked once', async () => {
    const { choose, pulls } = machine([], { registry: true });
    expect(await choose()).toMatchObject({ source: 'kindest', decided: true });
    expect(pulls()).toEqual([`docker pull ${image}`]);
  });

  it('is modules when the registry refuses, and says why', async () => {
    const { choose, pulls } = machine([]);
    expect(await choose()).toEqual({
      source: 'modules',
      reason: `${image} cannot be pulled: no such host`,
      decided: true,
    });
    expect(pulls()).toHaveLength(1);
  });

  it('is not decided by a pull when none is allowed', async () => {
    const { choose, pulls } = machine([]);
    expect(await choose(false)).toMatchObject({ source: 'modules', decided: false });
    expect(pulls()).toEqual([]);
  });

  it('is what the caller or the environment says', async () => {
    expect(await machine([image]).choose(true, 'modules')).toMatchObject({ source: 'modules' });
    expect(await machine([image], { env: { [sourceVariable]: 'modules' } }).choose()).toMatchObject({
      source: 'modules',
    });
    expect(await machine([], { env: { [sourceVariable]: 'kindest' } }).choose()).toMatchObject({ source: 'kindest' });
  });

  it('is refused when the environment says something else', async () => {
    await expect(machine([], { env: { [sourceVariable]: 'podman' } }).choose()).rejects.toMatchObject({
      code: 'USAGE',
    });
  });
});
