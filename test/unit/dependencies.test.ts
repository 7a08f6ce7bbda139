import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly dev?: boolean }>>;
}

/** Versions below which something is known to be wrong, with the advisory. */
const floors: Readonly<Record<string, readonly [least: string, why: string]>> = {
  ws: ['8.21.1', 'CVE-2026-45736, CVE-2026-48779, CVE-2026-62389'],
  'path-to-regexp': ['8.4.0', 'CVE-2026-4923, CVE-2026-4926'],
  yaml: ['2.8.3', 'CVE-2026-33532'],
  qs: ['6.14.1', 'CVE-2025-15284'],
  'body-parser': ['1.20.3', 'CVE-2024-45590'],
  'js-yaml': ['4.1.1', 'CVE-2025-64718'],
  send: ['0.19.0', 'CVE-2024-43799'],
  'serve-static': ['1.16.0', 'CVE-2024-43800'],
};

const lock = JSON.parse(await readFile(new URL('../../package-lock.json', import.meta.url), 'utf8')) as Lock;
const installed = (name: string) =>
  Object.entries(lock.packages).filter(([path]) => path.endsWith(`node_modules/${name}`));

test.each(Object.entries(floors))('%s is not older than %j, in every copy', (name, [least]) => {
  const copies = installed(name);
  expect(copies.length).toBeGreaterThan(0);
  for (const [path, { version = '0' }] of copies) {
    expect([path, version.localeCompare(least, 'en', { numeric: true }) >= 0]).toEqual([path, true]);
  }
});

// extract-zip has an open advisory (CVE-2026-56876) and no fixed release.
test.each(['extract-zip', 'express-rate-limit'])('%s is no part of the program', (name) => {
  expect(installed(name).filter(([, { dev }]) => dev !== true)).toEqual([]);
});
