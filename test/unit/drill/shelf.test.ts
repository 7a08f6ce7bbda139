import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { createShelf } from '../../../engine/drill/shelf.ts';
import { changed, makeScenarioFolder } from '../scenario/scenario-folder.ts';

async function setUp() {
  const folder = await makeScenarioFolder();
  return { folder, shelf: createShelf(folder.scenarios, folder.dependencies) };
}

describe('the shelf of scenarios', () => {
  test('gives those that load and leaves the broken ones to lint', async () => {
    const { folder, shelf } = await setUp();
    await folder.write(`${folder.scenarios}/broken/scenario.yaml`, 'kind: Nothing\n');
    expect((await shelf.all()).map(({ id }) => id)).toEqual(['mend-the-door']);
  });

  test('reads them once, and again when a file was written, came or went', async () => {
    const { folder, shelf } = await setUp();
    const [first] = await shelf.all();
    expect((await shelf.all())[0]).toBe(first);
    expect(await shelf.load('mend-the-door')).toBe(first);
    await folder.write(`${folder.folder}/scenario.yaml`, changed('title: Mend the door', 'title: Mend the back door'));
    expect((await shelf.load('mend-the-door')).title).toBe('Mend the back door');
    expect((await shelf.all())[0]?.title).toBe('Mend the back door');
    await folder.write(`${folder.folder}/files/new`, '');
    expect((await shelf.load('mend-the-door')).inputs).not.toBe(first?.inputs);
    await rm(folder.folder, { recursive: true });
    expect(await shelf.all()).toEqual([]);
    await expect(shelf.load('mend-the-door')).rejects.toMatchObject({ code: 'SCENARIO_UNKNOWN' });
  });

  test('is empty where there is no folder', async () => {
    const { folder } = await setUp();
    expect(await createShelf(`${folder.root}/nowhere`, folder.dependencies).all()).toEqual([]);
  });

  test('loads by id and from the folder a session was started from', async () => {
    const { folder, shelf } = await setUp();
    expect((await shelf.load('mend-the-door')).title).toBe('Mend the door');
    const elsewhere = createShelf('/nowhere', folder.dependencies);
    expect((await elsewhere.loadFolder(folder.folder)).id).toBe('mend-the-door');
  });

  test('reads the folder of a session once, and again when a file of it was written or it went', async () => {
    const { folder, shelf } = await setUp();
    const first = await shelf.loadFolder(folder.folder);
    expect(await shelf.loadFolder(folder.folder)).toBe(first);
    await folder.write(`${folder.folder}/scenario.yaml`, changed('title: Mend the door', 'title: Mend the back door'));
    expect((await shelf.loadFolder(folder.folder)).title).toBe('Mend the back door');
    await rm(folder.folder, { recursive: true });
    await expect(shelf.loadFolder(folder.folder)).rejects.toMatchObject({ code: 'SCENARIO_UNKNOWN' });
  });

  test('says of a broken scenario everything that is wrong, with its place', async () => {
    const { folder, shelf } = await setUp();
    await folder.write(`${folder.folder}/scenario.yaml`, changed('difficulty: easy', 'difficulty: trivial'));
    await expect(shelf.load('mend-the-door')).rejects.toMatchObject({
      code: 'SCENARIO_INVALID',
      message: expect.stringMatching(/scenario\.yaml:\d+:\d+ /) as string,
    });
  });

  test.each([
    '',
    '.',
    '..',
    '../scenarios',
    'mend-the-door/',
    '/etc',
    'a\0b',
  ])('knows no scenario called %j', async (id) => {
    const { shelf } = await setUp();
    await expect(shelf.load(id)).rejects.toMatchObject({ code: 'SCENARIO_UNKNOWN' });
  });
});
