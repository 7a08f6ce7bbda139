import type { Progress } from '../../../engine/domain/progress.ts';

/** A learner who never was: three drills, one of them passed with harm. */
export const fakeProgress: Progress = {
  drills: 3,
  passed: 2,
  domains: [
    { domain: 'troubleshooting', weight: 30, scenarios: 10, passed: 1, mastered: 1 },
    { domain: 'cluster-architecture', weight: 25, scenarios: 6, passed: 0, mastered: 0 },
    { domain: 'networking', weight: 20, scenarios: 0, passed: 0, mastered: 0 },
    { domain: 'workloads', weight: 15, scenarios: 2, passed: 1, mastered: 0 },
    { domain: 'storage', weight: 10, scenarios: 0, passed: 0, mastered: 0 },
  ],
  scenarios: [
    {
      ...{ scenario: 'kubelet-down', title: 'A node has gone quiet', domain: 'troubleshooting', minutes: 8, tries: 1 },
      last: { result: 1, finishedAt: 400_000, tookMs: 221_000, exam: 'passed', operations: 'passed' },
      best: { result: 1, finishedAt: 400_000, tookMs: 221_000, exam: 'passed', operations: 'passed' },
    },
    {
      ...{ scenario: 'blocked-drain', title: 'A drain that does not end', domain: 'workloads', minutes: 8, tries: 1 },
      last: { result: 2, finishedAt: 900_000, tookMs: 412_000, exam: 'passed', operations: 'failed' },
      best: { result: 2, finishedAt: 900_000, tookMs: 412_000, exam: 'passed', operations: 'failed' },
    },
    {
      ...{ scenario: 'next-minor', title: 'The next minor', domain: 'cluster-architecture', minutes: 20, tries: 1 },
      last: { result: 3, finishedAt: 2_400_000, tookMs: 1_100_000, exam: 'failed', operations: 'failed' },
      best: { result: 3, finishedAt: 2_400_000, tookMs: 1_100_000, exam: 'failed', operations: 'failed' },
    },
  ],
  next: [
    { scenario: 'next-minor', title: 'The next minor', why: 'You have not passed it yet.' },
    { scenario: 'blocked-drain', title: 'A drain that does not end', why: 'You passed, but something was broken.' },
  ],
};

/** Before the first drill. */
export const emptyProgress: Progress = {
  ...{ drills: 0, passed: 0, next: fakeProgress.next.map((one) => ({ ...one, why: 'You have not tried it yet.' })) },
  domains: fakeProgress.domains.map((one) => ({ ...one, passed: 0, mastered: 0 })),
  scenarios: fakeProgress.scenarios.map(({ scenario, title, domain, minutes }) => ({
    ...{ scenario, title, domain, minutes, tries: 0 },
  })),
};
