/** One shell: the n-th on a machine. */
export interface Shell {
  readonly machine: string;
  readonly tab: number;
}

/** Which shells have tabs, and which of them are shown: one, or two side by side. */
export interface ShellList {
  readonly shells: readonly Shell[];
  /** Keys of the shown ones, left to right. */
  readonly shown: readonly string[];
  /** The one of the shown that has the keys. */
  readonly current: string;
}

/** The server's pattern of tabs: one digit. */
const mostPerMachine = 9;

export const keyOf = (shell: Shell): string => `${shell.machine}-${shell.tab}`;

/** A shell on each machine, the first one shown. */
export function firstShells(machines: readonly string[]): ShellList {
  const shells = machines.map((machine) => ({ machine, tab: 1 }));
  const first = shells[0] === undefined ? '' : keyOf(shells[0]);
  return { shells, shown: [first], current: first };
}

/** Shows a shell where the current one is; one that is shown already only gets the keys. */
export function select(list: ShellList, key: string): ShellList {
  if (!list.shells.some((shell) => keyOf(shell) === key)) return list;
  if (list.shown.includes(key)) return { ...list, current: key };
  return { ...list, shown: list.shown.map((shown) => (shown === list.current ? key : shown)), current: key };
}

/** One more shell on that machine, shown; the list as it is when there are as many as there may be. */
export function add(list: ShellList, machine: string): ShellList {
  const taken = list.shells.filter((shell) => shell.machine === machine).map((shell) => shell.tab);
  const tab = Array.from({ length: mostPerMachine }, (_, at) => at + 1).find((number) => !taken.includes(number));
  if (tab === undefined) return list;
  const after = list.shells.findLastIndex((shell) => shell.machine === machine) + 1;
  const shell = { machine, tab };
  return select({ ...list, shells: list.shells.toSpliced(after, 0, shell) }, keyOf(shell));
}

/** Takes a tab away; a machine's first one stays. The shell goes on in its machine. */
export function close(list: ShellList, key: string): ShellList {
  const at = list.shells.findIndex((shell) => keyOf(shell) === key);
  const shell = list.shells[at];
  if (shell === undefined || shell.tab === 1) return list;
  const shells = list.shells.toSpliced(at, 1);
  const others = list.shown.filter((shown) => shown !== key);
  const next = shells.map(keyOf).find((other, index) => index >= at - 1 && !others.includes(other));
  const shown = list.shown.length === 2 || next === undefined ? others : [next];
  return { shells, shown, current: shown.includes(list.current) ? list.current : (shown[0] ?? '') };
}

/** Two side by side, or only the current one again. */
export function toggleSplit(list: ShellList): ShellList {
  if (list.shown.length === 2) return { ...list, shown: [list.current] };
  const hidden = list.shells.find((shell) => shell.tab > 1 && keyOf(shell) !== list.current);
  const machine = list.shells.find((shell) => keyOf(shell) === list.current)?.machine ?? '';
  if (hidden !== undefined) return { ...list, shown: [list.current, keyOf(hidden)], current: keyOf(hidden) };
  const more = add(list, machine);
  if (more === list) return list;
  return { ...more, shown: [list.current, more.current] };
}

/** The list as a text to keep, and back; what does not fit these machines is left out. */
export function restore(kept: string | null, machines: readonly string[]): ShellList {
  const first = firstShells(machines);
  try {
    const list = JSON.parse(kept ?? '') as ShellList;
    const extra = list.shells.filter(
      ({ machine, tab }) => machines.includes(machine) && Number.isInteger(tab) && tab > 1 && tab <= mostPerMachine,
    );
    const shells = machines.flatMap((machine) => [
      { machine, tab: 1 },
      ...extra.filter((shell) => shell.machine === machine).map(({ tab }) => ({ machine, tab })),
    ]);
    const keys = shells.map(keyOf);
    const shown = [...new Set(list.shown)].filter((key) => keys.includes(key)).slice(0, 2);
    if (shown[0] === undefined) return first;
    return { shells, shown, current: shown.includes(list.current) ? list.current : shown[0] };
  } catch {
    return first;
  }
}
