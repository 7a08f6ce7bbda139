/**
 * Every way into the server, in one table: the front door reads who may come in from it, and so does the test that tries
 * each entry with a wrong Host, Origin and cookie. Nothing is registered anywhere else.
 */
import { z } from 'zod';
import { KubewrightError } from '../../engine/domain/errors.ts';
import type { Engine, Exams, Records, WaitingClusters } from '../../engine/engine.ts';
import {
  type Answers,
  hintPattern,
  isTerminalSize,
  machinePattern,
  mostQuestions,
  resultPattern,
  scenarioIdPattern,
  sessionIdPattern,
  type TerminalCommand,
  tabPattern,
  writerPattern,
} from '../protocol.ts';
import type { Drills } from './drills.ts';
import type { Access } from './gate.ts';
import { WebRefusal } from './refusals.ts';

interface RouteContext {
  readonly engine: Engine;
  readonly drills: Drills;
  readonly exams: Exams;
  readonly records: Records;
  readonly pool: WaitingClusters;
  readonly id: string;
  readonly body: unknown;
  /** Fires when the client has gone. */
  readonly signal: AbortSignal;
}

export interface HttpRoute<Answer = unknown> {
  readonly method: 'get' | 'post' | 'delete';
  readonly path: string;
  readonly access: Exclude<Access, 'socket'>;
  readonly status: 200 | 202;
  /** What :id must look like. */
  readonly id?: RegExp;
  handle(context: RouteContext): Promise<Answer>;
}

const startBody = z.strictObject({ scenario: z.string().regex(scenarioIdPattern) });
const hintBody = z.strictObject({ hint: z.string().regex(hintPattern) });
const walkthroughBody = z.strictObject({ giveUp: z.boolean() });
const emptyBody = z.strictObject({}).optional();
const recordingBody = z.strictObject({ terminal: z.string().regex(/^[a-z0-9.-]{1,64}$/) });
const examBody = z.strictObject({
  questions: z.int().min(1).max(mostQuestions),
  seed: z.string().regex(/^[\w.-]{1,40}$/),
});
const questionBody = z.strictObject({ question: z.int().min(1).max(mostQuestions) });
const flagBody = z.strictObject({ question: z.int().min(1).max(mostQuestions), flagged: z.boolean() });

