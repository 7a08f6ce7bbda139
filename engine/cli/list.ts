import { type CommandContext, exitCodes } from './command.ts';
import { table } from './output.ts';

export async function list(
  { kubewright, output }: CommandContext,
  options: { json?: boolean; scenarios?: string },
): Promise<number> {
  const scenarios = await kubewright().in(options.scenarios).engine.scenarios();
  if (options.json === true) output.json(scenarios);
  else {
    table(
      output,
      ['ID', 'TITLE', 'DOMAIN', 'MINUTES', 'DIFFICULTY', 'KUBERNETES'],
      scenarios.map((scenario) => [
        scenario.id,
        scenario.title,
        scenario.domain,
        String(scenario.minutes),
        scenario.difficulty,
        scenario.versions.to === undefined
          ? scenario.versions.from
          : `${scenario.versions.from} -> ${scenario.versions.to}`,
      ]),
    );
  }
  return exitCodes.ok;
}
