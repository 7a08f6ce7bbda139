import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { CheckOutcome, CheckRole, Verdict } from '../../engine/domain/verdict.ts';
import { judge } from '../../engine/domain/verdict.ts';
import { ownProcess } from '../../engine/drill/owner.ts';
import { openDatabase } from '../../engine/store/database.ts';
import { createSessionStore, type SessionStore } from '../../engine/store/sessions.ts';
import { document, kubewrightProgram, makeFolder, makePlace, type Place, root } from './run-kubewright.ts';

const commands = [
  'doctor',
  'images',
  'list',
  'start',
  'shell',
  'check',
  'hint',
  'finish',
  'solve',
  'reset',
  'stop',
  'sessions',
  'usage',
  'clean',
  'verify',
  'lint',
  'schema',
  'serve',
  'store',
  'support-bundle',
];
const committed = (await readdir(join(root, 'scenarios'))).filter((name) => !name.startsWith('.')).toSorted();

/** Opens the store of a place as another process would. */
function withStore(place: Place, work: (store: SessionStore) => void): void {
  const database = openDatabase(join(place.home, 'kubewright.db'));
  work(createSessionStore(database));
  database.close();
}

function addSession(place: Place, id: string, more: (store: SessionStore) => void = () => {}): void {
  withStore(place, (store) => {
    const folder = join(root, 'scenarios', 'kubelet-stopped');
    store.add({ id, scenario: 'kubelet-stopped', folder, createdAt: Date.now(), owner: ownProcess(), facts: {} });
    more(store);
  });
}

function verdictOf(role: CheckRole, result: CheckOutcome): Verdict {
  const text = { expected: 'this', found: 'that', meaning: 'so' };
  return judge([
    { id: 'one', task: 't', role: 'objective', mode: 'assert', result: 'passed', ...text },
    { id: 'two', task: 't', role, mode: 'hold', result, ...text },
  ]);
}

test('what Node makes of the program is kept where build results are, and a command needs no such place', async () => {
  const place = await makePlace();
  const cache = await makeFolder('cache');
  const list = (folder: string) =>
    place.run([kubewrightProgram, 'list', '--json'], { env: { KUBEWRIGHT_CACHE: folder } });
  document(await list(cache));
  expect(await readdir(join(cache, 'compiled'))).toHaveLength(1);
  document(await list('/dev/null/nowhere'));
});

describe('help', () => {
  test('names every command and ends with 0', async () => {
    const { exitCode, stdout } = await (await makePlace()).kubewright('--help');
    expect(exitCode).toBe(0);
    const listed = [...stdout.matchAll(/^ {2}([a-z-]+) ?(?:\[|<| {2})/gm)].map((match) => match[1]);
    expect(new Set(listed.filter((name) => name !== 'help'))).toEqual(new Set(commands));
  });

  test('of each command says how it is used and touches nothing', { timeout: 180_000 }, async () => {
    const place = await makePlace();
    const waiting = [...commands];
    const usages: string[] = [];
    const askOneAfterTheOther = async () => {
      for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) {
        const { exitCode, stdout } = await place.kubewright(command, '--help');
        expect(exitCode, command).toBe(0);
        usages.push(/^Usage: kubewright ([a-z-]+) /.exec(stdout)?.[1] ?? `none of ${command}`);
      }
    };
    await Promise.all([1, 2, 3].map(askOneAfterTheOther));
    expect(usages.toSorted()).toEqual(commands.toSorted());
    expect(await readdir(place.home)).toEqual([]);
  });
});

