/** Says each phase with the seconds since this was called; one that is told over and over, as by who waits, once. */
export function phases(say: (line: string) => void): (phase: string) => void {
  const startedAt = performance.now();
  let latest: string | undefined;
  return (phase) => {
    if (phase === latest) return;
    latest = phase;
    say(`    ${((performance.now() - startedAt) / 1000).toFixed(1)} s ${phase}`);
  };
}
