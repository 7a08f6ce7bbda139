import { describe, expect, test } from 'vitest';
import { findGolden, listGolden, removeGolden, trimShelf } from '../../../../../engine/providers/kind/golden/shelf.ts';
import { FakeShelf } from './fake-shelf.ts';

const dayMs = 86_400_000;
const gibibyte = 2 ** 30;

describe('the shelf of golden states', () => {
  test('has the states of a key, the newest of each slot first, with the images of all machines', async () => {
    const shelf = new FakeShelf();
    shelf.bake('old', { bakedAt: 1, slot: 1 });
    shelf.bake('new', { bakedAt: 3, slot: 1 });
    shelf.bake('other', { bakedAt: 2, slot: 2 });
    const found = await findGolden(shelf, 'key', 10);
    expect(found.map(({ slot, bakedAt }) => `${slot} ${bakedAt}`)).toEqual(['1 3', '2 2']);
    expect(found[0]?.machines.map(({ image }) => image)).toEqual(['sha256:new-cp1', 'sha256:new-w1']);
  });

  test('is empty on an engine that has none', async () => {
    expect(await findGolden(new FakeShelf(), 'key', 10)).toEqual([]);
  });

  test('gives none that was made of something else', async () => {
    const shelf = new FakeShelf();
    shelf.bake('a', { key: 'key of an older image' });
    expect(await findGolden(shelf, 'key', 10)).toEqual([]);
  });

  test('gives none whose bake did not come to its end', async () => {
    const shelf = new FakeShelf();
    shelf.bake('a', {}, false);
    expect(await findGolden(shelf, 'key', 10)).toEqual([]);
    expect(await listGolden(shelf)).toEqual([{ part: 'a', tags: ['kubewright/golden:a-w1'] }]);
  });

  test('gives none of which an image was removed, or made again', async () => {
    const shelf = new FakeShelf();
    shelf.bake('a');
    shelf.images = shelf.images.map((it) => (it.tag.endsWith('a-w1') ? { ...it, id: 'sha256:another' } : it));
    expect(await findGolden(shelf, 'key', 10)).toEqual([]);
  });

  test('gives none that is a month old', async () => {
    const shelf = new FakeShelf();
    shelf.bake('a', { bakedAt: 0 });
    expect(await findGolden(shelf, 'key', 29 * dayMs)).toHaveLength(1);
    expect(await findGolden(shelf, 'key', 30 * dayMs)).toEqual([]);
  });

  test('lets a state go with all its images, and keeps one that a session was restored from', async () => {
    const shelf = new FakeShelf();
    shelf.bake('idle');
    shelf.bake('busy');
    shelf.used.add('kubewright/golden:busy-w1');
    expect(await removeGolden(shelf, await listGolden(shelf))).toEqual({ parts: ['idle'], inUse: ['busy'] });
    expect(shelf.images.map(({ tag }) => tag)).toEqual([
      'kubewright/node:1',
      'kubewright/golden:busy-w1',
      'kubewright/golden:busy-cp1',
    ]);
  });

  test('is trimmed from its old end when it takes too much of the disk', async () => {
    const shelf = new FakeShelf();
    for (const bakedAt of [1, 2, 3, 4]) shelf.bake(`at-${bakedAt}`, { bakedAt, bytes: 2 * gibibyte, slot: bakedAt });
    await trimShelf(shelf, 10);
    expect((await findGolden(shelf, 'key', 10)).map(({ bakedAt }) => bakedAt)).toEqual([4, 3, 2]);
  });
});
