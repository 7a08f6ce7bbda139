import type { PlannedDrill } from '../../../engine/drill/planned-drill.ts';

/** A drill on the fake world: one objective that converges, one safeguard, one event. */
export function smallDrill(changes: Partial<PlannedDrill> = {}): PlannedDrill {
  return {
    scenario: 'mend-the-door',
    title: 'Mend the door',
    minutes: 5,
    minor: '1.34',
    shape: { name: 'one-worker', controlPlanes: 1, workers: 1, spares: 0 },
    manifests: [],
    probes: [{ service: 'town/web', nodePort: 30_080, path: '/' }],
    markers: false,
    faults: [],
    checks: [
      {
        id: 'opened',
        task: 'open',
        kind: 'door',
        role: 'objective',
        mode: 'converge',
        withinMs: 5_000,
        holdsAtStart: false,
        spec: { node: 'w1', is: 'open' },
      },
      {
        id: 'never-down',
        task: 'open',
        kind: 'traffic',
        role: 'safeguard',
        mode: 'hold',
        withinMs: 0,
        holdsAtStart: false,
        spec: { service: 'town/web' },
      },
    ],
    tasks: [{ id: 'open', points: 5, markdown: 'Open it.' }],
    events: [
      {
        id: 'guest',
        when: { check: 'opened', is: 'passed' },
        do: { kind: 'write-file', machine: 'student', path: '/opt/guest', text: 'hello' },
      },
    ],
    references: [],
    environment: {},
    ...changes,
  };
}
