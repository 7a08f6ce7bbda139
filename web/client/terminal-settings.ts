/** How terminals look and speak, for all of them and kept in the browser. */
export interface TerminalSettings {
  /** Pixels. */
  readonly fontSize: number;
  /** xterm writes what appears into a live region then. */
  readonly screenReader: boolean;
}

const storageKey = 'kubewright-terminal';
const sizes = { least: 10, most: 28, usual: 14 } as const;
const listeners = new Set<(settings: TerminalSettings) => void>();
let current: TerminalSettings | undefined;

export function terminalSettings(): TerminalSettings {
  current ??= read();
  return current;
}

export function changeTerminalSettings(change: Partial<TerminalSettings>): void {
  const wanted = { ...terminalSettings(), ...change };
  current = { ...wanted, fontSize: Math.max(sizes.least, Math.min(sizes.most, Math.round(wanted.fontSize))) };
  localStorage.setItem(storageKey, JSON.stringify(current));
  for (const listener of listeners) listener(current);
}

/** Hears every change until the returned function is called. */
export function onTerminalSettings(listener: (settings: TerminalSettings) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): TerminalSettings {
  const usual = { fontSize: sizes.usual, screenReader: false };
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<TerminalSettings>;
    const fontSize = Number(stored.fontSize) || usual.fontSize;
    return {
      fontSize: Math.max(sizes.least, Math.min(sizes.most, fontSize)),
      screenReader: stored.screenReader === true,
    };
  } catch {
    return usual;
  }
}
