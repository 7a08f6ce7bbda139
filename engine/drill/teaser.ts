import type { Scenario } from '../scenario/scenario.ts';

/**
 * What the catalogue says of a scenario: the whole sentences of the first paragraph of its first task, without markup.
 * Patch releases are known when a session begins; before that their minor stands for them.
 */
export function teaserOf({ tasks, texts, versions }: Pick<Scenario, 'tasks' | 'texts' | 'versions'>): string {
  const text = texts[tasks[0]?.id ?? ''] ?? '';
  const paragraph =
    text.split(/\n\s*\n/).find((candidate) => candidate.trim() !== '' && !candidate.startsWith('#')) ?? '';
  const plain = paragraph
    .replaceAll(/\$\{(FROM|TO)_VERSION\}/g, (_, which: string) => (which === 'TO' ? versions.to : versions.from) ?? '')
    .replaceAll(/[`*]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  // "Repair it, so that" goes on in a list that a card has no room for.
  return /^.*[.!?](?=\s|$)/.exec(plain)?.[0] ?? plain;
}
