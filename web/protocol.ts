/**
 * Everything that server and page say to each other, in one file that both import. HTTP carries JSON; a session's socket
 * carries JSON messages; a terminal's socket carries binary frames: one byte of type, then the fields named beside it.
 */
import type { ClusterLook, Glance, HintBoard, Walkthrough } from '../engine/domain/aids.ts';
import type { ErrorCode } from '../engine/domain/errors.ts';
import type { ExamPage } from '../engine/domain/exam.ts';
import type { Progress } from '../engine/domain/progress.ts';
import type { DrillResult } from '../engine/domain/results.ts';
import type { Verdict } from '../engine/domain/verdict.ts';
import type { DebriefPage, Desk, PoolState, ScenarioPage, SessionRow, StepProgress } from '../engine/engine.ts';

/** Must be sent with every request that changes something: a page on another origin can't set it without asking first. */
export const changeHeader = { name: 'x-kubewright', value: '1' } as const;

/** Refusals of the front door and of the transport; what the engine refuses has the codes of its own catalogue. */
export const webErrors = {
  HOST_REFUSED: { status: 403, remedy: 'Open the address that the server printed.' },
  ORIGIN_REFUSED: { status: 403, remedy: 'Work in the page that this server served; other pages may not use it.' },
  NOT_SIGNED_IN: { status: 401, remedy: 'Open the address that the server printed, with its token.' },
  HEADER_MISSING: { status: 403, remedy: `Send the header ${changeHeader.name}: ${changeHeader.value}.` },
  NOT_FOUND: { status: 404, remedy: 'Go back to the catalogue.' },
  BODY_REFUSED: { status: 400, remedy: 'Send a small JSON document with Content-Type: application/json.' },
  TOO_MANY: { status: 429, remedy: 'Wait a minute, then try again.' },
  FULL: { status: 503, remedy: 'Close other pages of this server, then try again.' },
  UNWELL: { status: 503, remedy: 'Look at the log of the server.' },
  BUSY: { status: 409, remedy: 'Wait until it is done.' },
  INTERNAL: { status: 500, remedy: 'Look at the log of the server; if it repeats, report it.' },
} as const satisfies Record<string, { status: number; remedy: string }>;
export type WebErrorCode = keyof typeof webErrors;

/** Body of every answer that is not a success. */
export interface ErrorBody {
  readonly error: { readonly code: ErrorCode | WebErrorCode; readonly message: string; readonly remedy: string };
  /** With SESSION_EXISTS: the session to go on in. */
  readonly session?: string;
}

/** Session ids are made by the engine; anything of another form never reaches it. */
export const sessionIdPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const scenarioIdPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Names of machines as they are in the cluster. Which of them exist is the desk's word. */
export const machinePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Id of a page's stream of input to a terminal, made by the page. */
export const writerPattern = /^[a-z0-9]{8,32}$/;
/** Results are numbered from 1. */
export const resultPattern = /^[1-9]\d{0,14}$/;
/** Most questions of an exam. */
export const mostQuestions = 17;
/** Number of a terminal on one machine. */
export const tabPattern = /^[1-9]$/;

/** Id of a hint: task and number. Which of them are offered is the engine's word. */
export const hintPattern = /^[a-z0-9][a-z0-9-]{0,79}$/;

/** What each route answers with, by its name in the server's table. */
export interface Answers {
  readonly scenarios: readonly ScenarioPage[];
  readonly scenario: ScenarioPage;
  readonly sessions: readonly SessionRow[];
  readonly pool: PoolState;
  readonly session: SessionRow;
  /** 202: the session goes on being provisioned. */
  readonly start: { readonly session: string };
  readonly desk: Desk;
  readonly hints: HintBoard;
  readonly takeHint: HintBoard;
  readonly walkthrough: Walkthrough;
  readonly check: Verdict;
  readonly finish: Verdict;
  /** 202: the fresh cluster is being provisioned. */
  readonly reset: { readonly session: string };
  /** 202: it is being taken down; the session's socket says "gone" when it is. */
  readonly stop: { readonly session: string };
  readonly result: DrillResult;
  readonly debrief: DebriefPage;
  readonly recording: { readonly cast: string };
  readonly progress: Progress & { readonly results: readonly DrillResult[] };
  readonly exportData: object;
  readonly deleteData: { readonly deleted: true };
  readonly exams: readonly ExamPage[];
  readonly exam: ExamPage;
  readonly examStart: ExamPage;
  readonly examOpen: ExamPage;
  readonly examFlag: ExamPage;
  readonly examSubmit: ExamPage;
}

