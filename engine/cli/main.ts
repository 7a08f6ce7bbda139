import { availableParallelism } from 'node:os';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { defaultMinor } from '../../clusters/node-image/versions.ts';
import { compose, type Kubewright } from '../compose.ts';
import { isKubewrightError } from '../domain/errors.ts';
import { check, finish } from './check.ts';
import type { CommandContext } from './command.ts';
import { exitCodes } from './command.ts';
import { doctor, prepareHost } from './doctor.ts';
import { hint } from './hint.ts';
import { buildImages, showImages } from './images.ts';
import { createInterruption } from './interruption.ts';
import { jobsFor } from './jobs.ts';
import { lint, schema } from './lint.ts';
import { list } from './list.ts';
import { createOutput } from './output.ts';
import { putInOrder } from './recovery.ts';
import { serve } from './serve.ts';
import { clean, sessions } from './sessions.ts';
import { shell } from './shell.ts';
import { solve } from './solve.ts';
import { reset, start, stop } from './start.ts';
import { backup, restore } from './store.ts';
import { supportBundle } from './support-bundle.ts';
import { usage } from './usage.ts';
import { type VerifyFlags, verify } from './verify.ts';

const output = createOutput(process.stdout, process.stderr);
const interruption = createInterruption({
  now: () => performance.now(),
  say: (text) => output.say(text),
  leave: (exitCode) => process.exit(exitCode),
});
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interruption.interrupt(name));

const made = new Map<string, Kubewright>();
const kubewrightIn = (scenarios?: string): Kubewright => {
  const key = scenarios ?? '';
  const kubewright = made.get(key) ?? compose(scenarios);
  made.set(key, kubewright);
  return kubewright;
};
const context: CommandContext = {
  output,
  signal: interruption.signal,
  kubewright: () => ({ ...kubewrightIn(), in: kubewrightIn }),
};
const run = async (work: () => Promise<number> | number) => {
  process.exitCode = await work();
};

const jobsHere = jobsFor(availableParallelism(), process.availableMemory());

/** For commands that work with sessions. */
const runInOrder = (work: () => Promise<number>, { look = false } = {}) =>
  run(async () => {
    await putInOrder(context, { look });
    return work();
  });

const program = new Command('kubewright')
  .description(
    'A flight simulator for Kubernetes cluster maintenance: real clusters, real faults, verdicts that are proven.',
  )
  .showHelpAfterError('(--help says what there is)')
  .exitOverride();
const json = ['--json', 'print one JSON document on stdout and nothing else'] as const;
const folder = ['--scenarios <dir>', 'take scenarios from this folder'] as const;
const golden = ['--golden', 'restore the cluster from a golden state; makes one first where there is none'] as const;
const noGolden = [
  '--no-golden',
  'make the cluster from nothing, also where it could be restored or one waits',
] as const;
const command = (usage: string, text: string) => program.command(usage).description(text);

command('doctor', 'look at the host: engine, cgroups, inotify, memory, disk, images; each finding with its remedy')
  .option('--fix', 'install and start what is missing, where that can be done')
  .option('--all', 'say of what is fine, too, what it means: also who may learn here, and what narrows that')
  .option(...json)
  .action((options: { all?: boolean; fix?: boolean; json?: boolean }) => run(() => doctor(context, options)));
const images = command('images', 'the images drills run on')
  .option(...json)
  .action((options: { json?: boolean }) => run(() => showImages(context, options)));
images
  .command('build')
  .description('build what is missing (pulled where a registry can be reached, else from source)')
  .option('--minor <version>', 'Kubernetes minor that clusters start with', defaultMinor)
  .option('--to <version>', 'and the next one, for drills that upgrade to it')
  .option(...json)
  .action((options: { json?: boolean; minor: string; to?: string }) =>
    run(() => buildImages(context, { ...images.opts(), ...options })),
  );
images
  .command('list')
  .description('what there is')
  .option(...json)
  .action((options: { json?: boolean }) => run(() => showImages(context, { ...images.opts(), ...options })));
command('list', 'the scenarios')
  .option(...json)
  .option(...folder)
  .action((options: { json?: boolean; scenarios?: string }) => run(() => list(context, options)));
command('start <scenario>', 'make a cluster, break it, hand it over; prints the session id')
  .addOption(new Option('--provider <name>', 'what makes the cluster').choices(['kind']).default('kind'))
  .option(...golden)
  .option(...noGolden)
  .option(...json)
  .option(...folder)
  .action((scenario: string, options: { json?: boolean; scenarios?: string; provider: string; golden?: boolean }) =>
    runInOrder(() => start(context, scenario, options)),
  );
command('shell <session>', 'a terminal on the student host, or on a node')
  .option('--on <machine>', 'student, or a node')
  .action((session: string, options: { on?: string }) =>
    run(() => shell(context, session, options, { input: process.stdin, screen: process.stdout })),
  );
command('check <session>', 'look at every check now; nothing becomes final')
  .option(...json)
  .action((session: string, options: { json?: boolean }) => runInOrder(() => check(context, session, options)));
command('hint <session>', 'take the next hint; what it costs is taken off the points')
  .option('--list', 'only show the hints there are and what they cost')
  .option(...json)
  .action((session: string, options: { list?: boolean; json?: boolean }) =>
    runInOrder(() => hint(context, session, options)),
  );
command('finish <session>', 'submit: the verdict becomes final')
  .option(...json)
  .action((session: string, options: { json?: boolean }) => runInOrder(() => finish(context, session, options)));
