import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { loadScenario } from '../../../engine/scenario/load.ts';
import { makeScenarioFolder } from './scenario-folder.ts';

/** File in invalid/ -> line:column and words of each problem, in order. */
const said: Readonly<Record<string, readonly string[]>> = {
  'a-list': ['1:1 the file must be a mapping, found a list'],
  'a-text': ['1:1 the file must be a mapping, found "hello"'],
  anchor: ['10:10 the YAML anchor "&shape" is not allowed'],
  'bad-duration': ['21:59 "within" must be a duration — Write it like "120s"'],
  'bad-indentation': [
    '6:11 not well-formed YAML: nested mappings are not allowed in compact mappings — Put the nested mapping on a line',
  ],
  'bad-mode': ['22:48 a check of kind "traffic" has no mode "assert" — Use hold.'],
  'bare-carriage-return': ['7:13 a carriage return without a line feed — Save the file with LF'],
  'check-without-kind': ['21:9 the check has no kind; known are door, traffic'],
  'compact-list': ['11:12 not well-formed YAML: unexpected block-seq-ind on same line with key — Mend the line'],
  'compact-maps': ['1:104 nested more than 32 deep'],
  'constructor-key': ['11:1 the key "constructor" is not allowed'],
  'control-character': ['5:14 the character U+0007 is not allowed'],
  'deep-block': ['33:34 nested more than 32 deep'],
  'deep-compact': ['2:65 nested more than 32 deep'],
  'deep-flow-map': ['1:134 nested more than 32 deep'],
  'deep-flow-sequence': ['1:41 nested more than 32 deep'],
  directive: ['1:1 the YAML directive "%YAML 1.1" is not allowed'],
  'duplicate-key': ['8:3 the key minutes stands here a second time — Keep one'],
  empty: ['1:1 the file is empty — Begin with "apiVersion: kubewright/v1"'],
  'fault-is-a-text': ['15:5 must be a mapping with a kind'],
  'key-that-is-no-text': ['11:3 a key that is not a text — Quote the key.'],
  'long-text': ['5:10 a text of more than 8192 characters'],
  'many-lines': ['3001:1 the file has more than 3000 lines'],
  'missing-key': ['4:3 "title" is missing — Add "title"; it must be a text.'],
  'missing-key-of-a-fault': ['15:5 "node" is missing — Add "node"'],
  'missing-script': ['28:15 "wrong/smashed.sh" cannot be read: there is no such file'],
  'missing-section': [
    '18:11 "task.md" has no heading #open-the-gate — Give "task.md" such a heading, or use one it has: #the-house',
  ],
  'missing-top-key': ['1:1 "solution" is missing'],
  'no-such-mode': ['21:41 "mode" must be one of "converge", "assert", "hold", found "sometimes"'],
  'not-utf-8': ['1:1 "scenario.yaml" is not UTF-8 text — Save the file as UTF-8.'],
  'only-a-comment': ['1:1 the file is empty'],
  'out-of-range': ['7:12 "minutes" is too big'],
  'prototype-key': ['9:3 the key "__proto__" is not allowed'],
  'refined-spec': ['21:9 only an open door has a width'],
  'script-absolute': ['26:11 "/bin/true" is outside the folder'],
  'script-outside': ['26:11 "../other/solution.sh" is outside the folder'],
  'tab-indentation': ['5:1 not well-formed YAML: tabs are not allowed as indentation — Indent with spaces.'],
  tag: ['7:12 the YAML tag "!!int" is not allowed'],
  'text-after-document-end': ['39:1 a second document begins here'],
  'too-large': ['1:1 the file has 67243 bytes; 65536 are allowed'],
  'two-documents': ['38:1 a second document begins here — Keep one'],
  'unclosed-flow': [
    '12:1 not well-formed YAML: flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  'unknown-check-kind': ['21:29 unknown check kind "window"; known are door, traffic'],
  'unknown-fault-kind': ['15:13 unknown fault kind "door-jamed"; known are door-jammed — Did you mean "door-jammed"?'],
  'unknown-key': [
    '8:3 unknown key "dificulty"; known here: id, title, domain, minutes, difficulty — Remove it, or did you mean "difficulty"?',
  ],
  'unknown-key-of-a-check': [
    '21:94 unknown key "colour"; known here: kind, id, role, mode, within, holdsAtStart, node, is, width',
  ],
  'unknown-pack': ['11:13 unknown workload pack "village"'],
  'unknown-shape': ['10:10 unknown cluster shape "nine-workers" — Use one of: one-worker.'],
  'unknown-variable': [
    '15:32 unknown variable ${WORKER_2}; known here: FROM, CONTROL_PLANE, WORKER_1, SESSION_TOKEN, KUBEADM_FLAGS, FROM_VERSION, FROM_ETCD, FROM_COREDNS',
  ],
  'unquoted-variable': ['25:63 not well-formed YAML: unexpected flow-map-start at node end — Quote the text'],
  'unquoted-version': ['9:19 "from" must be a quoted text, found the number 1.34 — Write it in quotes, "1.34"'],
  'variable-in-the-title': ['5:10 ${WORKER_1} is not filled in here'],
  'version-of-the-past': ['9:11 versions.to must be later than versions.from'],
  'within-without-converge': ['21:43 "within" is for mode converge, but the mode is assert'],
  'wrong-api-version': ['1:13 "apiVersion" must be "kubewright/v1", found "kubewright/v2"'],
  'wrong-shape-of-a-list': ['14:9 "faults" must be a list, found "none"'],
  'wrong-type': ['7:12 "minutes" must be a number, found "five"'],
};

const folderOf = (kind: string): URL => new URL(`./${kind}/`, import.meta.url);
const namesIn = async (kind: string): Promise<string[]> =>
  (await readdir(folderOf(kind))).map((name) => name.replace(/\.yaml$/, '')).toSorted();

async function loadFile(kind: string, name: string) {
  const { folder, dependencies } = await makeScenarioFolder({
    'scenario.yaml': await readFile(new URL(`${name}.yaml`, folderOf(kind))),
  });
  return loadScenario(folder, dependencies);
}

test('every invalid file is looked at', async () => {
  expect([...Object.keys(said), 'alias-bomb'].toSorted()).toEqual(await namesIn('invalid'));
});

test.each(
  Object.entries(said),
)('invalid/%s.yaml is refused with its place, the reason and a remedy', async (name, expected) => {
  const { scenario, problems } = await loadFile('invalid', name);
  expect(scenario).toBeUndefined();
  expect(problems.map(({ line, column, message, remedy }) => `${line}:${column} ${message} — ${remedy}`)).toEqual(
    expected.map((words) => expect.stringContaining(words)),
  );
  for (const problem of problems) {
    expect(problem.file).toMatch(/mend-the-door\/scenario\.yaml$/);
    expect(problem.remedy).not.toBe('');
  }
});

test('an alias bomb is refused at every anchor and alias', async () => {
  const { problems } = await loadFile('invalid', 'alias-bomb');
  expect(problems).toHaveLength(9 + 8 * 9);
  expect(problems[0]).toMatchObject({ line: 1, column: 4, message: 'the YAML anchor "&a" is not allowed' });
});

test.each(await namesIn('accepted'))('accepted/%s.yaml loads', async (name) => {
  const { scenario, problems } = await loadFile('accepted', name);
  expect(problems).toEqual([]);
  expect(scenario?.id).toBe('mend-the-door');
});
