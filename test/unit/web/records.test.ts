import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ErrorBody } from '../../../web/protocol.ts';
import { type Harness, startHarness } from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
  await harness.signIn();
});
afterEach(async () => await harness.end());

const get = async (path: string) => {
  const answer = await harness.send('GET', path, { cookie: harness.cookie() });
  return { status: answer.status, said: JSON.parse(answer.text) as Record<string, unknown> };
};
const post = async (path: string, body?: object) => {
  const answer = await harness.post(path, body);
  return { status: answer.status, said: JSON.parse(answer.text) as Record<string, unknown> & Partial<ErrorBody> };
};

test('a result’s debrief and its recordings are told, also by the session it came from', async () => {
  expect(await get('/api/sessions/s1/result')).toMatchObject({ status: 200, said: { number: 1 } });
  expect(await get('/api/results/1/debrief')).toMatchObject({ status: 200, said: { title: 'A node has gone quiet' } });
  expect(await get('/api/results/7/debrief')).toMatchObject({
    status: 404,
    said: { error: { code: 'RESULT_UNKNOWN' } },
  });
  expect((await get('/api/results/1e3/debrief')).status).toBe(404);
  expect(await post('/api/results/1/recording', { terminal: 'student-1' })).toMatchObject({
    ...{ status: 200, said: { cast: 'cast of student-1 in 1' } },
  });
  expect((await post('/api/results/1/recording', { terminal: '../x' })).status).toBe(400);
});

test('the data can be taken along and deleted', async () => {
  expect(await get('/api/progress')).toMatchObject({ status: 200, said: { drills: 1, results: [{ number: 1 }] } });
  expect(await get('/api/data')).toMatchObject({ status: 200, said: { results: [{ number: 1 }] } });
  const deleted = await harness.send('DELETE', '/api/data', harness.own());
  expect(deleted.status).toBe(200);
  expect(await get('/api/data')).toMatchObject({ said: { results: [] } });
});

test('an exam is begun, moved in, flagged and submitted; what is no exam is refused', async () => {
  expect((await post('/api/exams', { questions: 0, seed: 'a' })).status).toBe(400);
  expect((await post('/api/exams', { questions: 2, seed: 'a b' })).status).toBe(400);
  expect(await post('/api/exams', { questions: 2, seed: 'a-1' })).toMatchObject({ status: 200, said: { id: 'x1' } });
  expect(await post('/api/exams', { questions: 2, seed: 'a' })).toMatchObject({
    status: 409,
    said: { error: { code: 'EXAM_RULES' } },
  });
  expect(await post('/api/exams/x1/open', { question: 2 })).toMatchObject({ status: 200, said: { current: 2 } });
  expect((await post('/api/exams/x1/flag', { question: 2, flagged: true })).status).toBe(200);
  expect(harness.examCalls).toEqual(['open 2', 'flag 2 true']);
  expect(await post('/api/exams/x1/submit')).toMatchObject({ status: 200, said: { state: 'judging' } });
  expect(await get('/api/exams/other')).toMatchObject({ status: 404, said: { error: { code: 'EXAM_UNKNOWN' } } });
});
