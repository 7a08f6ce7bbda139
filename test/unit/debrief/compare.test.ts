import { describe, expect, test } from 'vitest';
import { findParting } from '../../../engine/debrief/compare.ts';
import { makeDebrief } from '../../../engine/debrief/make-debrief.ts';
import type { Act, TimelineEvent } from '../../../engine/domain/timeline.ts';
import { act, node, pod } from '../checks/record-builder.ts';
import { sourcesOf } from './debrief-sources.ts';

const way = (...events: TimelineEvent[]) => makeDebrief(sourcesOf(events));
const evict = (second: number, name: string) => act(second, { verb: 'create', subresource: 'eviction', name });
const cordon = (second: number) =>
  act(second, { verb: 'patch', resource: 'nodes', namespace: '', name: 'w1', unschedulable: true });
const scale = (second: number): TimelineEvent =>
  act(second, { verb: 'patch', resource: 'deployments', subresource: 'scale', name: 'api' } satisfies Partial<Act>);
const reference = way(cordon(2), scale(4), evict(6, 'api-7c9f8d6b5f-x2x4z'), evict(7, 'api-7c9f8d6b5f-bbbbb'));

describe('where the ways part', () => {
  test('nowhere when the same was done in the same order, whatever the pods were called and however long it took', () => {
    const mine = way(cordon(10), scale(30), evict(40, 'api-6d4cf56db6-cdfgh'));
    expect(findParting(mine, reference)).toEqual({ kind: 'none', at: 0, consequences: [] });
  });

  test('at the first deed that the reference never does, with what came of it', () => {
    const gone = [
      pod(-5, { name: 'api-1', labels: { app: 'api' } }),
      pod(13, { name: 'api-1', labels: { app: 'api' }, change: 'gone' }),
    ];
    const mine = way(
      gone[0] as TimelineEvent,
      cordon(10),
      act(12, { name: 'api-6d4cf56db6-cdfgh' }),
      gone[1] as TimelineEvent,
    );
    expect(findParting(mine, reference)).toEqual({
      kind: 'other',
      at: 12_000,
      deed: 'delete pod shop/api-6d4cf56db6-cdfgh',
      instead: { at: 4_000, text: 'scale deployment shop/api' },
      consequences: [{ at: 13_000, text: 'shop/api has no pods any more' }],
    });
  });

  test('at a deed that comes too early', () => {
    const mine = way(cordon(1), evict(5, 'api-7c9f8d6b5f-x2x4z'), scale(9));
    expect(findParting(mine, reference)).toMatchObject({
      ...{ kind: 'order', at: 5_000, deed: 'evict pod shop/api-7c9f8d6b5f-x2x4z' },
      instead: { text: 'scale deployment shop/api' },
    });
  });

  test('where something was left out', () => {
    expect(findParting(way(cordon(3), scale(8)), reference)).toEqual({
      ...{ kind: 'missing', at: 8_000, consequences: [] },
      instead: { at: 6_000, text: 'evict pod shop/api-7c9f8d6b5f-x2x4z' },
    });
    expect(findParting(way(), reference)).toMatchObject({
      kind: 'missing',
      at: 0,
      instead: { text: 'cordon node w1' },
    });
  });

  test('a state that lasted no longer than a glance is nothing that came of it', () => {
    const mine = way(
      node(-5),
      cordon(1),
      scale(2),
      evict(3, 'api-7c9f8d6b5f-x2x4z'),
      node(10, { ready: 'False' }),
      node(11),
    );
    expect(findParting(mine, reference).consequences.map(({ text }) => text)).not.toContain('w1 is not Ready');
  });
});
