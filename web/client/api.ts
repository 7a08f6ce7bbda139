import { type Answers, changeHeader, type ErrorBody } from '../protocol.ts';

/** What the server refused, in words for the user. */
export class Refused extends Error {
  readonly code: string;
  readonly remedy: string;
  /** With SESSION_EXISTS: the one that is running. */
  readonly session: string | undefined;

  constructor(code: string, message: string, remedy: string, session?: string) {
    super(message);
    this.name = 'Refused';
    this.code = code;
    this.remedy = remedy;
    this.session = session;
  }
}

export const api = {
  scenarios: () => ask<Answers['scenarios']>('GET', '/api/scenarios'),
  pool: () => ask<Answers['pool']>('GET', '/api/pool'),
  sessions: () => ask<Answers['sessions']>('GET', '/api/sessions'),
  session: (id: string) => ask<Answers['session']>('GET', sessionPath(id)),
  desk: (id: string) => ask<Answers['desk']>('GET', sessionPath(id, '/desk')),
  start: (scenario: string) => ask<Answers['start']>('POST', '/api/sessions', { scenario }),
  hints: (id: string) => ask<Answers['hints']>('GET', sessionPath(id, '/hints')),
  takeHint: (id: string, hint: string) => ask<Answers['takeHint']>('POST', sessionPath(id, '/hints'), { hint }),
  walkthrough: (id: string, giveUp: boolean) =>
    ask<Answers['walkthrough']>('POST', sessionPath(id, '/walkthrough'), { giveUp }),
  check: (id: string) => ask<Answers['check']>('POST', sessionPath(id, '/check')),
  finish: (id: string) => ask<Answers['finish']>('POST', sessionPath(id, '/finish')),
  reset: (id: string) => ask<Answers['reset']>('POST', sessionPath(id, '/reset')),
  stop: (id: string) => ask<Answers['stop']>('DELETE', sessionPath(id)),
  resultOf: (session: string) => ask<Answers['result']>('GET', sessionPath(session, '/result')),
  debrief: (result: string) => ask<Answers['debrief']>('GET', `/api/results/${encodeURIComponent(result)}/debrief`),
  recording: (result: number, terminal: string) =>
    ask<Answers['recording']>('POST', `/api/results/${result}/recording`, { terminal }),
  progress: () => ask<Answers['progress']>('GET', '/api/progress'),
  exportData: () => ask<Answers['exportData']>('GET', '/api/data'),
  deleteData: () => ask<Answers['deleteData']>('DELETE', '/api/data'),
  exams: () => ask<Answers['exams']>('GET', '/api/exams'),
  exam: (id: string) => ask<Answers['exam']>('GET', examPath(id)),
  startExam: (questions: number, seed: string) => ask<Answers['examStart']>('POST', '/api/exams', { questions, seed }),
  openQuestion: (id: string, question: number) => ask<Answers['examOpen']>('POST', examPath(id, '/open'), { question }),
  flagQuestion: (id: string, question: number, flagged: boolean) =>
    ask<Answers['examFlag']>('POST', examPath(id, '/flag'), { question, flagged }),
  submitExam: (id: string) => ask<Answers['examSubmit']>('POST', examPath(id, '/submit')),
};

function examPath(id: string, below = ''): string {
  return `/api/exams/${encodeURIComponent(id)}${below}`;
}

function sessionPath(id: string, below = ''): string {
  return `/api/sessions/${encodeURIComponent(id)}${below}`;
}

async function ask<Answer>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer> {
  const headers: Record<string, string> = {};
  if (method !== 'GET') headers[changeHeader.name] = changeHeader.value;
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch {
    throw new Refused(
      'OFFLINE',
      'The server does not answer.',
      'Start it again ("npm start") and open the address it prints.',
    );
  }
  if (response.ok) return (await response.json()) as Answer;
  const said = (await response.json().catch(() => undefined)) as ErrorBody | undefined;
  if (said === undefined) throw new Refused('INTERNAL', `The server answered ${response.status}.`, 'Reload the page.');
  throw new Refused(said.error.code, said.error.message, said.error.remedy, said.session);
}

/** Message and remedy of anything thrown. */
export function wordsOf(error: unknown): { readonly message: string; readonly remedy: string } {
  if (error instanceof Refused) return { message: error.message, remedy: error.remedy };
  return { message: error instanceof Error ? error.message : String(error), remedy: 'Reload the page.' };
}