/** Server to page, on /ws/session/:id. */
export type SessionMessage =
  /** The whole state: at once after connecting, then whenever it changed. */
  | { readonly type: 'state'; readonly session: SessionRow }
  /** One step of provisioning or of taking down moved. */
  | { readonly type: 'step'; readonly step: StepProgress }
  /** What the cluster looks like now, whenever that changed. */
  | { readonly type: 'look'; readonly look: ClusterLook }
  /** The checks and hints as they stand, every few seconds where they changed. */
  | { readonly type: 'glance'; readonly glance: Glance }
  /** Something went wrong that no request of the page is waiting for. */
  | { readonly type: 'error'; readonly message: string; readonly remedy: string }
  /** The session is no more; the socket closes. */
  | { readonly type: 'gone' }
  /** Sign of life, every pingMs. */
  | { readonly type: 'ping' };

/** Why the server closed a socket. */
export const closeCodes = {
  /** The server is stopping. */
  goingAway: 1001,
  /** A message that is none of the protocol's. */
  badMessage: 1003,
  /** The session or the machine is not there. */
  unknown: 4404,
  /** The page did not acknowledge output for too long; the shell goes on, connect again. */
  stalled: 4408,
  /** The same terminal was opened in another window. */
  takenOver: 4409,
  /** The shell could not be opened: a refused frame said why. */
  refused: 4500,
} as const;

/**
 * Server to page, on /ws/terminal/:id/:machine/:tab?from=&cols=&rows=&writer=&typed=. Output is numbered from 0 by the
 * holder of the shell, input from 0 by the page: both go on after a cut where they were, with no byte lost or doubled.
 */
export type TerminalEvent =
  /**
   * 1, u64 start, u64 live, u64 typed: the first byte that comes, the end of replayed history, and the first byte of the
   * page's input that has not arrived yet. First frame of a connection.
   */
  | { readonly type: 'hello'; readonly start: number; readonly live: number; readonly typed: number }
  /** 2, u64 offset of its first byte, bytes. */
  | { readonly type: 'output'; readonly offset: number; readonly bytes: Uint8Array }
  /** 3, u8 whether a code is known, i32 code: the shell ended, or (no code) only the way to it did. */
  | { readonly type: 'end'; readonly exitCode: number | undefined }
  /** 4, UTF-8 JSON {message, remedy}: the shell could not be opened. */
  | { readonly type: 'refused'; readonly message: string; readonly remedy: string }
  /** 5, u64: everything below this offset of the page's input has reached the shell. Told now and then. */
  | { readonly type: 'typed'; readonly offset: number };

/** Page to server, on the same socket. */
export type TerminalCommand =
  /** 16, u64 offset of its first byte, bytes typed. What has arrived already is left out, a gap is no message of the protocol. */
  | { readonly type: 'input'; readonly offset: number; readonly bytes: Uint8Array }
  /** 17, u16 columns, u16 rows. */
  | { readonly type: 'resize'; readonly cols: number; readonly rows: number }
  /** 18, u64: everything below this offset has been parsed by the page. */
  | { readonly type: 'ack'; readonly offset: number };

const frame = { hello: 1, output: 2, end: 3, refused: 4, typed: 5, input: 16, resize: 17, ack: 18 } as const;

/** Size of a terminal the server accepts: reliability.md section 2.1. */
export const terminalLimits = { minCols: 2, maxCols: 500, minRows: 2, maxRows: 200 } as const;

