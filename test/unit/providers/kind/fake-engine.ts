import type { Exec, ExecOptions, ExecResult } from '../../../../engine/system/exec.ts';

export interface FakeContainer {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  /** On its only network. */
  readonly address?: string;
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
  /** Text files, by "container:path". */
  readonly files = new Map<string, string>();
  readonly ran: { argv: readonly string[]; options: ExecOptions }[] = [];
  /** What the engine says to a command it does not do. */
  refuse: (argv: readonly string[]) => string | undefined = () => undefined;

  /** Id and image of a container, as one line. */
  identity: (container: string) => string = (container) => `${container} image`;

  commands = () => this.ran.map(({ argv }) => argv.join(' '));

  async run(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    this.ran.push({ argv, options });
    const command = argv.join(' ');
    const refusal = this.refuse(argv);
    if (refusal !== undefined) {
      return { exitCode: 1, stdout: '', stderr: `${refusal}\n`, timedOut: false, command };
    }
    const lines = this.#answer(argv.slice(1), options);
    return { exitCode: 0, stdout: lines.map((line) => `${line}\n`).join(''), stderr: '', timedOut: false, command };
  }

  #answer([verb, ...words]: readonly string[], options: ExecOptions): readonly string[] {
    if (verb === 'ps') return select(this.containers, words);
    if (verb === 'inspect') {
      const container = this.containers.find(({ id }) => id === words.at(-1));
      if (words.some((word) => word.includes('.Mounts')))
        return this.containers.flatMap(({ id, volumes = [] }) => (words.includes(id) ? volumes : []));
      if (words.some((word) => word.includes('.Image'))) return [this.identity(words.at(-1) ?? '')];
      return [container?.address ?? ''];
    }
    if (verb === 'run') return [];
    if (verb === 'exec') return this.#execute(words, options);
    if (verb === 'rm') {
      const gone = this.containers.filter(({ id }) => words.includes(id));
      this.containers = this.containers.filter((container) => !gone.includes(container));
      if (words.includes('--volumes'))
        for (const volume of gone.flatMap(({ volumes }) => volumes ?? [])) this.volumes.delete(volume);
      return [];
    }
    const [what, ...rest] = words;
    if (verb === 'volume' && what === 'ls') return [...this.volumes];
    if (verb === 'volume' && what === 'rm') {
      for (const volume of rest) this.volumes.delete(volume);
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

  /** Containers as the engine's API lists them. */
  readonly listContainers = async ({ filters }: { filters: Record<string, readonly string[]> }) => {
    const words = Object.entries(filters).flatMap(([what, values]) =>
      // In the API a name begins with a slash.
      values.flatMap((value) => ['--filter', `${what}=${value.replace('^/', '^')}`]),
    );
    const chosen = select(this.containers, words);
    return this.containers
      .filter(({ id }) => chosen.includes(id))
      .map(({ id, labels, address = '' }) => ({
        ...{ Id: id, Names: [`/${id}`], Labels: labels },
        NetworkSettings: {
          Networks: Object.fromEntries(this.networks.map((network) => [network.id, { IPAddress: address }])),
        },
      }));
  };

  /** Reading and writing a file as createMachine does it; every other command on a machine succeeds and does nothing. */
  #execute(words: readonly string[], { input }: ExecOptions): readonly string[] {
    const { id } = this.containers.find((container) => words.includes(container.id)) ?? {};
    const shell = words.findIndex((word, index) => word === 'sh' && words[index + 1] === '-c');
    const [script = '', , path = ''] = shell < 0 ? [] : words.slice(shell + 2);
    if (script.includes('exec cat -- "$1"')) return [this.files.get(`${id}:${path}`) ?? ''];
    if (script.includes('cat > "$1.new"')) this.files.set(`${id}:${path}`, String(input ?? ''));
    return [];
  }
}

/** Ids, or the labels that the format asks for, of what every filter lets through. */
function select(all: readonly (FakeContainer | FakeNetwork)[], words: readonly string[]): string[] {
  const filters = valuesOf(words, '--filter').map((filter) => /^(?:label=([^=]+)(?:=(.*))?|name=(.*))$/.exec(filter));
  const chosen = all.filter(({ id, labels }) =>
    filters.every((filter) => {
      const [, label = '', wanted, name] = filter ?? [];
      if (name !== undefined) return new RegExp(name).test(id);
      const value = labels[label];
      return value !== undefined && (wanted === undefined || wanted === value);
    }),
  );
  const [format] = valuesOf(words, '--format');
  if (format === undefined) return chosen.map(({ id }) => id);
  return chosen.map(({ id, labels }) =>
    format
      .replaceAll('{{.Names}}', id)
      .replaceAll(/\{\{\.Label "([^"]+)"\}\}/g, (_, label: string) => labels[label] ?? ''),
  );
}

function valuesOf(words: readonly string[], flag: string): string[] {
  return words.filter((_, index) => words[index - 1] === flag);
}
