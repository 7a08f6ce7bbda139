import type { PoolState, WaitingRow } from '../../engine/engine.ts';
import { h, replaceChildren } from './dom.ts';
import { icon } from './icons.ts';

export interface PoolLine {
  readonly element: HTMLElement;
  tell(pool: PoolState): void;
}

/** What waits for a drill, what it saves and what it costs; nothing where no cluster is kept waiting. */
export function poolLine(): PoolLine {
  const element = h('p', { class: 'pool-line', testid: 'pool-line', attr: { role: 'status' } });
  element.hidden = true;
  return {
    element,
    tell({ size, waiting }) {
      element.hidden = size === 0 && waiting.length === 0;
      const ready = waiting.filter(isReady);
      const words =
        ready.length > 0
          ? ready.map(inWords).join(' ')
          : 'A cluster is being made ahead; drills can be started meanwhile, too.';
      replaceChildren(element, icon('clock', 14), h('span', {}, words));
    },
  };
}

/** Whether a drill of this scenario would find its cluster made. */
export function waitsFor(scenario: string, { waiting }: PoolState): boolean {
  return waiting.some((row) => isReady(row) && row.scenarios.includes(scenario));
}

const isReady = ({ readyAt }: WaitingRow) => readyAt !== undefined;

function inWords({ shape, versions, scenarios, tookMs, memoryBytes, cores }: WaitingRow): string {
  const kind = `${shape.replaceAll('-', ' ')}, v${versions.from}${versions.to === undefined ? '' : ` → v${versions.to}`}`;
  const gain = tookMs === undefined ? '' : ` and saves ${Math.round(tookMs / 1000)} s`;
  const costs = [
    ...(memoryBytes === undefined ? [] : [`${Math.round(memoryBytes / 2 ** 20)} MiB`]),
    ...(cores === undefined ? [] : [`${cores} of a core`]),
  ];
  return `A cluster waits (${kind}): it fits ${scenarios.length} drills${gain}${costs.length === 0 ? '' : `; it takes ${costs.join(' and ')}`}.`;
}
