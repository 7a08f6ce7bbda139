import { type ErrorCode, isKubewrightError } from '../../engine/domain/errors.ts';
import { type ErrorBody, type WebErrorCode, webErrors } from '../protocol.ts';

/** A refusal of the web's own, as an exception for the handlers of routes. */
export class WebRefusal extends Error {
  readonly code: WebErrorCode;

  constructor(code: WebErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = 'WebRefusal';
    this.code = code;
  }
}

/** SESSION_EXISTS with the session to go on in. */
export class AlreadyRunning extends Error {
  readonly session: string;

  constructor(scenario: string, session: string) {
    super(`"${scenario}" is already running in session ${session}.`);
    this.name = 'AlreadyRunning';
    this.session = session;
  }
}

/** HTTP status of the engine's refusals. Those that are not named are failures of the environment or of ours: 500. */
const statusOf: Partial<Record<ErrorCode, number>> = {
  USAGE: 400,
  SCENARIO_UNKNOWN: 404,
  SESSION_UNKNOWN: 404,
  SCENARIO_INVALID: 422,
  RESULT_UNKNOWN: 404,
  EXAM_UNKNOWN: 404,
  EXAM_RULES: 409,
  SESSION_STATE: 409,
  SESSION_EXISTS: 409,
  ENGINE_UNREACHABLE: 503,
  HOST_UNFIT: 503,
  TOOL_MISSING: 503,
  IMAGE_MISSING: 503,
  DISK_LOW: 503,
  DEADLINE: 504,
};

/** The answer to a thrown thing. What is not in a catalogue is a defect: its text stays in the log. */
export function answerTo(error: unknown): { readonly status: number; readonly body: ErrorBody } {
  if (error instanceof AlreadyRunning) {
    const body = { code: 'SESSION_EXISTS', message: error.message, remedy: 'Go on in it, or stop it first.' } as const;
    return { status: 409, body: { error: body, session: error.session } };
  }
  if (isKubewrightError(error)) {
    const { code, message, remedy } = error;
    return { status: statusOf[code] ?? 500, body: { error: { code, message, remedy } } };
  }
  if (error instanceof WebRefusal) return refusalAnswer(error.code, error.message);
  // body-parser and the router throw errors of their own with a 4xx status: all of them are about what was sent.
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  if (status >= 400 && status < 500) {
    const answer = refusalAnswer('BODY_REFUSED', 'The request could not be read.');
    return { ...answer, status };
  }
  return refusalAnswer('INTERNAL', 'The server made a mistake.');
}

export function refusalAnswer(code: WebErrorCode, message: string): { status: number; body: ErrorBody } {
  const { status, remedy } = webErrors[code];
  return { status, body: { error: { code, message, remedy } } };
}

/** Message and remedy of a thrown thing, for a socket. */
export function explain(error: unknown): { readonly message: string; readonly remedy: string } {
  const { message, remedy } = answerTo(error).body.error;
  return { message, remedy };
}
