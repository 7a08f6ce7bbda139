import { KubewrightError } from '../../engine/domain/errors.ts';
import { mustSucceed, pasteable } from '../../engine/system/exec.ts';
import { installWrapper } from './capability-wrapper.ts';
import { askEngine } from './engine-facts.ts';
import { type EnginePlace, machineEngine } from './engine-place.ts';
import { launchCommand, startEngine } from './engine-start.ts';
import type { Finding, FixAction } from './findings.ts';
import type { HostDeps } from './inspect.ts';
import { inotifyFiles } from './inspections/inotify.ts';

interface FixStep {
  readonly title: string;
  /** What is run, as it could be pasted into a root shell. */
  readonly commands: readonly string[];
  readonly action: FixAction;
}

export interface FixPlan {
  readonly steps: readonly FixStep[];
  /** Problems that only a person can solve here, each with the exact steps. */
  readonly byHand: readonly { readonly title: string; readonly found: string; readonly remedy: string }[];
}

/** The wrapper is registered before packages are installed, since installing docker.io may start the engine. */
const order: readonly FixAction['kind'][] = [
  'capability-wrapper',
  'packages',
  'engine-start',
  'inotify',
  'browser-download',
  'tools',
];

const aptInstall = ['apt-get', 'install', '-y', '--no-install-recommends'];

/** What "doctor --fix" would do, nothing done yet. Empty steps: there is nothing it can or must do. */
export function planFix(findings: readonly Finding[], place: EnginePlace = machineEngine): FixPlan {
  const actions = mergePackages(findings.flatMap((finding) => finding.fix ?? []));
  return {
    steps: order.flatMap((kind) =>
      actions.filter((action) => action.kind === kind).map((action) => describeStep(action, place)),
    ),
    byHand: findings
      .filter((finding) => finding.state === 'problem' && !finding.fixable)
      .map(({ title, found, remedy }) => ({ title, found, remedy: remedy ?? '' })),
  };
}

/** The plan as text for a terminal: what will be done, then what only a person can do. */
export function formatPlan(plan: FixPlan): string {
  const steps = plan.steps.flatMap(({ title, commands }, index) => [
    `${index + 1}. ${title}`,
    ...commands.map((command) => `     ${command}`),
  ]);
  const byHand = plan.byHand.flatMap(({ title, found, remedy }) => [
    `- ${title}: ${found}`,
    ...remedy.split('\n').map((line) => `     ${line}`),
  ]);
  return [...steps, ...(byHand.length === 0 ? [] : ['To be done by you:', ...byHand])]
    .map((line) => `${line}\n`)
    .join('');
}

export interface RunFixOptions {
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Carries the plan out, step by step; each says so on onLine. What was done before a failure stays. */
export async function runFix(plan: FixPlan, deps: HostDeps, options: RunFixOptions): Promise<void> {
  for (const step of plan.steps) {
    options.signal?.throwIfAborted();
    options.onLine(step.title);
    await act(step.action, deps, options);
  }
}

async function act(action: FixAction, deps: HostDeps, options: RunFixOptions): Promise<void> {
  const { host } = deps;
  const place = deps.place ?? machineEngine;
  switch (action.kind) {
    case 'capability-wrapper': {
      // An engine may have come up since the plan was made: its configuration is then no longer ours to write.
      if ((await askEngine(host)).state === 'answers' && place.address === undefined) {
        throw new KubewrightError('HOST_UNFIT', 'an engine is running now; its configuration is left alone');
      }
      return installWrapper(host, place);
    }
    case 'packages':
      return installPackages(deps, action.names, options);
    case 'engine-start':
      return startEngine(host, place, { hasSystemd: action.hasSystemd, signal: options.signal });
    case 'inotify':
      await host.files.write(inotifyFiles.instances, `${action.instances}\n`);
      await host.files.write(inotifyFiles.watches, `${action.watches}\n`);
      return;
    case 'browser-download':
      await mustSucceed(host.exec, browserDownload, options);
      return;
    case 'tools':
      return deps.lab.ensureTools(options.onLine, options.signal);
  }
}

async function installPackages(deps: HostDeps, names: readonly string[], options: RunFixOptions): Promise<void> {
  const run = { ...options, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  await mustSucceed(deps.host.exec, ['apt-get', 'update'], { ...run, onLine: () => {} });
  await mustSucceed(deps.host.exec, [...aptInstall, ...names], run);
}

const browserDownload = ['node_modules/.bin/playwright', 'install', 'chromium'];

function describeStep(action: FixAction, place: EnginePlace): FixStep {
  switch (action.kind) {
    case 'capability-wrapper':
      return {
        action,
        title: 'Register a runtime that leaves out the capability this host lacks',
        commands: [
          `install -D -m 755 clusters/host/runc-without-sys-resource.sh ${place.wrapperFile}`,
          `write ${place.configFile} (it is not there, or kubewright wrote it)`,
        ],
      };
    case 'packages':
      return {
        action,
        title: `Install ${action.names.join(', ')}`,
        commands: ['apt-get update', pasteable([...aptInstall, ...action.names])],
      };
    case 'engine-start':
      return {
        action,
        title: 'Start the Docker engine',
        commands: [action.hasSystemd ? 'systemctl enable --now docker' : launchCommand(place)],
      };
    case 'inotify':
      return {
        action,
        title: 'Raise the inotify limits until the next reboot',
        commands: [
          `sysctl -w fs.inotify.max_user_instances=${action.instances} fs.inotify.max_user_watches=${action.watches}`,
        ],
      };
    case 'browser-download':
      return { action, title: 'Download Chromium for the browser tests', commands: [pasteable(browserDownload)] };
    case 'tools':
      return { action, title: 'Make the pinned kind', commands: ['kubewright builds it from its Go module'] };
  }
}

/** One apt-get for all packages, every other action once. */
function mergePackages(actions: readonly FixAction[]): readonly FixAction[] {
  const names = new Set(actions.flatMap((action) => (action.kind === 'packages' ? action.names : [])));
  const others = order.flatMap((kind) => actions.find((action) => action.kind === kind && kind !== 'packages') ?? []);
  return names.size === 0 ? others : [...others, { kind: 'packages', names: [...names] }];
}
