import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright';
import type { Records, ScenarioPage, WaitingClusters } from '../../../engine/engine.ts';
import { silentLog } from '../../../engine/system/log.ts';
import { createServer } from '../../../web/server/index.ts';
import { checkout } from '../../real/command-line.ts';
import { createFakeEngine } from '../../unit/web/fake-engine.ts';
import { createFakeExams, createFakeRecords, fakePool } from '../../unit/web/fake-records.ts';
import { openBrowser, signIn } from '../browser.ts';

/** The page that learners get, from the real server, in the machine's browser. Engine, exams and records are fake: no cluster. */
export interface FakeLab extends ReturnType<typeof createFakeEngine>, ReturnType<typeof createFakeExams> {
  /** What the server printed for who starts it; its token is used up. */
  readonly address: string;
  /** A page at this place, such as "#/exam", in a window of its own. */
  open(place: string, options?: WindowOptions): Promise<Page>;
  /** @throws when a script of one of the pages has failed */
  close(): Promise<void>;
}

interface WindowOptions extends BrowserContextOptions {
  /** Before anything of the page is loaded. */
  readonly before?: (page: Page) => Promise<void>;
}

/** On a busy machine; every wait ends as soon as its condition holds. */
const shownWithinMs = 120_000;

/**
 * @param now clock of the server as exams see it
 * @param records what is kept, where it is not what createFakeRecords says
 * @param pool what waits; nothing where it is left out
 */
export async function startFakeLab(
  options: {
    readonly now?: () => number | Promise<number>;
    readonly records?: Partial<Records>;
    readonly pool?: WaitingClusters;
  } = {},
): Promise<FakeLab> {
  const fake = createFakeEngine();
  const { engine, change } = fake;
  // Several drills: an exam draws each of them at most once.
  const drills = drillsLike(await engine.scenario('kubelet-down'));
  engine.scenarios = async () => [...drills];
  const { scenario } = engine;
  engine.scenario = async (id) => drills.find((one) => one.id === id) ?? (await scenario(id));
  const exams = createFakeExams({
    now: options.now ?? Date.now,
    async makeSession(exam) {
      const { id } = await engine.start('kubelet-down', {});
      return change(id, { exam }).id;
    },
  });
  const server = await createServer({
    ...{ engine, exams: exams.exams, records: { ...createFakeRecords(), ...options.records } },
    pool: options.pool ?? fakePool(),
    ...{ port: 0, log: silentLog, clientFolder: join(checkout, 'web', 'client', 'dist') },
  });
  const browser = await openBrowser();
  const { origin } = new URL(server.url);
  const storageState = await signIn(browser, server.url);
  const errors: string[] = [];

  return {
    ...{ ...fake, ...exams, address: server.url },

    async open(place, { before, ...more } = {}) {
      const viewport = { width: 1280, height: 720 };
      const context = await browser.newContext({ viewport, storageState, reducedMotion: 'reduce', ...more });
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
      const page = await context.newPage();
      page.setDefaultTimeout(shownWithinMs);
      page.on('pageerror', ({ message }) => errors.push(message));
      await before?.(page);
      await page.goto(`${origin}/${place}`);
      return page;
    },

    async close() {
      await browser.close();
      await server.close();
      if (errors.length > 0) throw new Error(`in the pages: ${errors.join('; ')}`);
    },
  };
}

function drillsLike(first: ScenarioPage): readonly ScenarioPage[] {
  return [
    first,
    {
      ...{
        ...first,
        id: 'blocked-drain',
        title: 'A drain that does not end',
        domain: 'workloads',
        difficulty: 'medium',
      },
      teaser:
        'A kernel patch is due on node w2. A colleague of the last shift started to drain it, and that drain still runs.',
    },
    {
      ...{ ...first, id: 'next-minor', title: 'The next minor', domain: 'cluster-architecture', difficulty: 'hard' },
      ...{ minutes: 20, versions: { from: '1.34', to: '1.35' }, teaser: 'The cluster runs Kubernetes 1.34.' },
    },
  ];
}
