import type { EchoingShell } from '../shell.ts';

/** Rejects with the signal's reason where that comes first; the work itself goes on. */
export async function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  // Whichever comes second has nobody who waits for it.
  work.catch(() => {});
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** @throws Error naming what took longer */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`${what} took more than ${ms / 1000} s`)), ms);
  try {
    return await unless(late.signal, work);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves when the shell has shown the text as one of its last words. */
export async function shows(shell: EchoingShell, text: string): Promise<void> {
  while (!shell.tail().includes(text)) await shell.next();
}
