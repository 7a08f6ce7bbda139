import type { Debrief, DebriefCommand } from '../../../engine/domain/debrief.ts';
import type { Verdict } from '../../../engine/domain/verdict.ts';
import type { DebriefPage } from '../../../engine/engine.ts';

/**
 * The record of a drill that never was: a control plane and a worker brought to the next minor, with everything in it that
 * the page of a debrief can draw. In a hurry the learner let the worker's kubelet go without a drain.
 */
const startedAt = Date.UTC(2026, 10, 27, 9, 30);
const end = 318_000;
const [old, target] = ['v1.34.4', 'v1.35.4'];

const commands: readonly DebriefCommand[] = [
  { at: 4_000, end: 4_600, exit: 0, text: 'kubectl get nodes', machine: 'student', terminal: 'student-1' },
  {
    at: 21_000,
    end: 98_000,
    exit: 0,
    text: 'sudo kubeadm upgrade apply v1.35.4 -y',
    machine: 'cp1',
    terminal: 'cp1-1',
  },
  { at: 104_000, end: 109_500, exit: 0, text: 'sudo systemctl restart kubelet', machine: 'cp1', terminal: 'cp1-1' },
  { at: 131_000, end: 131_400, exit: 0, text: 'kubectl cordon w1', machine: 'student', terminal: 'student-1' },
  {
    ...{ at: 158_000, end: 164_000, exit: 100, machine: 'w1', terminal: 'w1-1' },
    text: 'sudo apt-get install -y --allow-change-held-packages kubelet=1.35.4-1.1 kubectl=1.35.4-1.1 kubeadm=1.35.4-1.1',
  },
  { at: 171_000, end: 229_000, exit: 0, text: 'sudo kubeadm upgrade node', machine: 'w1', terminal: 'w1-1' },
  { at: 262_000, end: 262_500, exit: 0, text: 'kubectl uncordon w1', machine: 'student', terminal: 'student-1' },
  { at: 280_000, text: 'kubectl get nodes --watch', machine: 'student', terminal: 'student-1' },
];

