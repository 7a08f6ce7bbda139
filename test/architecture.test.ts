import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Who may import whom, by folder prefix. The most specific row wins; a folder always may import itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'engine/domain': [],
  'engine/system': ['engine/domain'],
  'engine/store': ['engine/domain', 'engine/engine.ts'],
  'engine/witness': ['engine/domain'],
  'engine/providers/provider.ts': ['engine/domain', 'engine/system'],
  'engine/providers/kind': [
    'engine/domain',
    'engine/system',
    'engine/providers/provider.ts',
    'engine/witness/read-journal.ts',
  ],
  // How checks and faults read the cluster: what both need is written once.
  'engine/reading': ['engine/domain', 'engine/providers/provider.ts', 'engine/system'],
  'engine/checks': ['engine/reading', 'engine/domain', 'engine/providers/provider.ts', 'engine/system'],
  'engine/faults': ['engine/reading', 'engine/domain', 'engine/providers/provider.ts', 'engine/system'],
  'engine/scenario': [
    'engine/domain',
    'engine/system',
    'engine/checks',
    'engine/faults',
    'engine/providers/provider.ts',
    'engine/engine.ts',
  ],
  'engine/engine.ts': ['engine/domain', 'engine/providers/provider.ts'],
  'engine/drill': [
    'engine/domain',
    'engine/system',
    'engine/scenario',
    'engine/checks',
    'engine/faults',
    'engine/store',
    'engine/engine.ts',
    'engine/providers/provider.ts',
  ],
  // How a drill looks from behind. The audit trail is read as the checks read it.
  'engine/debrief': [
    'engine/domain',
    'engine/drill',
    'engine/store',
    'engine/checks/attribution.ts',
    'engine/providers/provider.ts',
    'engine/progress',
    'engine/scenario',
    'engine/engine.ts',
    'engine/system',
  ],
  'engine/progress': ['engine/domain', 'engine/engine.ts'],
  'engine/exam': [
    'engine/domain',
    'engine/store',
    'engine/drill',
    'engine/engine.ts',
    'engine/progress',
    'engine/system',
  ],
  // The composition root: the one file that names concrete providers.
  'engine/compose.ts': ['engine', 'clusters'],
  'engine/cli': ['engine', 'web/server', 'clusters'],
  'web/protocol.ts': ['engine/domain', 'engine/engine.ts'],
  'web/server': [
    'web/protocol.ts',
    'engine/domain',
    'engine/engine.ts',
    'engine/providers/provider.ts',
    'engine/system/log.ts',
  ],
  'web/client': ['web/protocol.ts', 'engine/domain', 'engine/engine.ts'],
  clusters: ['engine/domain', 'engine/system'],
};

/** Packages with one door. */
const onlyIn: Readonly<Record<string, string>> = {
  execa: 'engine/system/exec.ts',
  '@kubernetes/client-node': 'engine/providers/kind',
  dockerode: 'engine/',
  'node:child_process': 'engine/cli/kubewright.js',
  'node:sqlite': 'engine/store',
  express: 'web/server',
  ws: 'web/server',
  pino: 'engine/',
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = ['engine', 'web', 'clusters'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|js)$/.test(name) && !/node_modules|client\/dist/.test(name))
    .map((name) => `${folder}/${name}`),
);
const imports: Import[] = files.flatMap((from) => {
  const text = readFileSync(join(root, from), 'utf8');
  return [
    ...text.matchAll(/^\s*(?:import|export)\b[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gms),
  ].map((match) => {
    const to = match[1] ?? match[2] ?? match[3] ?? '';
    return { from, to: to.startsWith('.') ? relative(root, resolve(root, dirname(from), to)) : to };
  });
});

function rowFor(file: string): string | undefined {
  return Object.keys(allowed)
    .filter((prefix) => file === prefix || file.startsWith(`${prefix}/`))
    .sort((a, b) => b.length - a.length)[0];
}

test('there is something to look at', () => {
  expect(files.length).toBeGreaterThan(40);
  expect(imports.length).toBeGreaterThan(100);
});

test('every folder has a row in the table of import directions', () => {
  expect(files.filter((file) => rowFor(file) === undefined)).toEqual([]);
});

test('imports go in the allowed directions only', () => {
  const wrong = imports.filter(({ from, to }) => {
    if (!/^(engine|web|clusters)\//.test(to)) return false;
    const row = rowFor(from);
    if (row === undefined || to === row || to.startsWith(`${row}/`)) return false;
    return !(allowed[row] ?? []).some((prefix) => to === prefix || to.startsWith(`${prefix}/`));
  });
  expect(wrong.map(({ from, to }) => `${from} must not import ${to}`)).toEqual([]);
});

test('packages with one door are imported only there', () => {
  const wrong = imports.filter(({ from, to }) => {
    const door = onlyIn[to];
    return door !== undefined && !from.startsWith(door);
  });
  expect(wrong.map(({ from, to }) => `${from} must not import ${to}`)).toEqual([]);
});

test('the witness and its words import nothing but each other and what Node has', () => {
  const foreign = imports.filter(
    ({ from, to }) => /^engine\/(witness|domain)\//.test(from) && !/^(engine\/(witness|domain)\/|node:)/.test(to),
  );
  expect(foreign).toEqual([]);
});

test('no scenario is named in the code', () => {
  const ids = readdirSync(join(root, 'scenarios')).filter((name) => !name.startsWith('.'));
  expect(ids.length).toBeGreaterThan(0);
  const named = files.flatMap((file) =>
    ids.filter((id) => readFileSync(join(root, file), 'utf8').includes(id)).map((id) => `${file}: ${id}`),
  );
  expect(named).toEqual([]);
});