describe('wrong use ends with 2, says what was wrong and touches nothing', () => {
  test.each([
    ['no command', []],
    ['an unknown command', ['strat']],
    ['an unknown flag', ['list', '--jsno']],
    ['a missing argument', ['start']],
    ['a word too many', ['sessions', 'abc']],
    ['an unknown provider', ['start', 'kubelet-stopped', '--provider', 'sim']],
    ['a port that is no number', ['serve', '--port', 'web']],
    ['a port that cannot be', ['serve', '--port', '65536']],
    ['a shell without a terminal', ['shell', 'abc234']],
  ])('%s', async (_name, words) => {
    const place = await makePlace();
    const { exitCode, stdout, stderr } = await place.kubewright(...words);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/--help|remedy: |Usage: /);
    expect(await readdir(place.home)).toEqual([]);
  });

  test('verify without scenarios', async () => {
    const { exitCode, stderr } = await (await makePlace()).kubewright('verify');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('kubewright verify --all');
  });

  test.each([
    ['a revision that is none', ['--changed', 'no-such-branch'], 'no commit of this checkout'],
    ['a runbook that is not there', ['kubelet-stopped', '--procedure', 'missing.sh'], 'cannot be read'],
    ['no clusters at a time', ['--all', '--jobs', '0'], '1 to 99'],
  ])('verify with %s', async (_name, words, said) => {
    const { exitCode, stdout, stderr } = await (await makePlace()).kubewright('verify', ...words);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(said);
  });

  test('an address that others could reach', async () => {
    const { exitCode, stdout, stderr } = await (await makePlace()).kubewright('serve', '--host', '0.0.0.0');
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('127.0.0.1');
  });
});

describe('scenarios', () => {
  test('list --json has exactly what other tools rely on, for every scenario of the repository', async () => {
    const result = await (await makePlace()).kubewright('list', '--json');
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const scenarios = document(result) as Record<string, unknown>[];
    expect(scenarios.map((scenario) => scenario['id'])).toEqual(committed);
    for (const scenario of scenarios) {
      expect(Object.keys(scenario).toSorted()).toEqual(['difficulty', 'domain', 'id', 'minutes', 'title', 'versions']);
      expect(scenario).toMatchObject({
        title: expect.stringMatching(/\S/) as string,
        minutes: expect.any(Number) as number,
        difficulty: expect.stringMatching(/^(easy|medium|hard)$/) as string,
        versions: { from: expect.stringMatching(/^1\.\d+$/) as string },
      });
    }
  });

  test('list without --json is a table with a line for each', async () => {
    const { stdout } = await (await makePlace()).kubewright('list');
    expect(stdout.trimEnd().split('\n')).toHaveLength(committed.length + 1);
  });

  test('list --scenarios takes another folder', async () => {
    const folder = await makeFolder('scenarios');
    await cp(join(root, 'scenarios', 'kubelet-stopped'), join(folder, 'kubelet-stopped'), { recursive: true });
    const result = await (await makePlace()).kubewright('list', '--json', '--scenarios', folder);
    expect(document(result)).toMatchObject([{ id: 'kubelet-stopped' }]);
  });

  test('an unknown one ends with 2 and names the nearest', async () => {
    const place = await makePlace();
    for (const words of [
      ['start', 'kubelet-stoped', '--json'],
      ['verify', 'kubelet-stoped'],
    ]) {
      const { exitCode, stdout, stderr } = await place.kubewright(...words);
      expect(exitCode).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain('did you mean "kubelet-stopped"');
      expect(stderr).toContain('remedy: Run "kubewright list"');
    }
    expect(document(await place.kubewright('sessions', '--json'))).toEqual([]);
  });

  test('one that is a path out of the folder is unknown', async () => {
    const { exitCode } = await (await makePlace()).kubewright('start', '../scenarios/kubelet-stopped');
    expect(exitCode).toBe(2);
  });

  test('a broken one ends with 2 and says every problem with its place', async () => {
    const folder = await brokenScenario();
    const { exitCode, stdout, stderr } = await (await makePlace()).kubewright(
      ...['start', 'kubelet-stopped', '--scenarios', folder],
    );
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/scenario\.yaml:10:\d+ .*difficulty/s);
    expect(stderr).toMatch(/scenario\.yaml:\d+:\d+ .*three-hundred-workers/s);
  });
});

/** A folder with a copy of a committed scenario in which two things are wrong, the first in line 10. */
async function brokenScenario(): Promise<string> {
  const folder = await makeFolder('broken');
  const scenario = join(folder, 'kubelet-stopped');
  await cp(join(root, 'scenarios', 'kubelet-stopped'), scenario, { recursive: true });
  const text = await readFile(join(scenario, 'scenario.yaml'), 'utf8');
  const head = '# one more line, so that the place is not the committed file’s\n';
  const broken = text
    .replace('difficulty: easy', 'difficulty: trivial')
    .replace(/^cluster: .*$/m, 'cluster: three-hundred-workers');
  expect(broken).not.toBe(text);
  await writeFile(join(scenario, 'scenario.yaml'), head + broken);
  return folder;
}

