import { KubewrightError } from '../../engine/domain/errors.ts';
import { formatFindings, worstState } from './findings.ts';
import { type FixPlan, formatPlan, planFix, runFix } from './fix.ts';
import type { Purpose } from './host-access.ts';
import { type HostDeps, inspectHost } from './inspect.ts';

export interface FirstRunDeps extends HostDeps {
  /** The page's bundle, made from this checkout. */
  readonly client: {
    isBuilt(): Promise<boolean>;
    build(onLine: (line: string) => void, signal?: AbortSignal): Promise<void>;
  };
  /** One line of progress for a person; goes to stderr. */
  readonly say: (line: string) => void;
  /** Asks a person once; only called when interactive. */
  readonly ask: (question: string) => Promise<boolean>;
}

export interface FirstRunOptions {
  /** --yes: what is shown may be installed without asking. */
  readonly yes: boolean;
  /** CI=true: the same. */
  readonly ci: boolean;
  /** There is a person at a terminal who can be asked. */
  readonly interactive: boolean;
  readonly purpose: Purpose;
  readonly port?: number;
  readonly signal?: AbortSignal;
}

/**
 * Makes the host ready: shows what it is about to install, asks once where it may, and does it. Nothing is asked or
 * said when everything is there.
 * @throws HOST_UNFIT (exit 3) with the steps when it may not install or a person has to do something; INTERRUPTED.
 */
export async function firstRun(deps: FirstRunDeps, options: FirstRunOptions): Promise<void> {
  const { signal } = options;
  const look = () => inspectHost(deps, inspectOptions(options));
  const findings = await look();
  const plan = planFix(findings, deps.place);
  if (plan.byHand.length > 0) {
    throw unfit('this machine is not ready, and the rest is for you to do', plan);
  }
  // Without an engine nobody knows which images there are; on a machine that never had one there are none.
  const engineAnswers = findings.some((finding) => finding.id === 'engine' && finding.state !== 'problem');
  const images = engineAnswers ? await deps.lab.missingImages(options.purpose) : undefined;
  if (plan.steps.length > 0 || images === undefined || images.length > 0) {
    deps.say('To run drills, kubewright needs this on your machine:');
    for (const line of formatPlan(plan).trimEnd().split('\n')) deps.say(`  ${line}`);
    if (images === undefined || images.length > 0) deps.say(`  ${describeImages(images)}`);
    await consent(deps, options, plan);
    await runFix(plan, deps, { onLine: deps.say, signal });
    if (plan.steps.length > 0) {
      const after = await look();
      if (worstState(after) === 'problem') {
        throw unfit(`something is still missing:\n${formatFindings(after.filter(({ state }) => state === 'problem'))}`);
      }
    }
    await deps.lab.ensureImages(options.purpose, deps.say, signal);
  }
  if (!(await deps.client.isBuilt())) {
    deps.say('Building the page');
    await deps.client.build(deps.say, signal);
  }
}

async function consent(deps: FirstRunDeps, options: FirstRunOptions, plan: FixPlan): Promise<void> {
  if (options.yes || options.ci) return;
  if (!options.interactive) {
    throw unfit('there is no terminal to ask at, and neither --yes nor CI=true was given', plan);
  }
  if (await deps.ask('Go on? [y/N] ')) return;
  throw unfit('nothing was installed, as you wished', plan);
}

function describeImages(missing: readonly string[] | undefined): string {
  const what = missing === undefined ? 'the images of nodes, student host and witness' : missing.join(', ');
  return `Make images in the engine, once: ${what}. They are pulled where a registry can be reached and built from source where not (about half an hour for each Kubernetes minor, up to 15 GiB of disk).`;
}

function unfit(message: string, plan?: FixPlan): KubewrightError {
  const steps = plan === undefined ? '' : formatPlan(plan);
  return new KubewrightError('HOST_UNFIT', steps === '' ? message : `${message}:\n${steps.trimEnd()}`, {
    remedy:
      'Do the steps above and start again, or add --yes to let kubewright do those it can ("npm start -- --yes").',
  });
}

function inspectOptions({ purpose, port }: FirstRunOptions) {
  return port === undefined ? { purpose } : { purpose, port };
}
