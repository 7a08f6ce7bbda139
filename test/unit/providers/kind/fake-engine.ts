import type { Exec, ExecOptions, ExecResult } from '../../../../engine/system/exec.ts';

export interface FakeContainer {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
}

export interface FakeNetwork {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly subnet?: string;
}

/** The docker client in front of an engine of a few objects; it knows the commands that are used and no other. */
export class FakeEngine implements Exec {
  containers: FakeContainer[] = [];
  networks: FakeNetwork[] = [];
  volumes = new Set<string>();
  readonly ran: { argv: readonly string[]; options: ExecOptions }[] = [];
  /** What the engine says to a command it does not do. */
  refuse: (argv: readonly string[]) => string | undefined = () => undefined;

  commands = () => this.ran.map(({ argv }) => argv.join(' '));

  async run(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    this.ran.push({ argv, options });
    const command = argv.join(' ');
    const refusal = this.refuse(argv);
    if (refusal !== undefined) {
      return { exitCode: 1, stdout: '', stderr: `${refusal}\n`, timedOut: false, command };
    }
    const lines = this.#answer(argv.slice(1));
    return { exitCode: 0, stdout: lines.map((line) => `${line}\n`).join(''), stderr: '', timedOut: false, command };
  }

  #answer([verb, ...words]: readonly string[]): readonly string[] {
    if (verb === 'ps') return select(this.containers, words);
    if (verb === 'inspect') return this.containers.find(({ id }) => id === words.at(-1))?.volumes ?? [];
    if (verb === 'rm') {
      this.containers = this.containers.filter(({ id }) => !words.includes(id));
      return [];
    }
    const [what, ...rest] = words;
    if (verb === 'volume' && what === 'ls') return [...this.volumes];
    if (verb === 'volume' && what === 'rm') {
      this.volumes.delete(rest.at(-1) ?? '');
      return [];
    }
    if (verb === 'network' && what === 'ls') return select(this.networks, rest);
    if (verb === 'network' && what === 'inspect') {
      return this.networks.filter(({ id }) => rest.includes(id)).map(({ subnet }) => subnet ?? '');
    }
    if (verb === 'network' && what === 'rm') {
      this.networks = this.networks.filter(({ id }) => !rest.includes(id));
      return [];
    }
    if (verb === 'network' && what === 'create') {
      const labels = Object.fromEntries(valuesOf(rest, '--label').map((label) => label.split('=') as [string, string]));
      this.networks.push({ id: rest.at(-1) ?? '', labels, subnet: valuesOf(rest, '--subnet')[0] ?? '' });
      return [];
    }
    throw new Error(`this engine does not know: ${[verb, ...words].join(' ')}`);
  }
}

/** Ids, or the labels that the format asks for, of what every filter lets through. */
function select(all: readonly (FakeContainer | FakeNetwork)[], words: readonly string[]): string[] {
  const filters = valuesOf(words, '--filter').map((filter) => /^label=([^=]+)(?:=(.*))?$/.exec(filter));
  const chosen = all.filter(({ labels }) =>
    filters.every((filter) => {
      const value = labels[filter?.[1] ?? ''];
      return value !== undefined && (filter?.[2] === undefined || filter[2] === value);
    }),
  );
  const [format] = valuesOf(words, '--format');
  if (format === undefined) return chosen.map(({ id }) => id);
  const asked = [...format.matchAll(/\{\{\.Label "([^"]+)"\}\}/g)].map((match) => match[1] ?? '');
  return chosen.map(({ labels }) => asked.map((label) => labels[label] ?? '').join('|'));
}

function valuesOf(words: readonly string[], flag: string): string[] {
  return words.filter((_, index) => words[index - 1] === flag);
}