describe('lint', () => {
  test('says nothing against the scenarios of the repository', async () => {
    const result = await (await makePlace()).kubewright('lint', '--json');
    expect(document(result)).toEqual({ scenarios: committed, problems: [] });
    expect(result.exitCode).toBe(0);
  });

  test('of a broken scenario ends with 1 and prints file:line:column for each problem', async () => {
    const folder = join(await brokenScenario(), 'kubelet-stopped');
    const place = await makePlace();
    for (const path of [folder, join(folder, 'scenario.yaml')]) {
      const { exitCode, stdout } = await place.kubewright('lint', path);
      expect(exitCode).toBe(1);
      const lines = stdout.trimEnd().split('\n');
      expect(lines.length).toBeGreaterThanOrEqual(2);
      for (const line of lines) expect(line.startsWith(`${folder}/scenario.yaml:`)).toBe(true);
      expect(stdout).toMatch(/scenario\.yaml:10:\d+ /);
    }
    const problems = document(await place.kubewright('lint', '--json', folder));
    expect(problems).toMatchObject({
      scenarios: [],
      problems: expect.arrayContaining([
        expect.objectContaining({ line: 10, path: 'metadata.difficulty', remedy: expect.any(String) as string }),
      ]) as unknown[],
    });
  });

  test('of a folder without a scenario ends with 1, of an empty folder of scenarios with 2', async () => {
    const place = await makePlace();
    const folder = await makeFolder('nothing');
    expect(await place.kubewright('lint', join(folder, 'nowhere'))).toMatchObject({ exitCode: 1 });
    expect(await place.kubewright('lint', '--scenarios', folder)).toMatchObject({ exitCode: 2 });
  });
});

test('schema prints the committed schema', async () => {
  const result = await (await makePlace()).kubewright('schema');
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  const file = await readFile(join(root, 'engine', 'scenario', 'scenario.schema.json'), 'utf8');
  expect(document(result)).toEqual(JSON.parse(file));
});

describe('sessions', () => {
  test('are an empty list at first', async () => {
    const place = await makePlace();
    const result = await place.kubewright('sessions', '--json');
    expect(result).toMatchObject({ exitCode: 0, stdout: '[]\n', stderr: '' });
    expect(await place.kubewright('sessions')).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: 'There are no sessions.\n',
    });
  });

  test('have id, scenario, state and what goes with it', async () => {
    const place = await makePlace();
    addSession(place, 'abc234', (store) => {
      store.move('abc234', 'failed', { error: { message: 'kind said no', remedy: 'Look there.' } });
    });
    expect(document(await place.kubewright('sessions', '--json'))).toEqual([
      {
        id: 'abc234',
        scenario: 'kubelet-stopped',
        state: 'failed',
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
        steps: [],
        error: { message: 'kind said no', remedy: 'Look there.' },
      },
    ]);
    expect((await place.kubewright('sessions')).stdout).toMatch(/abc234 +kubelet-stopped +failed/);
  });

  test('that are not there end every command with 2', async () => {
    const place = await makePlace();
    for (const command of ['check', 'finish', 'solve', 'stop', 'reset']) {
      const { exitCode, stdout, stderr } = await place.kubewright(command, 'nobody', '--json');
      expect(exitCode, command).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toBe(
        'kubewright: there is no session "nobody"\n  remedy: Run "kubewright sessions" to see the sessions there are.\n',
      );
    }
    expect(await place.kubewright('shell', 'nobody')).toMatchObject({ exitCode: 2, stdout: '' });
  });

  test('in the wrong state end a command with 2 and say the state', async () => {
    const place = await makePlace();
    addSession(place, 'abc234');
    for (const command of ['check', 'finish', 'solve', 'stop']) {
      const { exitCode, stdout, stderr } = await place.kubewright(command, 'abc234', '--json');
      expect(exitCode, command).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain('session abc234 is still being provisioned');
    }
  });

  test.each<[string, number, CheckRole, CheckOutcome]>([
    ['passed', 0, 'safeguard', 'passed'],
    ['failed', 1, 'safeguard', 'failed'],
    ['inconclusive', 4, 'safeguard', 'errored'],
  ])('that are judged %s end check and finish with %i', async (operations, exitCode, role, outcome) => {
    const place = await makePlace();
    const verdict = verdictOf(role, outcome);
    addSession(place, 'abc234', (store) => {
      store.move('abc234', 'ready', { readyAt: 1 });
      store.move('abc234', 'finished', { finishedAt: 2, verdict });
    });
    for (const command of ['check', 'finish']) {
      const result = await place.kubewright(command, 'abc234', '--json');
      expect(result).toMatchObject({ exitCode, stderr: '' });
      expect(document(result)).toMatchObject({
        exam: 'passed',
        operations,
        checks: [
          {
            id: 'one',
            role: 'objective',
            mode: 'assert',
            result: 'passed',
            expected: 'this',
            found: 'that',
            meaning: 'so',
          },
          { id: 'two', role, mode: 'hold', result: outcome },
        ],
      });
    }
    const { stdout } = await place.kubewright('check', 'abc234');
    expect(stdout).toContain(
      `operations: ${{ passed: '✔', failed: '✘', inconclusive: '?' }[operations]} ${operations}`,
    );
  });
});

