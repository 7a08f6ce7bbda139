import type { IncomingMessage } from 'node:http';
import { type Agent, request } from 'node:https';

export interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly userAgent: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * Idle time before the kernel asks whether the other end of a connection is still there. libuv then asks each second,
 * ten times: a node that vanished without closing its connections is found out in about 12 s.
 */
const keepAliveAfterMs = 2_000;

/** Sends the question and resolves with the beginning of the answer, whatever its status. @throws when there is none, or the signal fired. */
export function ask(agent: Agent, question: Question, signal: AbortSignal): Promise<IncomingMessage> {
  const { method, url, userAgent } = question;
  const body = question.body === undefined ? undefined : JSON.stringify(question.body);
  const headers = {
    'user-agent': userAgent,
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent, headers, signal }, (answer) => {
      answer.setEncoding('utf8');
      resolve(answer);
    });
    outgoing.on('socket', (socket) => socket.setKeepAlive(true, keepAliveAfterMs));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The whole answer, whatever its status. @throws when there was none, or the signal fired. */
export async function exchange(agent: Agent, question: Question, signal: AbortSignal): Promise<Answer> {
  const answer = await ask(agent, question, signal);
  let text = '';
  for await (const part of answer) text += String(part);
  return { status: answer.statusCode ?? 0, text };
}
