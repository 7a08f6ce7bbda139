/**
 * Runs the action with a signal that fires after that time, or when the outer one does.
 * @throws what the action throws.
 */
export async function withinTime<Result>(
  withinMs: number,
  outer: AbortSignal,
  action: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController();
  // Timers run before what the sockets have brought: let an answer that is already here be read first.
  const timer = setTimeout(() => setImmediate(() => late.abort()), withinMs);
  try {
    return await action(AbortSignal.any([outer, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
