import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { expect } from 'vitest';
import type { Debrief } from '../../../engine/domain/debrief.ts';
import type { Records } from '../../../engine/engine.ts';
import { silentLog } from '../../../engine/system/log.ts';
import { createServer } from '../../../web/server/index.ts';
import { checkout } from '../../real/command-line.ts';
import { startHolder } from '../../unit/student-host/holder-process.ts';
import { createFakeEngine, type FakeShell } from '../../unit/web/fake-engine.ts';
import { createFakeExams, createFakeRecords, fakePool } from '../../unit/web/fake-records.ts';
import { createHeldShells } from '../../unit/web/held-shells.ts';
import { openBrowser, signIn } from '../browser.ts';
import { openGuarded, type PageGuard } from './page-guard.ts';

const viewport = { width: 1280, height: 720 } as const;
/** On a busy machine; every wait ends as soon as its condition holds. */
const shownWithinMs = 120_000;

export interface HostilePage {
  readonly page: Page;
  readonly guard: PageGuard;
  /** Types keys into the terminal that is shown. */
  type(text: string): Promise<void>;
  /** Presses what stands at the beginning of the screen's first row. */
  pressFirstRow(): Promise<void>;
  /** The rows of the screen, the recording's or the terminal's that is shown. */
  screen(): Promise<string>;
  /** What the terminal that is shown has told a screen reader since the last key; nothing without one. */
  announced(): Promise<string>;
  /** Waits until the screen reader, if there is one, has been told of this. */
  announces(pattern: RegExp): Promise<void>;
  close(): Promise<void>;
}

export interface HostileLab {
  /** Id of a drill whose shells print what the test says, see shell(). */
  readonly scripted: string;
  /** Id of a drill whose shells are those of the real holder. */
  readonly held: string;
  shell(machine: string): FakeShell;
  /** Takes the terminal of the scripted drill away from the page, as another window does. */
  takeOver(machine: string): Promise<void>;
  /** A page at this place, such as "#/drill/s1", with nothing noted yet. */
  open(place: string, options?: { readonly screenReader?: boolean }): Promise<HostilePage>;
  close(): Promise<void>;
}

/**
 * The page that learners get, from the real server, in the machine's browser, with a fake engine behind: no cluster.
 * @param cast recording of the only terminal of the only result, at #/debrief/1
 */
export async function startHostileLab(cast = ''): Promise<HostileLab> {
  const holder = await startHolder();
  const shells = createHeldShells(holder.socket);
  const { engine, shellOf } = createFakeEngine();
  const { exams } = createFakeExams();
  const clientFolder = join(checkout, 'web', 'client', 'dist');
  const records = recordsOf(cast);
  const parts = { engine, exams, records, pool: fakePool() };
  const server = await createServer({ ...parts, port: 0, log: silentLog, clientFolder, pulseMs: 200 });
  const { origin } = new URL(server.url);
  const scripted = (await engine.start('kubelet-down', {})).id;
  const held = (await engine.start('kubelet-down', {})).id;
  const openFake = engine.openTerminal;
  engine.openTerminal = (session, request) => (session === held ? shells.open(request) : openFake(session, request));

  const browser: Browser = await openBrowser();
  const storageState = await signIn(browser, server.url);
  const other = await browser.newPage({ storageState });
  await other.goto(origin);

  return {
    scripted,
    held,
    shell: (machine) => shellOf(scripted, `${machine}-1`),

    async takeOver(machine) {
      const path = `/ws/terminal/${scripted}/${machine}/1?from=0&cols=80&rows=24&writer=otherwindow&typed=0`;
      // From a page of the same user: the cookie goes along.
      await other.evaluate(`new Promise((resolve, reject) => {
        const socket = new WebSocket(${JSON.stringify(origin.replace('http', 'ws') + path)});
        socket.onmessage = () => {
          resolve();
          socket.close();
        };
        socket.onerror = reject;
      })`);
    },

    async open(place, { screenReader = false } = {}) {
      const context = await browser.newContext({ viewport, storageState });
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
      // What the user chooses in the page outlives a reload.
      await context.addInitScript(`localStorage['kubewright-terminal'] ??= '{"screenReader":${screenReader}}'`);
      const { page, guard } = await openGuarded(context, origin);
      page.setDefaultTimeout(shownWithinMs);
      await page.goto(`${origin}/${place}`);
      const shown = page.locator(
        '[data-testid="terminal"][data-state="connected"]:visible, [data-testid="player-screen"] .xterm',
      );
      await shown.first().waitFor();
      await expect.poll(() => page.title()).toMatch(/ · kubewright$/);
      await guard.deeds();
      const announced = async () => (await shown.first().locator('.live-region').allTextContents()).join('');
      return {
        page,
        guard,
        announced,
        async announces(pattern) {
          if (screenReader) await expect.poll(announced).toMatch(pattern);
        },
        close: () => context.close(),
        async type(text) {
          await page.locator('[data-testid="terminal"]:visible').first().click();
          await page.keyboard.type(text);
        },
        async pressFirstRow() {
          const box = await shown.first().locator('.xterm-screen').boundingBox();
          if (box === null) throw new Error('no screen is shown');
          // Away first: a link is looked for when the mouse comes.
          await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
          await page.mouse.move(box.x + 20, box.y + 8);
          await page.mouse.down();
          await page.mouse.up();
        },
        async screen() {
          const rows = await shown.first().locator('.xterm-rows > div').allInnerTexts();
          return rows
            .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
            .join('\n')
            .trimEnd();
        },
      };
    },

    async close() {
      await browser.close();
      await server.close();
      await holder.stop();
    },
  };
}

/** Resolves when the page has parsed everything that the shell has printed. */
export async function settled({ seen, output }: FakeShell): Promise<void> {
  await expect.poll(() => seen.acknowledged, { interval: 5, timeout: 300_000 }).toBe(output().length);
}

function recordsOf(cast: string): Records {
  const records = createFakeRecords();
  return {
    ...records,
    async debrief(number) {
      const page = await records.debrief(number);
      return { ...page, debrief: emptyDebrief(page.title, page.result.startedAt) };
    },
    recording: async () => cast,
  };
}

function emptyDebrief(title: string, startedAt: number): Debrief {
  return {
    ...{ format: 1, scenario: 'kubelet-down', title, startedAt, from: -1000, to: 60_000 },
    ...{ commands: [], acts: [], changes: [], nodes: [], workloads: [], services: [], apiServers: [], etcd: [] },
    ...{ faults: [], events: [], checks: [], unseen: [] },
  };
}
