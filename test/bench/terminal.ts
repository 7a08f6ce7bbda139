import { join } from 'node:path';
import Docker from 'dockerode';
import { compose } from '../../engine/compose.ts';
import { silentLog } from '../../engine/system/log.ts';
import { createServer } from '../../web/server/index.ts';
import { checkout } from '../real/command-line.ts';
import { type Bench, type BenchOptions, type Measurement, percentile } from './bench.ts';
import { openPage } from './page.ts';
import { createShell, type EchoingShell, echoMs, keyAt } from './shell.ts';

const keysPerRound = 200;
const warmUpKeys = 30;
/** Reads what is typed and says nothing: what comes back is the terminal's own echo. */
const sink = 'cat > /dev/null';

export const terminal: Bench = {
  name: 'terminal',
  about:
    'from a key of the page to its echo in the page, against the same key in a bare "docker exec" of the same shell',
  async run({ rounds, turns, say, signal }: BenchOptions): Promise<Measurement[]> {
    const { engine, exams, records, pool } = compose();
    const scenarios = await Promise.all((await engine.scenarios()).map(({ id }) => engine.scenario(id)));
    const machines = ({ shape }: (typeof scenarios)[number]) => shape.controlPlanes + shape.workers;
    const [smallest] = scenarios.toSorted((left, right) => machines(left) - machines(right));
    if (smallest === undefined) throw new Error('there is no scenario to measure with');
    say(`  starting ${smallest.id}`);
    const { id } = await engine.start(smallest.id, { signal });
    try {
      const bare = await openBare(`kubewright-${id}-student`);
      const page = await openOwnPage({ engine, exams, records, pool }, id);
      try {
        return await measure(bare, page, { rounds, turns, say });
      } finally {
        await bare.close();
        await page.close();
      }
    } finally {
      await engine.stop(id);
      await engine.close();
    }
  },
};

async function measure(
  bare: EchoingShell,
  page: EchoingShell,
  { rounds, turns, say }: Pick<BenchOptions, 'rounds' | 'turns' | 'say'>,
): Promise<Measurement[]> {
  for (const shell of [bare, page]) {
    shell.type(`echo rea""dy; ${sink}\r`);
    while (!shell.tail().endsWith('ready\r\n')) await shell.next();
    for (let key = 1; key <= warmUpKeys; key += 1) await echoMs(shell, 'w');
    await echoMs(shell, '\r');
  }
  const samples = { bare: [] as number[], page: [] as number[] };
  const tails = { bare: [] as number[], page: [] as number[], added: [] as number[] };
  for (const round of turns()) {
    const these = { bare: [] as number[], page: [] as number[] };
    // Key by key in turns, so that both meet the same load of the machine.
    for (let key = 1; key <= keysPerRound; key += 1) {
      const text = keyAt(key);
      these.bare.push(await echoMs(bare, text));
      these.page.push(await echoMs(page, text));
    }
    for (const way of ['bare', 'page'] as const) {
      samples[way].push(...these[way]);
      tails[way].push(percentile(these[way], 0.99));
    }
    tails.added.push(percentile(addedIn(these), 0.99));
    say(`  round ${round} of ${rounds}`);
  }
  return [
    { name: 'keystroke echo', unit: 'ms', ours: samples.page, baseline: samples.bare },
    { name: `keystroke echo, p99 of ${keysPerRound} keys`, unit: 'ms', ours: tails.page, baseline: tails.bare },
    { name: 'keystroke echo, added by us', unit: 'ms', ours: addedIn(samples) },
    { name: `keystroke echo, added by us, p99 of ${keysPerRound} keys`, unit: 'ms', ours: tails.added },
  ];
}

/** Key by key: how much longer the page took than the bare shell. */
function addedIn({ bare, page }: { readonly bare: readonly number[]; readonly page: readonly number[] }): number[] {
  return page.map((ms, at) => Math.max(0, ms - (bare[at] ?? 0)));
}

/** "docker exec -it", as anyone has it. */
async function openBare(container: string): Promise<EchoingShell> {
  const exec = await new Docker().getContainer(container).exec({
    ...{ Cmd: ['bash', '--norc'], User: 'student', Tty: true },
    ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true },
  });
  const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
  const { took, shell } = createShell(
    (text) => void stream.write(text),
    async () => void stream.destroy(),
  );
  stream.on('data', took);
  return shell;
}

/** The way of the page, on a server of our own. */
async function openOwnPage(
  parts: Pick<ReturnType<typeof compose>, 'engine' | 'exams' | 'records' | 'pool'>,
  session: string,
): Promise<EchoingShell> {
  const clientFolder = join(checkout, 'web', 'client');
  const server = await createServer({ ...parts, port: 0, log: silentLog, clientFolder });
  const shell = (await openPage(server.url)).openShell(session);
  return {
    ...shell,
    async close() {
      await shell.close();
      await server.close();
    },
  };
}
