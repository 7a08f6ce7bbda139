import { Agent } from 'node:https';
import type { ClusterAccess } from './config.ts';
import { withinTime } from './deadline.ts';
import { type Answer, ask, exchange, type Question } from './exchange.ts';

/** The API server over plain node:https, under the witness's client certificate. */
export interface KubeClient {
  /** The whole answer, whatever its status. @throws when there was none within the time, or the signal fired. */
  get(path: string, options: RequestOptions): Promise<Answer>;
  /**
   * For several questions in turn: behind a load balancer one API server answers them all, for as long as it keeps the
   * connection. To be closed.
   */
  connect(): Connection;
  /** Creates an object in the collection of that path; answers and throws like get. */
  post(path: string, object: object, options: RequestOptions): Promise<Answer>;
  /** Deletes the object of that path; answers and throws like get. */
  delete(path: string, options: RequestOptions): Promise<Answer>;
  /**
   * Follows an endless answer: onText gets its text as it comes. Resolves when the server ended it properly.
   * @throws when the connection broke, the status was not 200, onText threw, or the signal fired.
   */
  stream(path: string, options: StreamOptions): Promise<void>;
}

export interface Connection extends Pick<KubeClient, 'get'> {
  close(): void;
}

export interface RequestOptions {
  readonly userAgent: string;
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

export interface StreamOptions {
  readonly userAgent: string;
  readonly signal: AbortSignal;
  readonly onText: (text: string) => void;
}

/** Every request has a connection of its own: a server that came back is never asked through a dead one. */
export function createKubeClient(access: ClusterAccess): KubeClient {
  const identity = { ca: access.ca, cert: access.cert, key: access.key };
  const agent = new Agent({ ...identity, keepAlive: false });

  const send = (question: Pick<Question, 'method' | 'body'>, path: string, options: RequestOptions, by = agent) => {
    const { userAgent, withinMs, signal } = options;
    const whole = { ...question, url: `${access.server}${path}`, userAgent };
    return withinTime(withinMs, signal, (limited) => exchange(by, whole, limited));
  };

  return {
    get: (path, options) => send({ method: 'GET' }, path, options),
    connect() {
      const own = new Agent({ ...identity, keepAlive: true, maxSockets: 1 });
      return { get: (path, options) => send({ method: 'GET' }, path, options, own), close: () => own.destroy() };
    },
    post: (path, object, options) => send({ method: 'POST', body: object }, path, options),
    delete: (path, options) => send({ method: 'DELETE' }, path, options),
    async stream(path, { userAgent, signal, onText }) {
      const answer = await ask(agent, { method: 'GET', url: `${access.server}${path}`, userAgent }, signal);
      if (answer.statusCode !== 200) {
        answer.destroy();
        throw new Error(`the API server answered ${answer.statusCode ?? 0} to ${path}`);
      }
      // Throws when the connection breaks before the answer is complete, and destroys it when onText throws.
      for await (const part of answer) onText(String(part));
    },
  };
}
