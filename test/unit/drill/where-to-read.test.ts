import { expect, it } from 'vitest';
import { checkRegistry } from '../../../engine/checks/registry.ts';
import { whereToRead } from '../../../engine/drill/where-to-read.ts';

it('what is said of a kind to read is a page of the documentation', () => {
  const pages = Object.keys(checkRegistry).flatMap((kind) => whereToRead(kind));
  expect(pages.length).toBeGreaterThan(30);
  expect(pages.filter((url) => !/^https:\/\/(?:kubernetes|etcd)\.io\/[a-z0-9/.-]+\/$/.test(url))).toEqual([]);
  expect(whereToRead('no-such-kind')).toEqual([]);
});