describe('without an engine', () => {
  test('start ends with 3 and the remedy, and no session is left', async () => {
    const place = await makePlace();
    const { exitCode, stdout, stderr } = await place.kubewright('start', 'kubelet-stopped', '--json');
    expect(exitCode).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain('no Docker engine answers');
    expect(stderr).toContain('remedy: Run "kubewright doctor"');
    expect(document(await place.kubewright('sessions', '--json'))).toEqual([]);
  });

  test('a second start of what is ready is refused with the session to go on in', async () => {
    const place = await makePlace();
    addSession(place, 'abc234', (store) => store.move('abc234', 'ready', { readyAt: 2 }));
    const { exitCode, stderr } = await place.kubewright('start', 'kubelet-stopped');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('session abc234 of kubelet-stopped is ready');
  });

  test.each([
    ['verify', ['kubelet-stopped']],
    ['clean', ['--json']],
    ['images', ['list', '--json']],
  ])('%s ends with 3 and a remedy', async (command, words) => {
    const { exitCode, stdout, stderr } = await (await makePlace()).kubewright(command, ...words);
    expect(exitCode).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain('remedy: ');
  });

  test('stop ends with 3 and keeps the session to be stopped later', async () => {
    const place = await makePlace();
    addSession(place, 'abc234', (store) => store.move('abc234', 'ready', { readyAt: 1 }));
    const { exitCode, stdout } = await place.kubewright('stop', 'abc234', '--json');
    expect(exitCode).toBe(3);
    expect(stdout).toBe('');
    expect(document(await place.kubewright('sessions', '--json'))).toMatchObject([{ id: 'abc234', state: 'stopping' }]);
  });

  test('doctor --json ends with 3, and every problem has its remedy', async () => {
    const result = await (await makePlace()).kubewright('doctor', '--json');
    expect(result.exitCode).toBe(3);
    const { ok, findings } = document(result) as { ok: boolean; findings: Record<string, unknown>[] };
    expect(ok).toBe(false);
    expect(findings.find(({ id }) => id === 'engine')).toMatchObject({ state: 'problem' });
    for (const finding of findings.filter(({ state }) => state === 'problem')) {
      expect(finding['remedy'], String(finding['id'])).toMatch(/\S/);
    }
  });
});

