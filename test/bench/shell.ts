/** Output of which the end is remembered, characters. */
const tailLength = 1_000;

/** A shell in the student host, however it is reached. */
export interface EchoingShell {
  type(text: string): void;
  /** Output so far, bytes. */
  received(): number;
  /** Resolves with the next output. */
  next(): Promise<void>;
  tail(): string;
  close(): Promise<void>;
}

/** @returns the shell, and where its output goes */
export function createShell(
  type: (text: string) => void,
  close: () => Promise<void>,
): { readonly took: (bytes: Uint8Array) => void; readonly shell: EchoingShell } {
  let received = 0;
  let tail = '';
  let waiting = Promise.withResolvers<void>();
  return {
    took(bytes) {
      received += bytes.length;
      tail = (tail + Buffer.from(bytes).toString('latin1')).slice(-tailLength);
      waiting.resolve();
      waiting = Promise.withResolvers<void>();
    },
    shell: { type, close, received: () => received, tail: () => tail, next: () => waiting.promise },
  };
}

/** A terminal's line has an end. */
const keysPerLine = 50;

/** What is typed as the n-th key, from 1: letters, and now and then the end of the line. */
export function keyAt(count: number): string {
  return count % keysPerLine === 0 ? '\r' : 'k';
}

/** Milliseconds from a key to the next output. */
export async function echoMs(shell: EchoingShell, text: string): Promise<number> {
  const before = shell.received();
  const at = performance.now();
  shell.type(text);
  while (shell.received() === before) await shell.next();
  return performance.now() - at;
}
