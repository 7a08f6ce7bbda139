import { basename, dirname, join } from 'node:path';
import { scenarioPlace } from '../compose.ts';
import { createScenarioJsonSchema } from '../scenario/json-schema.ts';
import { lintScenario } from '../scenario/lint.ts';
import { loadAll, loadScenario } from '../scenario/load.ts';
import { formatProblem, type Problem } from '../scenario/problem.ts';
import { type CommandContext, exitCodes } from './command.ts';

/** Says everything that is wrong with scenarios; with no path, with all of this installation (or of --scenarios). */
export async function lint(
  { output }: Pick<CommandContext, 'output'>,
  paths: readonly string[],
  options: { json?: boolean; scenarios?: string },
): Promise<number> {
  const { folder, dependencies } = scenarioPlace(options.scenarios);
  const loaded =
    paths.length === 0
      ? [await loadAll(folder, dependencies)]
      : await Promise.all(
          paths.map(async (path) => {
            const place = basename(path) === 'scenario.yaml' ? dirname(path) : path;
            const { scenario, problems } = await loadScenario(place, dependencies);
            return { scenarios: scenario === undefined ? [] : [scenario], problems };
          }),
        );
  const scenarios = loaded.flatMap((result) => result.scenarios);
  const problems: Problem[] = [
    ...loaded.flatMap((result) => result.problems),
    ...scenarios.flatMap((scenario) => lintScenario(scenario, dependencies)),
  ];
  if (options.json === true) output.json({ scenarios: scenarios.map(({ id }) => id), problems });
  else {
    for (const problem of problems) output.line(formatProblem(problem));
    output.say(problems.length === 0 ? `${scenarios.length} scenarios, no problem.` : `${problems.length} problems.`);
  }
  if (problems.length > 0) return exitCodes.no;
  return scenarios.length === 0 ? emptyHanded(output, join(folder)) : exitCodes.ok;
}

function emptyHanded(output: CommandContext['output'], folder: string): number {
  output.say(`There are no scenarios in ${folder}.`);
  return exitCodes.usage;
}

/** Prints the JSON Schema of scenario files, for editors. */
export function schema({ output }: Pick<CommandContext, 'output'>): number {
  output.json(createScenarioJsonSchema(scenarioPlace().dependencies));
  return exitCodes.ok;
}
