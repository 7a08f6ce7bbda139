import type { DebriefSources } from '../../../engine/debrief/make-debrief.ts';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { at, start } from '../checks/record-builder.ts';

/** A drill of a minute with nothing in it but what the test says. */
export function sourcesOf(timeline: readonly TimelineEvent[], more: Partial<DebriefSources> = {}): DebriefSources {
  return {
    ...{ scenario: 'mend-the-door', title: 'Mend the door', readyAt: start, finishedAt: at(60), timeline },
    ...{ recordings: [], trace: '', faults: [], happened: {}, looks: [], ...more },
  };
}
