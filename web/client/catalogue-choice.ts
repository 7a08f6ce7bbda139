import type { ScenarioSummary } from '../../engine/engine.ts';

/** What a learner looks for in the catalogue. */
export interface Choice {
  /** Words, all of which are somewhere in what is told of the drill. */
  readonly words: string;
  readonly domain?: string;
  /** Leaves out what was passed. */
  readonly onlyToDo: boolean;
}

export const everything: Choice = { words: '', onlyToDo: false };

/** Whether a drill is one of those looked for. */
export function isChosen(
  drill: ScenarioSummary & { readonly teaser: string },
  passed: boolean,
  choice: Choice,
): boolean {
  if (choice.domain !== undefined && drill.domain !== choice.domain) return false;
  if (choice.onlyToDo && passed) return false;
  const { id, title, teaser, domain, difficulty } = drill;
  const said = [id, title, teaser, domain, difficulty].join(' ').toLowerCase();
  return choice.words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}