const debrief: Debrief = {
  ...{ format: 1, scenario: 'upgrade-control-plane', title: 'The next minor', startedAt, from: -20_000, to: end },
  commands,
  acts: [
    {
      ...{ at: 131_200, lastAt: 131_200, count: 1, who: 'kubernetes-admin', code: 200 },
      ...{ text: 'cordon node w1', key: 'cordon node w1' },
    },
    {
      ...{ at: 176_000, lastAt: 190_000, count: 3, who: 'kubernetes-admin', code: 403 },
      ...{ text: 'delete pod shop/web-6f9d7c-b2x4z', key: 'delete pod shop/web' },
    },
    {
      ...{ at: 262_300, lastAt: 262_300, count: 1, who: 'kubernetes-admin', code: 200 },
      ...{ text: 'uncordon node w1', key: 'uncordon node w1' },
    },
  ],
  changes: [
    { at: 61_000, node: 'cp1', text: 'kube-apiserver.yaml was written', key: 'kube-apiserver.yaml' },
    { at: 163_000, node: 'w1', text: 'kubelet is 1.35.4', key: 'kubelet' },
  ],
  nodes: [
    {
      name: 'cp1',
      spans: [
        { from: -20_000, to: 107_000, ready: 'True', cordoned: false, version: old },
        { from: 107_000, to: end, ready: 'True', cordoned: false, version: target },
      ],
    },
    {
      name: 'w1',
      spans: [
        { from: -20_000, to: 131_000, ready: 'True', cordoned: false, version: old },
        { from: 131_000, to: 196_000, ready: 'True', cordoned: true, version: old },
        { from: 196_000, to: 232_000, ready: 'Unknown', cordoned: true, version: old },
        { from: 232_000, to: 262_000, ready: 'True', cordoned: true, version: target },
        { from: 262_000, to: end, ready: 'True', cordoned: false, version: target },
      ],
    },
    { name: 'w2', spans: [{ from: -20_000, to: end, ready: 'True', cordoned: false, version: old }] },
  ],
  workloads: [
    {
      name: 'shop/web',
      steps: [
        { at: -20_000, ready: 2, total: 2 },
        { at: 196_000, ready: 0, total: 2 },
        { at: 227_000, ready: 1, total: 2 },
        { at: 236_000, ready: 2, total: 2 },
      ],
    },
    { name: 'shop/cache', steps: [{ at: -20_000, ready: 1, total: 1 }] },
  ],
  services: [
    {
      ...{ name: 'shop/front', sent: 338, ok: 307, gaps: [{ from: 196_000, to: 227_000 }] },
      spans: [
        { from: -20_000, to: 196_000, state: 'up' },
        { from: 196_000, to: 227_000, state: 'down' },
        { from: 227_000, to: 236_000, state: 'partly' },
        { from: 236_000, to: end, state: 'up' },
      ],
    },
  ],
  apiServers: [
    {
      node: 'cp1',
      spans: [
        { from: -20_000, to: 62_000, version: old },
        { from: 62_000, to: 81_000 },
        { from: 81_000, to: end, version: target },
      ],
    },
  ],
  etcd: [
    {
      node: 'cp1',
      spans: [
        { from: -20_000, to: 38_000, answers: true },
        { from: 38_000, to: 51_000, answers: false },
        { from: 51_000, to: end, answers: true },
      ],
      points: [
        { at: -20_000, revision: 1_204, term: 2, leads: true },
        { at: 30_000, revision: 1_391, term: 2, leads: true },
        { at: 51_000, revision: 1_402, term: 3, leads: true },
        { at: 140_000, revision: 1_877, term: 3, leads: true },
        { at: 240_000, revision: 2_466, term: 3, leads: true },
        { at: end, revision: 2_790, term: 3, leads: true },
      ],
    },
  ],
  faults: [{ at: -12_000, kind: 'held-packages' }],
  events: [{ at: 120_000, id: 'a-rush-of-customers' }],
  checks: [
    {
      ...{ id: 'control-plane-version', role: 'objective' },
      turns: [
        { at: 0, result: 'failed' },
        { at: 64_000, result: 'errored' },
        { at: 110_000, result: 'passed' },
      ],
    },
    {
      ...{ id: 'front-answers', role: 'safeguard' },
      turns: [
        { at: 0, result: 'passed' },
        { at: 200_000, result: 'failed' },
      ],
    },
  ],
  unseen: [{ from: 288_000, to: 294_000 }],
};

/** The same drill as the procedure of the scenario does it: one node after the other, and nobody notices. */
const reference: Debrief = {
  ...debrief,
  to: 262_000,
  commands: [
    { at: 2_000, end: 82_000, exit: 0, text: 'sudo kubeadm upgrade apply v1.35.4 -y', machine: 'cp1' },
    { at: 92_000, end: 101_000, exit: 0, text: 'kubectl drain w1 --ignore-daemonsets', machine: 'student' },
    { at: 118_000, end: 171_000, exit: 0, text: 'sudo kubeadm upgrade node', machine: 'w1' },
    { at: 190_000, end: 190_400, exit: 0, text: 'kubectl uncordon w1', machine: 'student' },
  ],
  acts: [
    {
      ...{ at: 92_400, lastAt: 92_400, count: 1, who: 'kubernetes-admin', code: 200 },
      ...{ text: 'cordon node w1', key: 'cordon node w1' },
    },
    {
      ...{ at: 93_000, lastAt: 99_000, count: 2, who: 'kubernetes-admin', code: 201 },
      ...{ text: 'evict pod shop/web-6f9d7c-b2x4z', key: 'evict pod shop/web' },
    },
  ],
  changes: [],
  nodes: [
    {
      name: 'w1',
      spans: [
        { from: -20_000, to: 92_000, ready: 'True', cordoned: false, version: old },
        { from: 92_000, to: 172_000, ready: 'True', cordoned: true, version: old },
        { from: 172_000, to: 190_000, ready: 'True', cordoned: true, version: target },
        { from: 190_000, to: 262_000, ready: 'True', cordoned: false, version: target },
      ],
    },
  ],
  workloads: [
    {
      name: 'shop/web',
      steps: [
        { at: -20_000, ready: 2, total: 2 },
        { at: 94_000, ready: 2, total: 3 },
        { at: 99_000, ready: 2, total: 2 },
      ],
    },
  ],
  services: [
    {
      ...{ name: 'shop/front', sent: 280, ok: 280, gaps: [] },
      spans: [{ from: -20_000, to: 262_000, state: 'up' }],
    },
  ],
  apiServers: [
    {
      node: 'cp1',
      spans: [
        { from: -20_000, to: 41_000, version: old },
        { from: 41_000, to: 58_000 },
        { from: 58_000, to: 262_000, version: target },
      ],
    },
  ],
  etcd: [],
  events: [],
  checks: [],
  unseen: [],
};

