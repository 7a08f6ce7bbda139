import type { Debrief, DebriefCommand, Parting } from '../../../engine/domain/debrief.ts';
import type { DebriefPage } from '../../../engine/engine.ts';
import { api, wordsOf } from '../api.ts';
import { toast } from '../dialog.ts';
import { button, h, replaceChildren, type View } from '../dom.ts';
import { icon } from '../icons.ts';
import { problem } from '../problem.ts';
import { resultList, spokenVerdict, verdictCards } from '../results.ts';
import { saveFile } from '../save-file.ts';
import { tabList } from '../tab-list.ts';
import { durationText } from '../time.ts';
import { momentText } from './scale.ts';
import { timelineView } from './timeline.ts';

/** A drill looked at from behind: what happened when, beside how the reference procedure went. Needs no cluster. */
export function debriefPage(result: string): View {
  const element = h(
    'main',
    { class: 'page debrief', attr: { 'aria-busy': 'true' } },
    h('h1', {}, 'Debrief'),
    h('p', { class: 'waiting-line' }, 'Loading …'),
  );
  const views: View[] = [];
  let isGone = false;
  const load = async () => {
    try {
      const page = await api.debrief(result);
      if (isGone) return;
      element.removeAttribute('aria-busy');
      replaceChildren(element, ...content(page, views));
      document.title = `Debrief: ${page.title} · kubewright`;
    } catch (error) {
      replaceChildren(
        element,
        h('h1', {}, 'Debrief'),
        problem(wordsOf(error), button('Try again', { onClick: () => void load() })),
      );
    }
  };
  void load();
  return {
    element,
    dispose() {
      isGone = true;
      for (const view of views) view.dispose();
    },
  };
}

function content(page: DebriefPage, views: View[]): HTMLElement[] {
  const { result, debrief, reference, parting } = page;
  const { verdict } = result;
  const top = [
    h('p', { class: 'eyebrow' }, h('a', { attr: { href: '#/progress' } }, 'Progress'), ' / Debrief'),
    h('h1', {}, page.title),
    h('p', { class: 'spoken', attr: { role: 'status' } }, spokenVerdict(verdict)),
    verdictCards(verdict),
  ];
  const checks = h(
    'details',
    { class: 'fold', testid: 'debrief-checks' },
    h('summary', {}, `Every check (${verdict.checks.length})`),
    resultList(verdict.checks),
  );
  if (debrief === undefined) {
    const words = {
      message: 'Nothing was kept of this drill but its verdict.',
      remedy: 'It was judged before debriefs were kept, or its record could not be read.',
    };
    return [...top, problem(words), checks];
  }

  const recordings = recordingsPart(page, debrief, views, (at) => timeline.playhead(at));
  const timeline = timelineView({
    debrief,
    reference: reference?.debrief,
    parting: parting === undefined || parting.kind === 'none' ? undefined : parting.at,
    onSeek: (at, terminal) => recordings?.seek(at, terminal),
  });
  views.push(timeline);
  return [
    ...top,
    figures(page, debrief),
    ...(parting === undefined ? [] : [partingPart(parting, verdict.operations === 'passed')]),
    h(
      'section',
      { class: 'debrief-part', attr: { 'aria-labelledby': 'timeline-title' } },
      h('h2', { attr: { id: 'timeline-title' } }, 'What happened'),
      reference === undefined
        ? h(
            'p',
            { class: 'note' },
            'No reference procedure has been recorded for this drill yet: "kubewright verify" with --references does.',
          )
        : !reference.isCurrent &&
            h('p', { class: 'note' }, 'The reference procedure was recorded on an earlier version of this drill.'),
      timeline.element,
    ),
    commandsPart(debrief, recordings),
    ...(recordings === undefined ? [] : [recordings.element]),
    checks,
  ];
}

function figures({ result, minutes }: DebriefPage, debrief: Debrief): HTMLElement {
  const silent = debrief.services.flatMap(({ gaps }) => gaps);
  const longest = Math.max(0, ...silent.map(({ from, to }) => to - from));
  return h(
    'dl',
    { class: 'figures' },
    figure('Time', durationText(result.finishedAt - result.startedAt)),
    minutes !== undefined && figure('Planned', `${minutes} min`),
    figure('Commands', String(debrief.commands.length)),
    figure('Changes through the API', String(debrief.acts.reduce((sum, act) => sum + act.count, 0))),
    debrief.services.length > 0 &&
      figure('Longest silence of a service', longest === 0 ? 'none' : durationText(longest)),
  );
}

function figure(name: string, value: string): HTMLElement {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value));
}

const partingWords = {
  other: 'Here you did something that the reference procedure never does.',
  order: 'Here you did what the reference procedure does at another point.',
  missing: 'The reference procedure goes on from here; you did not.',
  none: 'You did the same things in the same order as the reference procedure.',
} as const satisfies Record<Parting['kind'], string>;