describe('the store', () => {
  test('that is damaged ends every command that needs it with 3, names the file and leaves it alone', async () => {
    const place = await makePlace();
    const file = join(place.home, 'kubewright.db');
    const text = 'not a database, whatever its name is\n'.repeat(200);
    await writeFile(file, text);
    for (const words of [
      ['sessions', '--json'],
      ['check', 'abc234', '--json'],
      ['start', 'kubelet-stopped', '--json'],
    ]) {
      const { exitCode, stdout, stderr } = await place.kubewright(...words);
      expect(exitCode, words[0]).toBe(3);
      expect(stdout).toBe('');
      expect(stderr).toContain(file);
      expect(stderr).toContain('remedy: Move the store away');
    }
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  test('of a newer kubewright ends with 3 and says so', async () => {
    const place = await makePlace();
    const database = openDatabase(join(place.home, 'kubewright.db'));
    database.exec('PRAGMA user_version = 4711');
    database.close();
    const { exitCode, stderr } = await place.kubewright('sessions', '--json');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('newer kubewright');
  });

  test('in a place where no file can be ends with 3', async () => {
    const place = await makePlace();
    const result = await place.run([kubewrightProgram, 'sessions'], {
      env: { KUBEWRIGHT_HOME: '/dev/null/kubewright' },
    });
    expect(result).toMatchObject({ exitCode: 3, stdout: '' });
  });

  test('is not needed by lint and schema', async () => {
    const place = await makePlace();
    await mkdir(join(place.home, 'kubewright.db'));
    expect(await place.kubewright('lint')).toMatchObject({ exitCode: 0 });
    expect(await place.kubewright('schema')).toMatchObject({ exitCode: 0 });
  });

  test('can be opened by several at the same moment, also the first time', async () => {
    const place = await makePlace();
    const results = await Promise.all([1, 2, 3].map(() => place.kubewright('sessions', '--json')));
    expect(results.map(({ exitCode, stdout }) => `${exitCode} ${stdout}`)).toEqual(['0 []\n', '0 []\n', '0 []\n']);
  });
});

describe('what operators need', () => {
  test('a backup is one file, and restoring it brings back what was there', async () => {
    const place = await makePlace();
    addSession(place, 'abc234', (store) =>
      store.move('abc234', 'failed', { error: { message: 'no', remedy: 'Yes.' } }),
    );
    const before = (await place.kubewright('sessions', '--json')).stdout;
    const file = join(place.home, 'backup.db');
    expect((await place.kubewright('store', 'backup', file)).exitCode).toBe(0);
    expect(await place.kubewright('store', 'backup', file)).toMatchObject({ exitCode: 2, stdout: '' });
    withStore(place, (store) => store.remove('abc234'));
    expect((await place.kubewright('sessions', '--json')).stdout).toBe('[]\n');
    expect((await place.kubewright('store', 'restore', file)).exitCode).toBe(0);
    expect((await place.kubewright('sessions', '--json')).stdout).toBe(before);
    expect(await readdir(place.home)).toContain('kubewright.db.before-restore');
  });

  test('a support bundle says what there is and keeps every secret', async () => {
    const place = await makePlace();
    withStore(place, (store) => {
      const facts = { SESSION_TOKEN: 'f00dfeedc0ffee11', KUBEADM_FLAGS: '' };
      store.add({ id: 'abc234', scenario: 'kubelet-stopped', folder: place.home, createdAt: 1, owner: '1:1', facts });
      store.journal('abc234', 1, 'kubeadm join --token abcdef.0123456789abcdef');
    });
    await mkdir(join(place.home, 'evidence', 'abc234'), { recursive: true });
    const key = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----';
    await writeFile(join(place.home, 'evidence', 'abc234', 'kind.log'), `the last words\n${key}\nf00dfeedc0ffee11\n`);
    const file = join(place.home, 'bundle.txt');
    const { exitCode, stdout } = await place.kubewright('support-bundle', '--out', file);
    expect([exitCode, stdout]).toEqual([0, `${file}\n`]);
    const text = await readFile(file, 'utf8');
    expect(text).toContain('===== doctor');
    expect(text).toContain('kubelet-stopped');
    expect(text).toContain('the last words');
    for (const secret of ['f00dfeedc0ffee11', 'abcdef.0123456789abcdef', 'MHcCAQEE'])
      expect(text).not.toContain(secret);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await place.kubewright('support-bundle', '--out', file)).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

describe('serve', () => {
  test('on a port that is taken ends with 3 and offers another', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
    const { port } = server.address() as AddressInfo;
    const { exitCode, stdout, stderr } = await (await makePlace()).kubewright('serve', '--port', String(port));
    expect(exitCode).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain(`Port ${port} on 127.0.0.1 is taken by another program`);
    expect(stderr).toContain('--port');
  });

  test('prints one address on standard output, and ends with 0 when it is told to', async () => {
    const place = await makePlace();
    const script = `
      "$0" serve --port 0 > "$1/out" 2> "$1/err" & server=$!
      until [ -s "$1/out" ] || ! kill -0 $server 2>/dev/null; do sleep 0.1; done
      kill -TERM $server
      wait $server`;
    const { exitCode } = await place.run(['sh', '-c', script, kubewrightProgram, place.home]);
    const said = await readFile(join(place.home, 'err'), 'utf8');
    expect(exitCode, said).toBe(0);
    expect(await readFile(join(place.home, 'out'), 'utf8')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=\S+\n$/);
    expect(said).not.toContain('token=');
  });
});