const verdict: Verdict = {
  exam: 'passed',
  operations: 'failed',
  checks: [
    {
      ...{ id: 'control-plane-version', task: 'upgrade', role: 'objective', mode: 'converge', result: 'passed' },
      ...{ expected: 'The control plane runs v1.35.4.', found: 'cp1 runs v1.35.4.' },
      meaning: 'A minor that gets no patches any more is a matter of time.',
    },
    {
      ...{ id: 'front-answers', task: 'upgrade', role: 'safeguard', mode: 'hold', result: 'failed' },
      ...{ expected: 'shop/front is never silent for 5 s.', found: 'It was silent for 31 s from 3:16 on.' },
      meaning: 'The customers were the first to notice.',
    },
  ],
};

/** What the page of a debrief gets. */
export const fakeDebrief = {
  result: {
    ...{ number: 1, session: 's1', scenario: 'upgrade-control-plane', doneBy: 'learner', verdict },
    ...{ startedAt, finishedAt: startedAt + end },
  },
  ...{ title: 'The next minor', domain: 'cluster-architecture', minutes: 20 },
  recordings: [
    { terminal: 'student-1', machine: 'student' },
    { terminal: 'cp1-1', machine: 'cp1' },
    { terminal: 'w1-1', machine: 'w1' },
  ],
  debrief,
  reference: { debrief: reference, isCurrent: true },
  parting: {
    ...{ kind: 'other', at: 171_000, deed: 'upgrade the kubelet of w1 with its pods on it' },
    instead: { at: 92_000, text: 'drain node w1' },
    consequences: [
      { at: 196_000, text: 'shop/front does not answer for 31 s' },
      { at: 196_000, text: 'shop/web has no Ready pod' },
      { at: 196_000, text: 'node w1 is silent' },
    ],
  },
} as const satisfies DebriefPage;

const answers: Readonly<Record<string, string>> = {
  'kubectl get nodes': [
    'NAME   STATUS   ROLES           AGE   VERSION',
    `cp1    Ready    control-plane   9m    ${old}`,
    `w1     Ready    <none>          8m    ${old}`,
    `w2     Ready    <none>          8m    ${old}`,
  ].join('\r\n'),
  'kubectl cordon w1': 'node/w1 cordoned',
  'kubectl uncordon w1': 'node/w1 uncordoned',
  'sudo kubeadm upgrade apply v1.35.4 -y': `[upgrade] SUCCESS! A control plane node of your cluster was upgraded to "${target}".`,
};

/** The recording of one of its terminals, asciicast v2. As with a real shell, what comes first draws nothing. */
export function fakeCast(terminal: string): string {
  const machine = terminal.replace(/-\d+$/, '');
  const prompt = `\u001b[32mstudent@${machine}\u001b[0m:~$ `;
  const own = commands.filter((command) => command.terminal === terminal);
  const output = (at: number, text: string) => JSON.stringify([at / 1000, 'o', text]);
  return [
    JSON.stringify({ version: 2, width: 96, height: 24, timestamp: startedAt / 1000 }),
    output(200, '\u001b[?2004h'),
    output(900, prompt),
    ...own.flatMap(({ at, end: ended, text }) => [
      output(at, `${text}\r\n`),
      ...(ended === undefined ? [] : [output(ended, `${answers[text] ?? 'done'}\r\n${prompt}`)]),
    ]),
    '',
  ].join('\n');
}
