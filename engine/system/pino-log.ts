import { destination, pino } from 'pino';
import type { Log } from './log.ts';

/** Structured lines on stderr; KUBEWRIGHT_LOG is the level (default warn: the page tells the user what matters). */
export function createLog(env: NodeJS.ProcessEnv = process.env): Log {
  return pino({ name: 'kubewright', level: env['KUBEWRIGHT_LOG'] ?? 'warn' }, destination(2));
}
