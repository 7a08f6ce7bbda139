import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cacheRoot, installationRoot, stateRoot } from '../../../engine/system/paths.ts';

test('the installation is the folder with scenarios and clusters', () => {
  expect(existsSync(join(installationRoot(), 'scenarios'))).toBe(true);
  expect(existsSync(join(installationRoot(), 'clusters', 'shapes'))).toBe(true);
});

describe.each([
  ['state', stateRoot, 'KUBEWRIGHT_HOME', 'XDG_STATE_HOME', '.local/state/kubewright'],
  ['cache', cacheRoot, 'KUBEWRIGHT_CACHE', 'XDG_CACHE_HOME', '.cache/kubewright'],
] as const)('the folder for %s', (_name, rootOf, own, xdg, usual) => {
  test('is what our own variable says, made absolute: it is compared with what other processes wrote down', () => {
    expect(rootOf({ [own]: '/data/kw', [xdg]: '/xdg' })).toBe('/data/kw');
    expect(rootOf({ [own]: 'kw' })).toBe(resolve('kw'));
  });

  test('is below the XDG folder, else below the home folder', () => {
    expect(rootOf({ [xdg]: '/xdg' })).toBe('/xdg/kubewright');
    expect(rootOf({})).toBe(join(homedir(), usual));
  });

  test('takes an empty variable for none', () => {
    expect(rootOf({ [own]: '', [xdg]: '' })).toBe(join(homedir(), usual));
  });
});