export const httpRoutes = {
  health: {
    method: 'get',
    path: '/healthz',
    access: 'open',
    status: 200,
    handle: async ({ engine }) => {
      // The answer is about this server: whether it can do its work with the store that it has.
      await engine.sessions().catch((cause: unknown) => {
        throw new WebRefusal('UNWELL', 'The store cannot be read.', { cause });
      });
      return { ok: true, name: 'kubewright' };
    },
  },
  scenarios: {
    method: 'get',
    path: '/api/scenarios',
    access: 'read',
    status: 200,
    handle: async ({ engine }) =>
      await Promise.all((await engine.scenarios()).map(async (scenario) => await engine.scenario(scenario.id))),
  },
  scenario: {
    method: 'get',
    path: '/api/scenarios/:id',
    access: 'read',
    status: 200,
    id: scenarioIdPattern,
    handle: async ({ engine, id }) => await engine.scenario(id),
  },
  pool: {
    method: 'get',
    path: '/api/pool',
    access: 'read',
    status: 200,
    handle: async ({ pool }) => await pool.state(),
  },
  sessions: {
    method: 'get',
    path: '/api/sessions',
    access: 'read',
    status: 200,
    handle: async ({ engine }) => await engine.sessions(),
  },
  start: {
    method: 'post',
    path: '/api/sessions',
    access: 'change',
    status: 202,
    handle: async ({ drills, body }) => ({ session: await drills.start(parse(startBody, body).scenario) }),
  },
  session: {
    method: 'get',
    path: '/api/sessions/:id',
    access: 'read',
    status: 200,
    id: sessionIdPattern,
    handle: async ({ engine, id }) => await engine.session(id),
  },
  desk: {
    method: 'get',
    path: '/api/sessions/:id/desk',
    access: 'read',
    status: 200,
    id: sessionIdPattern,
    handle: async ({ engine, id }) => await engine.desk(id),
  },
  hints: {
    method: 'get',
    path: '/api/sessions/:id/hints',
    access: 'read',
    status: 200,
    id: sessionIdPattern,
    handle: async ({ engine, id, signal }) => await engine.hints(id, { signal }),
  },
  takeHint: {
    method: 'post',
    path: '/api/sessions/:id/hints',
    access: 'change',
    status: 200,
    id: sessionIdPattern,
    handle: async ({ engine, id, body }) => await engine.takeHint(id, parse(hintBody, body).hint),
  },
  walkthrough: {
    method: 'post',
    path: '/api/sessions/:id/walkthrough',
    access: 'change',
    status: 200,
    id: sessionIdPattern,
    handle: async ({ engine, id, body }) => await engine.walkthrough(id, parse(walkthroughBody, body)),
  },
  check: {
    method: 'post',
    path: '/api/sessions/:id/check',
    access: 'change',
    status: 200,
    id: sessionIdPattern,
    handle: async ({ drills, id, body, signal }) => {
      parse(emptyBody, body);
      return await drills.check(id, signal);
    },
  },
  finish: {
    method: 'post',
    path: '/api/sessions/:id/finish',
    access: 'change',
    status: 200,
    id: sessionIdPattern,
    // Goes on when the page is closed: what was submitted is judged.
    handle: async ({ drills, id, body }) => {
      parse(emptyBody, body);
      return await drills.finish(id);
    },
  },
  reset: {
    method: 'post',
    path: '/api/sessions/:id/reset',
    access: 'change',
    status: 202,
    id: sessionIdPattern,
    handle: async ({ drills, id, body }) => {
      parse(emptyBody, body);
      await drills.reset(id);
      return { session: id };
    },
  },
  stop: {
    method: 'delete',
    path: '/api/sessions/:id',
    access: 'change',
    status: 202,
    id: sessionIdPattern,
    handle: async ({ drills, id, body }) => {
      parse(emptyBody, body);
      await drills.stop(id);
      return { session: id };
    },
  },
  result: {
    method: 'get',
    path: '/api/sessions/:id/result',
    access: 'read',
    status: 200,
    id: sessionIdPattern,
    handle: async ({ records, id }) => {
      const result = await records.resultOfSession(id);
      if (result !== undefined) return result;
      throw new KubewrightError('RESULT_UNKNOWN', `Nothing was kept of session ${id}.`);
    },
  },
  debrief: {
    method: 'get',
    path: '/api/results/:id/debrief',
    access: 'read',
    status: 200,
    id: resultPattern,
    handle: async ({ records, id }) => await records.debrief(Number(id)),
  },
  // A change by its method only: the name of the recording is no part of the path.
  recording: {
    method: 'post',
    path: '/api/results/:id/recording',
    access: 'change',
    status: 200,
    id: resultPattern,
    handle: async ({ records, id, body }) => ({
      cast: await records.recording(Number(id), parse(recordingBody, body).terminal),
    }),
  },
  progress: {
    method: 'get',
    path: '/api/progress',
    access: 'read',
    status: 200,
    handle: async ({ records }) => ({ ...(await records.progress()), results: await records.results() }),
  },
  exportData: {
    method: 'get',
    path: '/api/data',
    access: 'read',
    status: 200,
    handle: async ({ records }) => await records.exportAll(),
  },
  deleteData: {
    method: 'delete',
    path: '/api/data',
    access: 'change',
    status: 200,
    handle: async ({ records, body }) => {
      parse(emptyBody, body);
      await records.deleteAll();
      return { deleted: true };
    },
  },
  exams: {
    method: 'get',
    path: '/api/exams',
    access: 'read',
    status: 200,
    handle: async ({ exams }) => await exams.exams(),
  },
  examStart: {
    method: 'post',
    path: '/api/exams',
    access: 'change',
    status: 200,
    handle: async ({ exams, body }) => await exams.start(parse(examBody, body)),
  },
  exam: {
    method: 'get',
    path: '/api/exams/:id',
    access: 'read',
    status: 200,
    id: sessionIdPattern,
    handle: async ({ exams, id }) => await exams.exam(id),
  },
  examOpen: {
    method: 'post',
    path: '/api/exams/:id/open',
    access: 'change',
    status: 200,
    id: sessionIdPattern,
    handle: async ({ exams, id, body }) => await exams.open(id, parse(questionBody, body).question),
  },
  examFlag: {
    method: 'post',
    path: '/api/exams/:id/flag',
    access: 'change',
    status: 200,
    id: sessionIdPattern,
    handle: async ({ exams, id, body }) => {
      const { question, flagged } = parse(flagBody, body);
      return await exams.flag(id, question, flagged);
    },
  },
  examSubmit: {
    method: 'post',
    path: '/api/exams/:id/submit',
    access: 'change',
    status: 200,
    id: sessionIdPattern,
    handle: async ({ exams, id, body }) => {
      parse(emptyBody, body);
      return await exams.submit(id);
    },
  },
} as const satisfies { [Name in keyof Answers]: HttpRoute<Answers[Name]> } & { health: HttpRoute };