export function encodeTerminalEvent(event: TerminalEvent): Uint8Array<ArrayBuffer> {
  switch (event.type) {
    case 'hello': {
      const { bytes, view } = makeFrame(frame.hello, 24);
      view.setBigUint64(1, BigInt(event.start));
      view.setBigUint64(9, BigInt(event.live));
      view.setBigUint64(17, BigInt(event.typed));
      return bytes;
    }
    case 'output': {
      const { bytes, view } = makeFrame(frame.output, 8 + event.bytes.length);
      view.setBigUint64(1, BigInt(event.offset));
      bytes.set(event.bytes, 9);
      return bytes;
    }
    case 'end': {
      const { bytes, view } = makeFrame(frame.end, 5);
      view.setUint8(1, event.exitCode === undefined ? 0 : 1);
      view.setInt32(2, event.exitCode ?? 0);
      return bytes;
    }
    case 'refused': {
      const text = new TextEncoder().encode(JSON.stringify({ message: event.message, remedy: event.remedy }));
      const { bytes } = makeFrame(frame.refused, text.length);
      bytes.set(text, 1);
      return bytes;
    }
    case 'typed': {
      const { bytes, view } = makeFrame(frame.typed, 8);
      view.setBigUint64(1, BigInt(event.offset));
      return bytes;
    }
  }
}

/** Undefined for anything that is no frame of the protocol. */
export function decodeTerminalEvent(bytes: Uint8Array): TerminalEvent | undefined {
  const view = viewOf(bytes);
  switch (bytes[0] ?? 0) {
    case frame.hello:
      if (bytes.length !== 25) return undefined;
      return {
        type: 'hello',
        start: Number(view.getBigUint64(1)),
        live: Number(view.getBigUint64(9)),
        typed: Number(view.getBigUint64(17)),
      };
    case frame.output:
      if (bytes.length < 9) return undefined;
      return { type: 'output', offset: Number(view.getBigUint64(1)), bytes: bytes.subarray(9) };
    case frame.end:
      if (bytes.length !== 6) return undefined;
      return { type: 'end', exitCode: view.getUint8(1) === 1 ? view.getInt32(2) : undefined };
    case frame.refused: {
      const said = JSON.parse(new TextDecoder().decode(bytes.subarray(1))) as { message: string; remedy: string };
      return { type: 'refused', message: said.message, remedy: said.remedy };
    }
    case frame.typed:
      return bytes.length === 9 ? { type: 'typed', offset: Number(view.getBigUint64(1)) } : undefined;
    default:
      return undefined;
  }
}

export function encodeTerminalCommand(command: TerminalCommand): Uint8Array<ArrayBuffer> {
  switch (command.type) {
    case 'input': {
      const { bytes, view } = makeFrame(frame.input, 8 + command.bytes.length);
      view.setBigUint64(1, BigInt(command.offset));
      bytes.set(command.bytes, 9);
      return bytes;
    }
    case 'resize': {
      const { bytes, view } = makeFrame(frame.resize, 4);
      view.setUint16(1, command.cols);
      view.setUint16(3, command.rows);
      return bytes;
    }
    case 'ack': {
      const { bytes, view } = makeFrame(frame.ack, 8);
      view.setBigUint64(1, BigInt(command.offset));
      return bytes;
    }
  }
}

/** Undefined for anything that is no frame of the protocol, also for a size outside terminalLimits. */
export function decodeTerminalCommand(bytes: Uint8Array): TerminalCommand | undefined {
  const view = viewOf(bytes);
  switch (bytes[0] ?? 0) {
    case frame.input: {
      if (bytes.length < 10) return undefined;
      const offset = Number(view.getBigUint64(1));
      return Number.isSafeInteger(offset) ? { type: 'input', offset, bytes: bytes.subarray(9) } : undefined;
    }
    case frame.resize: {
      if (bytes.length !== 5) return undefined;
      const size = { cols: view.getUint16(1), rows: view.getUint16(3) };
      return isTerminalSize(size.cols, size.rows) ? { type: 'resize', ...size } : undefined;
    }
    case frame.ack: {
      if (bytes.length !== 9) return undefined;
      const offset = Number(view.getBigUint64(1));
      return Number.isSafeInteger(offset) ? { type: 'ack', offset } : undefined;
    }
    default:
      return undefined;
  }
}

export function isTerminalSize(cols: number, rows: number): boolean {
  const { minCols, maxCols, minRows, maxRows } = terminalLimits;
  return cols >= minCols && cols <= maxCols && rows >= minRows && rows <= maxRows;
}

function makeFrame(type: number, length: number): { bytes: Uint8Array<ArrayBuffer>; view: DataView } {
  const bytes = new Uint8Array(1 + length);
  bytes[0] = type;
  return { bytes, view: viewOf(bytes) };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
