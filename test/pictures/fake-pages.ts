import { type CheckResult, judge } from '../../engine/domain/verdict.ts';
import { type FakeLab, startFakeLab } from '../e2e/pages/fake-lab.ts';
import { fakeCast, fakeDebrief } from '../unit/web/fake-debrief.ts';
import { phone, pictured, takePicture } from './picture.ts';

/** States of the page that a real cluster can hardly be brought into. No picture of these is of a drill that happened. */
export async function takeFakePictures(): Promise<void> {
  const lab = await startFakeLab({
    records: { debrief: async () => fakeDebrief, recording: async (_number, terminal) => fakeCast(terminal) },
  });
  const { desk } = lab.engine;
  lab.engine.desk = async (id) => ({ ...(await desk(id)), tasks: [{ id: 'restore', points: 8, markdown: task }] });
  try {
    await theExam(lab);
    await inconclusive(lab);
    await failedStart(lab);
    await smallOnes(lab);
  } finally {
    await lab.close();
  }
}

/** Under way with a flag, while it is judged, and what it came to. */
async function theExam(lab: FakeLab): Promise<void> {
  const { id } = await lab.exams.start({ questions: 3, seed: '5b0c9e71' });
  const minutes = 60_000;
  const startedAt = Date.now() - 47 * minutes;
  lab.changeExam(id, { startedAt, endsAt: startedAt + 120 * minutes });
  const page = await lab.open(`#/exam/${id}`, pictured);
  await page.locator('[data-testid="terminal"][data-state="connected"]').waitFor();
  await page.getByTestId('exam-next').click();
  await page.locator('[data-testid="exam-question-2"][data-state="open"]').waitFor();
  await page.getByTestId('exam-flag').click();
  await page.locator('[data-testid="exam-question-2"][data-flagged="true"]').waitFor();
  const { questions } = await lab.exams.exam(id);
  lab.shellOf(questions[1]?.session ?? '', 'student-1').print(nodes);
  await page.getByText('SchedulingDisabled').first().waitFor();
  await takePicture(page, 'fake-exam');
  await lab.exams.submit(id);
  await page.getByTestId('exam-judging').waitFor();
  await takePicture(page, 'fake-exam-judging');

  const judged = { state: 'judged' } as const;
  lab.changeQuestion(id, 1, { ...judged, result: { number: 1, earned: 8, exam: 'passed', operations: 'passed' } });
  lab.changeQuestion(id, 2, { ...judged, result: { number: 2, earned: 8, exam: 'passed', operations: 'failed' } });
  lab.changeQuestion(id, 3, { ...judged, result: { number: 3, earned: 0, exam: 'failed', operations: 'failed' } });
  const outcome = { verdict: 'passed', earned: 16, possible: 24, percent: 67 } as const;
  lab.changeExam(id, { state: 'finished', outcome });
  await page.getByTestId('exam-result').waitFor();
  await takePicture(page, 'fake-exam-result');
  await page.context().close();
}

const task = `Node \`w1\` is to be drained for a kernel patch. A colleague of the last shift started it with

\`\`\`
kubectl drain w1 --ignore-daemonsets
\`\`\`

and it has not come to an end. Bring it to one:

- no pod of namespace \`shop\` is left on \`w1\`
- the budget of \`shop/api\` stays as it is
- \`shop/front\` answers all the time`;

const nodes = [
  '\u001b[32mstudent@student\u001b[0m:~$ kubectl get nodes',
  'NAME   STATUS                     ROLES           AGE   VERSION',
  'cp1    Ready                      control-plane   9m    v1.34.4',
  'w1     Ready,SchedulingDisabled   <none>          8m    v1.34.4',
  '\u001b[32mstudent@student\u001b[0m:~$ ',
].join('\r\n');

/** Something could not be read when it was judged. */
async function inconclusive({ engine, change, open }: FakeLab): Promise<void> {
  const { id } = await engine.start('kubelet-down', {});
  const base = { task: 'restore', mode: 'converge', meaning: 'Its pods are moved away after five minutes.' } as const;
  const checks: readonly CheckResult[] = [
    {
      ...{ ...base, id: 'node-ready', role: 'objective', result: 'errored' },
      ...{ expected: 'Node w1 is Ready.', found: 'The API server did not answer within 10 s.' },
    },
    {
      ...{ ...base, id: 'nothing-deleted', role: 'safeguard', result: 'passed' },
      ...{ expected: 'Nothing of namespace shop is deleted.', found: 'Nothing was.' },
    },
  ];
  const finishedAt = new Date();
  const readyAt = new Date(finishedAt.getTime() - 341_000).toISOString();
  change(id, { state: 'finished', verdict: judge(checks), readyAt, finishedAt: finishedAt.toISOString() });
  const page = await open(`#/drill/${id}`, pictured);
  await page.getByTestId('judge-again').waitFor();
  await takePicture(page, 'fake-verdict-inconclusive');
  await page.context().close();
}

/** A cluster that could not be made. */
async function failedStart({ engine, change, open }: FakeLab): Promise<void> {
  const { id } = await engine.start('kubelet-down', {});
  change(id, {
    state: 'failed',
    error: {
      message: 'The cluster did not come up: no space left on device.',
      remedy:
        'Free 4 GB where the Docker engine keeps its data ("docker system df" says what takes it), then try again.',
    },
    steps: [
      { step: 'images', title: 'Look for the images', state: 'done', tookMs: 900 },
      {
        ...{ step: 'provision', title: 'Start the cluster', state: 'failed', tookMs: 14_200 },
        detail: 'cp1: write /var/lib/etcd/member/wal: no space left on device',
      },
      { step: 'inject', title: 'Break it', state: 'waiting' },
    ],
  });
  const page = await open(`#/drill/${id}`, pictured);
  await page.getByTestId('retry').waitFor();
  await takePicture(page, 'fake-start-failed');
  await page.context().close();
}

/** A debrief on a phone, a catalogue without drills, and what a visitor sees who is not signed in. */
async function smallOnes({ engine, open }: FakeLab): Promise<void> {
  const debrief = await open('#/debrief/1', { ...pictured, viewport: phone });
  // A screen that is out of sight is not drawn.
  await debrief.getByTestId('player-screen').scrollIntoViewIfNeeded();
  await debrief.getByTestId('player-screen').getByText('control-plane').first().waitFor();
  await debrief.evaluate('scrollTo(0, 0)');
  await takePicture(debrief, 'fake-debrief-phone', { whole: true });
  await debrief.context().close();

  engine.scenarios = async () => [];
  const catalogue = await open('#/', pictured);
  await catalogue.getByTestId('problem').waitFor();
  await takePicture(catalogue, 'fake-catalogue-empty');
  await catalogue.context().close();

  const notice = await open('?token=of-yesterday', { ...pictured, storageState: { cookies: [], origins: [] } });
  await notice.getByRole('heading').waitFor();
  await takePicture(notice, 'fake-notice');
  await notice.context().close();
}
