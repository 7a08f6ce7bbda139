import { describe, expect, it } from 'vitest';
import { firstRun } from '../../../clusters/host/first-run.ts';
import { answeringEngine, bareDebian, FakeExec, FakeHost, FakeLab, goVersion } from './fake-host.ts';

function ready() {
  const lab = new FakeLab();
  const said: string[] = [];
  const asked: string[] = [];
  let isBuilt = true;
  return {
    said,
    asked,
    lab,
    host: new FakeHost({ exec: answeringEngine(), files: bareDebian() }),
    answer: true,
    client: {
      isBuilt: () => Promise.resolve(isBuilt),
      build: () => {
        isBuilt = true;
        return Promise.resolve();
      },
    },
    forgetClient: () => {
      isBuilt = false;
    },
    say: (line: string) => {
      said.push(line);
    },
    ask(question: string) {
      asked.push(question);
      return Promise.resolve(this.answer);
    },
  };
}

const noOne = { yes: false, ci: false, interactive: false, purpose: 'drills' } as const;
const someone = { ...noOne, interactive: true };

describe('the first run', () => {
  it('says and asks nothing when everything is there', async () => {
    const deps = ready();
    await firstRun(deps, someone);
    expect([deps.said, deps.asked]).toEqual([[], []]);
  });

  it('shows what it is about to make and asks once at a terminal', async () => {
    const deps = ready();
    deps.lab.images = ['node v1.34', 'student host'];
    deps.lab.tools = ['kind v0.33.0'];
    await firstRun(deps, someone);
    expect(deps.asked).toHaveLength(1);
    expect(deps.said.join('\n')).toContain('node v1.34, student host');
    expect(deps.lab.made).toEqual(['kind v0.33.0', 'node v1.34', 'student host']);
  });

  it('installs nothing when the person says no', async () => {
    const deps = ready();
    deps.lab.images = ['node v1.34'];
    deps.answer = false;
    await expect(firstRun(deps, someone)).rejects.toMatchObject({ exitCode: 3 });
    expect(deps.lab.made).toEqual([]);
  });

  it('without a terminal ends with exit code 3 and the steps', async () => {
    const deps = ready();
    deps.lab.tools = ['kind v0.33.0'];
    await expect(firstRun(deps, noOne)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('Make the pinned kind'),
      remedy: expect.stringContaining('npm start -- --yes'),
    });
    expect(deps.lab.made).toEqual([]);
  });

  it.each([{ yes: true }, { ci: true }])('goes on without a terminal with %j', async (given) => {
    const deps = ready();
    deps.lab.images = ['node v1.34'];
    await firstRun(deps, { ...noOne, ...given });
    expect(deps.lab.made).toEqual(['node v1.34']);
    expect(deps.asked).toEqual([]);
  });

  it('changes nothing when something is left for the person, even with --yes', async () => {
    const deps = ready();
    const host = new FakeHost({ exec: new FakeExec(goVersion), files: bareDebian(), machine: { isRoot: false } });
    deps.lab.tools = ['kind v0.33.0'];
    await expect(firstRun({ ...deps, host }, { ...noOne, yes: true })).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('sudo apt-get install -y docker.io'),
    });
    expect(deps.lab.made).toEqual([]);
  });

  it.each(['drills', 'tests'] as const)('makes the images that %s need', async (purpose) => {
    const deps = ready();
    for (const program of ['chromium', 'docker-compose', 'less', 'tmux', 'vim'])
      deps.host.files.texts.set(`/usr/bin/${program}`, '');
    deps.lab.imagesFor = { drills: ['node v1.34'], tests: ['node v1.34', 'node v1.34 to v1.35'] };
    await firstRun(deps, { ...noOne, yes: true, purpose });
    expect(deps.lab.made).toEqual(deps.lab.imagesFor[purpose]);
  });

  it('builds the page without asking, since that changes only the checkout', async () => {
    const deps = ready();
    deps.forgetClient();
    await firstRun(deps, noOne);
    expect(await deps.client.isBuilt()).toBe(true);
    expect(deps.asked).toEqual([]);
  });

  it('says what is still missing when the steps did not help', async () => {
    const deps = ready();
    deps.lab.tools = ['kind v0.33.0'];
    deps.lab.ensureTools = () => Promise.resolve();
    await expect(firstRun(deps, { ...noOne, yes: true })).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('missing: kind v0.33.0'),
    });
  });
});