command('solve <session>', 'run the reference procedure on the student host')
  .option('--wrong <name>', 'run this wrong procedure instead')
  .option(...json)
  .action((session: string, options: { wrong?: string; json?: boolean }) =>
    runInOrder(() => solve(context, session, options)),
  );
command('reset <session>', 'the same drill on a fresh cluster')
  .option(...golden)
  .option(...noGolden)
  .option(...json)
  .action((session: string, options: { json?: boolean; golden?: boolean }) =>
    runInOrder(() => reset(context, session, options)),
  );
command('stop <session>', 'take the session down; nothing of it is left')
  .option(...json)
  .action((session: string, options: { json?: boolean }) => run(() => stop(context, session, options)));
command('sessions', 'the sessions there are')
  .option(...json)
  .action((options: { json?: boolean }) => runInOrder(() => sessions(context, options), { look: true }));
command('usage', 'the memory and the CPU time that each cluster uses, by container')
  .option(...json)
  .action((options: { json?: boolean }) => run(() => usage(context, options)));
command('clean', 'remove what no session owns')
  .option('--all', 'remove every session that nobody is working on, too')
  .option('--all-stores', 'remove what belongs to other stores on this engine, too (a machine that is only yours)')
  .option('--golden', 'remove the golden states that clusters are restored from, too')
  .option(...json)
  .action((options: { all?: boolean; allStores?: boolean; golden?: boolean; json?: boolean }) =>
    run(() => clean(context, options)),
  );
command(
  'verify [scenarios...]',
  'prove scenarios on real clusters: healthy, broken, solution, alternatives, wrong procedures',
)
  .option('--all', 'every scenario')
  .option('--changed <revision>', 'those whose proof depends on a file that differs from that git revision')
  .option('--procedure <file>', "judge this shell script, your own runbook, in place of the scenario's procedures")
  .option('--draw <seed>', 'the solution and one wrong procedure a scenario, drawn by this seed')
  .option('--only-solution', 'the reference procedure of each scenario and nothing else')
  .addOption(
    new Option('--jobs <number>', 'clusters at a time; one of several control planes counts as two')
      .argParser(toJobs)
      .default(jobsHere, `one for each core, as far as memory carries: ${jobsHere}`),
  )
  .option('--json <file>', 'write the report to this file, after every row')
  .option('--resume', 'take over the rows of the report file that were as expected and are not stale')
  .option('--junit <file>', 'write a JUnit report to this file, too')
  .option('--golden', 'make one cluster of each kind and restore the others from its golden state')
  .option(
    '--references <dir>',
    'keep how each reference procedure went in this folder: debriefs show it beside the drill',
  )
  .option(...folder)
  .action((ids: string[], options: VerifyFlags) => run(() => verify(context, ids, options)));
command('lint [paths...]', 'everything that is wrong with scenario files, with line, column and remedy')
  .option(...json)
  .option(...folder)
  .action((paths: string[], options: { json?: boolean; scenarios?: string }) =>
    run(() => lint(context, paths, options)),
  );
command('schema', 'the JSON Schema of scenario files').action(() => run(() => schema(context)));
command('serve', 'the page: catalogue, drills, terminal')
  .option('--host <address>', 'another address than the loopback needs --expose', '127.0.0.1')
  .option('--expose', "let others reach the page: whoever gets in has root on the engine's machine")
  .option('--port <number>', 'port of the page', toPort, 7080)
  .option(
    '--pool <clusters>',
    'keep so many clusters waiting: a drill that takes one skips the making of its own',
    toPool,
    0,
  )
  .option(
    '--doze-after <minutes>',
    'let the cluster of a judged drill stand still when nobody has typed in it for so long; 0 never',
    toMinutes,
    10,
  )
  .option(...folder)
  .action((options: Parameters<typeof serve>[1]) => run(() => serve(context, options)));
const store = command('store', 'back up sessions, results and journal, or put a backup in their place');
store
  .command('backup <file>')
  .description('write the store into a new file')
  .action((file: string) => run(() => backup(context, file)));
store
  .command('restore <file>')
  .description('put a backup in the place of the store; the former one is kept beside it')
  .action((file: string) => run(() => restore(context, file)));
command('support-bundle', 'write what is needed to find out what went wrong here into a text file, secrets masked')
  .option('--out <file>', 'write it to this file')
  .option(...json)
  .action((options: { out?: string; json?: boolean }) => run(() => supportBundle(context, options)));
program
  .command('first-run', { hidden: true })
  .option('--yes', 'install what is missing without asking')
  .option('--for <purpose>', 'drills or tests', 'drills')
  .action((options: { yes?: boolean; for?: string }) => run(() => prepareHost(context, options)));

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = explain(error);
} finally {
  await Promise.all([...made.values()].map((kubewright) => kubewright.exams.close()));
  await Promise.all([...made.values()].map((kubewright) => kubewright.engine.close()));
}

function toJobs(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A number of clusters is 1 to 99.');
}

function toPool(text: string): number {
  if (/^\d$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A pool has 0 to 9 clusters; each takes the memory of a session.');
}

function toMinutes(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Whole minutes, 0 to 9999.');
}

function toPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 (any free one) to 65535.');
}

/** Says what happened and what to do about it; never a stack trace for something the user can mend. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (isKubewrightError(error)) {
    output.say(`kubewright: ${error.message}`);
    output.say(`  remedy: ${error.remedy}`);
    return error.exitCode;
  }
  output.say(
    `kubewright: a defect of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return exitCodes.environment;
}
