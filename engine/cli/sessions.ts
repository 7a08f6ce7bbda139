import { type CommandContext, exitCodes } from './command.ts';
import { table } from './output.ts';

export async function sessions({ kubewright, output }: CommandContext, options: { json?: boolean }): Promise<number> {
  const { engine, pool } = kubewright();
  const rows = await engine.sessions();
  const { waiting } = options.json === true ? { waiting: [] } : await pool.state();
  for (const { id, shape, versions, readyAt, memoryBytes } of waiting) {
    const what = readyAt === undefined ? 'is being made for a drill to come' : 'waits for a drill';
    const cost = memoryBytes === undefined ? '' : ` and takes ${Math.round(memoryBytes / 2 ** 20)} MiB`;
    output.say(`Cluster ${id} (${shape}, Kubernetes ${versions.from}) ${what}${cost}.`);
  }
  if (options.json === true) output.json(rows);
  else if (rows.length === 0) output.say('There are no sessions.');
  else {
    table(
      output,
      ['SESSION', 'SCENARIO', 'STATE', 'CREATED', 'OPERATIONS'],
      rows.map((row) => [row.id, row.scenario, row.state, row.createdAt, row.verdict?.operations ?? '-']),
    );
  }
  return exitCodes.ok;
}

export async function clean(
  { kubewright, output }: CommandContext,
  options: { json?: boolean; all?: boolean; allStores?: boolean; golden?: boolean },
): Promise<number> {
  const { reaped, left } = await kubewright().clean({
    all: options.all === true,
    allStores: options.allStores === true,
    onSession: (session) => output.say(`reaping session ${session}`),
  });
  const golden = await kubewright().provider.clearGolden({
    all: options.golden === true,
    allStores: options.allStores === true,
  });
  if (options.json === true) output.json({ reaped, left, ...(options.golden === true ? { golden } : {}) });
  else {
    output.say(reaped.length === 0 ? 'There was no session to clean.' : `Reaped: ${reaped.join(', ')}`);
    if (golden.unfinished > 0)
      output.say(`Clusters taken down that were to become golden states and never did: ${golden.unfinished}`);
    if (golden.removed > 0)
      output.say(`Removed ${golden.removed} golden states, ${Math.round(golden.bytes / 2 ** 20)} MiB.`);
    if (golden.inUse > 0) output.say(`Kept ${golden.inUse} golden states that running sessions were restored from.`);
  }
  return left === 0 ? exitCodes.ok : exitCodes.environment;
}
