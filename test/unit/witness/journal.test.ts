import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal } from '../../../engine/witness/journal.ts';
import { recall } from '../../../engine/witness/memory.ts';
import { parseJournal } from '../../../engine/witness/read-journal.ts';
import { FakeClock } from './fake-clock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'witness-journal-'));
  path = join(folder, 'journal.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const clock = new FakeClock();
const kinds = () => parseJournal(readFileSync(path, 'utf8')).map(({ kind }) => kind);

test('a line can be read as soon as it is recorded, before the journal is closed', () => {
  const journal = openJournal(path, clock);
  journal.record({ at: 5, kind: 'tick' });
  expect(readFileSync(path, 'utf8')).toBe(`{"at":${clock.now()},"kind":"started"}\n{"at":5,"kind":"tick"}\n`);
  journal.close();
});

test('a restart goes on behind the earlier lines and says so with started', () => {
  const first = openJournal(path, clock);
  first.record({ at: 5, kind: 'tick' });
  first.close();
  const second = openJournal(path, clock);
  second.record({ at: 6, kind: 'tick' });
  second.close();
  expect(kinds()).toEqual(['started', 'tick', 'started', 'tick']);
  expect(second.earlier.map(({ kind }) => kind)).toEqual(['started', 'tick']);
});

test('a line torn by a kill is cut off, so that the next one is not spoilt', () => {
  openJournal(path, clock).close();
  appendFileSync(path, '{"at":5,"kind":"ti');
  const journal = openJournal(path, clock);
  journal.record({ at: 6, kind: 'tick' });
  journal.close();
  expect(kinds()).toEqual(['started', 'started', 'tick']);
});

test('a damaged record stops nobody from recording on, and is left as it is for the reader to find', () => {
  writeFileSync(path, 'damaged\n');
  const journal = openJournal(path, clock);
  journal.close();
  expect(journal.earlier).toEqual([]);
  expect(() => kinds()).toThrow(/damaged: line 1 of 2/);
});

test('what cannot be recorded is an error, never silence', () => {
  const journal = openJournal(path, clock);
  journal.close();
  expect(() => journal.record({ at: 5, kind: 'tick' })).toThrow('the journal is closed');
});

test('the last facts of every object that is still there, and the last number, are recalled', () => {
  const node = { name: 'w1', uid: 'u', ready: 'True', unschedulable: false, kubeletVersion: 'v1.34.4' } as const;
  const memory = recall([
    { at: 1, kind: 'node', change: 'present', node },
    { at: 2, kind: 'node', change: 'present', node: { ...node, name: 'w2' } },
    { at: 3, kind: 'node', change: 'present', node: { ...node, unschedulable: true } },
    { at: 4, kind: 'node', change: 'gone', node: { ...node, name: 'w2' } },
    { at: 5, kind: 'beat', beat: 4, ok: false },
    { at: 6, kind: 'echo', beat: 3 },
  ]);
  expect([...memory.nodes.values()]).toEqual([{ ...node, unschedulable: true }]);
  expect(memory.lastBeat).toBe(4);
});