function partingPart(parting: Parting, isFine: boolean): HTMLElement {
  const { kind, at, deed, instead, consequences } = parting;
  const row = (who: string, moment: number, text: string) =>
    h(
      'div',
      { class: 'parting-row' },
      h('span', { class: 'parting-who' }, who),
      h('span', { class: 'moment' }, momentText(moment)),
      h('span', { class: 'parting-text' }, text),
    );
  return h(
    'section',
    {
      class: `parting parting-${kind}`,
      testid: 'parting',
      attr: { 'data-kind': kind, 'aria-labelledby': 'parting-title' },
    },
    h('h2', { attr: { id: 'parting-title' } }, kind === 'none' ? 'The same way' : 'Where the ways part'),
    h('p', {}, partingWords[kind], kind !== 'none' && isFine && ' Every check holds: more than one way is right.'),
    deed !== undefined && row('You', at, deed),
    instead !== undefined && row('Reference', instead.at, instead.text),
    consequences.length > 0 &&
      h(
        'div',
        { class: 'parting-after' },
        h('h3', {}, 'What came of it'),
        ...consequences.slice(0, 6).map((one) => row('', one.at, one.text)),
      ),
  );
}

interface Recordings {
  readonly element: HTMLElement;
  seek(at: number, terminal: string | undefined): void;
}

function recordingsPart(
  { result, recordings }: DebriefPage,
  debrief: Debrief,
  views: View[],
  onMoment: (at: number | undefined) => void,
): Recordings | undefined {
  if (recordings.length === 0) return undefined;
  const players = new Map<string, Promise<{ seek(at: number): void }>>();
  let current = recordings[0]?.terminal ?? '';
  const playerOf = (terminal: string, panel: HTMLElement) => {
    const known = players.get(terminal);
    if (known !== undefined) return known;
    const made = (async () => {
      const [{ cast }, { playerView }] = await Promise.all([
        api.recording(result.number, terminal),
        import('./player.ts'),
      ]);
      // A prompt alone says little: it opens where the first command has answered.
      const first = debrief.commands.find((command) => command.terminal === terminal);
      const view = playerView({
        cast,
        zero: debrief.startedAt,
        ...(first === undefined ? {} : { opensAt: first.end ?? first.at }),
        onMoment: (at) => terminal === current && onMoment(at),
      });
      views.push(view);
      panel.append(
        view.element,
        h(
          'p',
          { class: 'note' },
          button('Download', {
            testid: 'download-cast',
            title: 'asciicast v2, plays with asciinema, too',
            onClick: () => saveFile(`${result.scenario}-${terminal}.cast`, 'application/x-asciicast', cast),
          }),
          ' asciicast v2, plays with asciinema, too',
        ),
      );
      return view;
    })();
    players.set(terminal, made);
    made.catch((error: unknown) => {
      players.delete(terminal);
      toast(wordsOf(error));
    });
    return made;
  };
  const panels = new Map(recordings.map(({ terminal }) => [terminal, h('div', { class: 'recording' })]));
  const tabs = tabList({
    label: 'Terminals',
    kind: 'recordings',
    tabs: recordings.map(({ terminal, machine }) => ({
      ...{ id: terminal, label: terminal, testid: `recording-${terminal}` },
      icon: icon(machine === 'student' ? 'host' : 'node', 14),
      panel: panels.get(terminal) ?? h('div'),
    })),
    onSelect: (terminal, panel) => {
      current = terminal;
      void playerOf(terminal, panel).catch(() => undefined);
    },
  });
  const element = h(
    'section',
    { class: 'debrief-part', testid: 'recordings', attr: { 'aria-labelledby': 'recordings-title' } },
    h('h2', { attr: { id: 'recordings-title' } }, 'Recording of the terminals'),
    tabs.element,
  );
  requestAnimationFrame(() => tabs.select(current));
  return {
    element,
    seek(at, terminal) {
      const wanted = terminal ?? current;
      if (wanted !== current) tabs.select(wanted);
      const panel = panels.get(wanted);
      if (panel === undefined) return;
      void playerOf(wanted, panel).then(
        (player) => {
          player.seek(at);
          if (terminal !== undefined) element.scrollIntoView({ block: 'nearest' });
        },
        () => undefined,
      );
    },
  };
}

function commandsPart(debrief: Debrief, recordings: Recordings | undefined): HTMLElement {
  const { commands } = debrief;
  if (commands.length === 0) return h('p', { class: 'note' }, 'No command was recorded.');
  return h(
    'section',
    { class: 'debrief-part', attr: { 'aria-labelledby': 'commands-title' } },
    h('h2', { attr: { id: 'commands-title' } }, 'Commands'),
    h(
      'div',
      { class: 'table-frame', attr: { tabindex: '0', role: 'region', 'aria-labelledby': 'commands-title' } },
      h(
        'table',
        { class: 'commands', testid: 'commands' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ...['At', 'Machine', 'Command', 'Took', 'Exit'].map((name) => h('th', { attr: { scope: 'col' } }, name)),
          ),
        ),
        h('tbody', {}, ...commands.map((command) => commandRow(command, recordings))),
      ),
    ),
  );
}

function commandRow(command: DebriefCommand, recordings: Recordings | undefined): HTMLElement {
  const { at, end, exit, text, machine, terminal } = command;
  const moment = momentText(at);
  const isBad = exit !== undefined && exit !== 0;
  return h(
    'tr',
    { testid: 'command', attr: { 'data-at': String(Math.round(at)) } },
    h(
      'td',
      { class: 'moment' },
      terminal === undefined || recordings === undefined
        ? moment
        : button(moment, {
            kind: 'quiet',
            title: 'See it in the recording',
            onClick: () => recordings.seek(end ?? at, terminal),
          }),
    ),
    h('td', {}, machine),
    h('td', { class: 'command-text' }, h('code', {}, text)),
    h('td', { class: 'moment' }, end === undefined ? '' : durationText(end - at)),
    h('td', { class: isBad ? 'exit-bad' : '' }, exit === undefined ? '' : String(exit)),
  );
}
