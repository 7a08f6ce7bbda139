import { expect, test } from 'vitest';
import { createHostLoadMeter } from '../../../engine/witness/host-load.ts';

const accounts = { folder: '/groups', containers: ['aa', 'bb'] };

/** A host of four cores whose kernel says what a test lets it. */
function host(files: Record<string, string>) {
  let ms = 0;
  const meter = createHostLoadMeter({
    read(path) {
      const text = files[path];
      if (text === undefined) throw new Error(`ENOENT ${path}`);
      return text;
    },
    cores: 4,
    monotonic: () => ms,
  });
  return { meter, files, pass: (passed: number) => void (ms += passed) };
}

/** As proc(5) has it: busy time in 1/100 s spread over what counts, with much idle and iowait beside it. */
const stat = (seconds: number) => `cpu  ${seconds * 100 - 60} 10 10 99999 8888 10 10 20 7 7\ncpu0 1 2 3\n`;

test('who waits is counted beyond the cores, for each of them, on average of the looks', () => {
  const { meter, files } = host({ '/proc/loadavg': '9.00 1.00 1.00 12/999 4711\n' });
  meter.look();
  files['/proc/loadavg'] = '9.00 1.00 1.00 3/999 4711\n';
  meter.look();
  expect(meter.take()).toEqual({ waiting: 1 });
  expect(meter.take()).toEqual({});
});

test.each([
  ['version 1', (id: string) => `cpuacct/docker/${id}/cpuacct.usage`, (s: number) => `${s * 1e9}\n`],
  ['version 2', (id: string) => `docker/${id}/cpu.stat`, (s: number) => `usage_usec ${s * 1e6}\nuser_usec 1\n`],
  [
    'version 2 of systemd',
    (id: string) => `system.slice/docker-${id}.scope/cpu.stat`,
    (s: number) => `usage_usec ${s * 1e6}\nuser_usec 1\n`,
  ],
])('what is not of the session is the others share of all cores: control groups %s', (_, path, account) => {
  const { meter, files, pass } = host({
    '/proc/stat': stat(100),
    [`/groups/${path('aa')}`]: account(10),
    [`/groups/${path('bb')}`]: account(20),
  });
  meter.use(accounts);
  expect(meter.take()).toEqual({});
  pass(2_000);
  // Of 8 s that the cores had, 7 were used: 1 by each of the session's, 5 by others.
  files['/proc/stat'] = stat(107);
  files[`/groups/${path('aa')}`] = account(11);
  files[`/groups/${path('bb')}`] = account(21);
  expect(meter.take()).toEqual({ others: 0.63 });
});

test('a container that has gone has used nothing since', () => {
  const account = (id: string) => `/groups/docker/${id}/cpu.stat`;
  const { meter, files, pass } = host({
    '/proc/stat': stat(100),
    [account('aa')]: 'usage_usec 1000000\n',
    [account('bb')]: 'usage_usec 50000000\n',
  });
  meter.use(accounts);
  meter.take();
  pass(1_000);
  files['/proc/stat'] = stat(103);
  files[account('aa')] = 'usage_usec 3000000\n';
  Reflect.deleteProperty(files, account('bb'));
  expect(meter.take()).toEqual({ others: 0.25 });
});

test.each([
  ['without accounts', undefined, stat(1)],
  ['with control groups that are somewhere else', accounts, stat(1)],
  ['with a /proc/stat of another shape', accounts, 'cpu\n'],
])('who the others are is not known %s', (_, use, text) => {
  const { meter, files, pass } = host({ '/proc/stat': text });
  meter.use(use);
  meter.take();
  pass(1_000);
  files['/proc/stat'] = stat(3);
  expect(meter.take()).toEqual({});
});