/** The start page, the folder of the built page and the figures for operators, which are no JSON. */
export const pageRoutes = {
  metrics: { method: 'get', path: '/metrics', access: 'local' },
  start: { method: 'get', path: '/', access: 'page' },
  files: { method: 'get', path: '/assets', access: 'read' },
} as const satisfies Record<string, Pick<HttpRoute, 'method' | 'path' | 'access'>>;

export type SocketTarget =
  | { readonly socket: 'session'; readonly session: string }
  | {
      readonly socket: 'terminal';
      readonly session: string;
      readonly machine: string;
      readonly tab: string;
      readonly from: number;
      readonly cols: number;
      readonly rows: number;
      readonly writer: string;
      readonly typed: number;
    };

/** WebSocket paths; all of them have the access "socket". */
export const socketRoutes = {
  session: '/ws/session/:id',
  terminal: '/ws/terminal/:id/:machine/:tab',
} as const satisfies Record<SocketTarget['socket'], string>;

/** What the page may say on each socket; anything else closes it. */
export const socketMessages = {
  session: [],
  terminal: ['input', 'resize', 'ack'],
} as const satisfies Record<SocketTarget['socket'], readonly TerminalCommand['type'][]>;

/** What a WebSocket's path asks for; undefined when it is none of the table's, or says something that can't be. */
export function readSocketTarget(requestUrl: string): SocketTarget | undefined {
  const url = new URL(requestUrl, 'http://localhost');
  const [, ws, socket, session, machine, tab, ...rest] = url.pathname.split('/');
  if (ws !== 'ws' || session === undefined || !sessionIdPattern.test(session)) return undefined;
  if (socket === 'session') return machine === undefined ? { socket, session } : undefined;
  if (socket !== 'terminal' || rest.length > 0) return undefined;
  if (machine === undefined || !machinePattern.test(machine) || tab === undefined || !tabPattern.test(tab)) {
    return undefined;
  }
  const from = readNumber(url, 'from');
  const cols = readNumber(url, 'cols');
  const rows = readNumber(url, 'rows');
  if (from === undefined || cols === undefined || rows === undefined || !isTerminalSize(cols, rows)) return undefined;
  const typed = readNumber(url, 'typed');
  const writer = url.searchParams.get('writer') ?? '';
  if (typed === undefined || !writerPattern.test(writer)) return undefined;
  return { socket, session, machine, tab, from, cols, rows, writer, typed };
}

function readNumber(url: URL, name: string): number | undefined {
  const text = url.searchParams.get(name) ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new WebRefusal('BODY_REFUSED', 'The document sent is not of the form this request takes.');
  return parsed.data;
}
