import type { ClusterLook, NodeLook, PodLook, ServiceLook, WorkloadLook } from '../../engine/domain/aids.ts';
import { h, replaceChildren } from './dom.ts';
import { icon } from './icons.ts';

export interface Strip {
  readonly element: HTMLElement;
  show(look: ClusterLook): void;
  /** What was seen last stays; it is said that nothing moves until somebody types. */
  rest(isResting: boolean): void;
}

/** Squares beyond this are only counted. */
const mostSquares = 12;
const readyWords = { True: 'Ready', False: 'NotReady', Unknown: 'Unknown' } as const;
const serviceWords = {
  up: 'answers',
  partly: 'answers partly',
  down: 'does not answer',
  unseen: 'is not asked',
} as const satisfies Record<ServiceLook['state'], string>;
const podWords = {
  ready: 'Ready',
  waiting: 'not Ready',
  ending: 'terminating',
  failed: 'failed',
  done: 'completed',
} as const satisfies Record<PodLook['state'], string>;

const restingText = 'The cluster rests, as its drill is judged. Type in a terminal and it goes on.';

/** A line with the cluster as it is now: nodes, pods of the workloads, and whether services answer. */
export function clusterStrip(): Strip {
  // There from the start: a terminal that lost two rows when the first look came would have its shell draw anew.
  const line = h('div', { class: 'strip-line' }, h('span', { class: 'chip-soft' }, 'Looking at the cluster …'));
  const spoken = h('p', { class: 'spoken', attr: { role: 'status' } });
  const element = h(
    'section',
    { class: 'strip', testid: 'strip', attr: { 'aria-label': 'The cluster now', tabindex: '0' } },
    line,
    spoken,
  );
  let last: ClusterLook | undefined;
  let isResting = false;
  const draw = () => {
    const isSilent = last?.witness === 'silent' || last?.api === 'silent';
    element.classList.toggle('strip-stale', isSilent || isResting);
    replaceChildren(
      line,
      isResting && h('span', { class: 'strip-note strip-resting', testid: 'resting' }, icon('clock', 14), restingText),
      !isResting && last?.witness === 'silent' && note('The recorder is silent: this is what was seen last.'),
      !isResting &&
        last?.witness === 'records' &&
        last.api === 'silent' &&
        note('The API server does not answer: this was seen last.'),
      ...(last === undefined ? [] : parts(last)),
    );
  };

  return {
    element,
    show(look) {
      const news = newsOf(last, look);
      if (news !== '') spoken.textContent = news;
      last = look;
      draw();
    },
    rest(rests) {
      if (isResting === rests) return;
      isResting = rests;
      spoken.textContent = rests ? restingText : 'The cluster goes on.';
      draw();
    },
  };
}

function parts({ nodes, workloads, services }: ClusterLook): readonly HTMLElement[] {
  const list = (name: string, items: readonly HTMLElement[]) =>
    h('ul', { class: 'strip-part', attr: { 'aria-label': name } }, ...items);
  return [
    list('Nodes', nodes.map(nodeItem)),
    ...(workloads.length > 0 ? [list('Pods', workloads.map(workloadItem))] : []),
    ...(services.length > 0 ? [list('Services', services.map(serviceItem))] : []),
  ];
}

function note(text: string): HTMLElement {
  return h('span', { class: 'strip-note' }, icon('errored', 14), text);
}

function nodeItem({ name, ready, cordoned, version }: NodeLook): HTMLElement {
  const words = `${name} is ${readyWords[ready]}${cordoned ? ', cordoned' : ''}, ${version}`;
  const tone = ready === 'True' ? 'good' : ready === 'False' ? 'bad' : 'unsure';
  const sign = ready === 'True' ? 'passed' : ready === 'False' ? 'failed' : 'errored';
  return h(
    'li',
    {
      class: `chip chip-${tone}`,
      testid: `node-${name}`,
      attr: { 'data-ready': ready, 'data-cordoned': String(cordoned), title: words },
    },
    icon(sign, 13),
    h('b', {}, name),
    ready !== 'True' && h('span', { class: 'chip-word' }, readyWords[ready]),
    cordoned && h('span', { class: 'chip-word chip-cordoned' }, 'cordoned'),
    h('span', { class: 'chip-soft' }, version),
  );
}

function workloadItem({ name, pods }: WorkloadLook): HTMLElement {
  const live = pods.filter((pod) => pod.state !== 'done');
  const ready = live.filter((pod) => pod.state === 'ready').length;
  const each = pods.map((pod) => `${pod.name} on ${pod.node === '' ? 'no node' : pod.node}: ${podWords[pod.state]}`);
  return h(
    'li',
    { class: 'chip', testid: `pods-${name}`, attr: { title: each.join('\n') } },
    h('span', { class: 'chip-name' }, name),
    h(
      'span',
      { class: 'pods', attr: { 'aria-hidden': 'true' } },
      ...pods.slice(0, mostSquares).map((pod) => h('i', { class: `pod pod-${pod.state}` })),
    ),
    h('span', { class: 'chip-soft' }, `${ready}/${live.length}`),
    h('span', { class: 'spoken' }, ' Ready'),
  );
}

function serviceItem({ name, state }: ServiceLook): HTMLElement {
  const tone = state === 'up' ? 'good' : state === 'down' ? 'bad' : 'unsure';
  const sign = state === 'up' ? 'passed' : state === 'down' ? 'failed' : 'errored';
  return h(
    'li',
    {
      class: `chip chip-${tone}`,
      testid: `service-${name}`,
      attr: { 'data-state': state, title: `Requests to ${name} in the last seconds: it ${serviceWords[state]}` },
    },
    icon(sign, 13),
    h('span', { class: 'chip-name' }, name),
    h('span', { class: state === 'up' ? 'spoken' : 'chip-word' }, ` ${serviceWords[state]}`),
  );
}

/** What is said aloud: a node or a service that turned. */
function newsOf(before: ClusterLook | undefined, now: ClusterLook): string {
  if (before === undefined) return '';
  const nodes = now.nodes.flatMap((node) => {
    const was = before.nodes.find((other) => other.name === node.name);
    if (was === undefined) return [`${node.name} has joined`];
    if (was.ready !== node.ready) return [`${node.name} is ${readyWords[node.ready]}`];
    return was.cordoned === node.cordoned ? [] : [`${node.name} is ${node.cordoned ? '' : 'no longer '}cordoned`];
  });
  const services = now.services.flatMap((service) => {
    const was = before.services.find((other) => other.name === service.name);
    return was === undefined || was.state === service.state ? [] : [`${service.name} ${serviceWords[service.state]}`];
  });
  return [...nodes, ...services].join('. ');
}
