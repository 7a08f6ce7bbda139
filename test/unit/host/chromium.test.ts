import { expect, it } from 'vitest';
import { chromiumArguments, findChromium } from '../../../clusters/host/chromium.ts';
import { FakeExec, FakeFiles, FakeHost } from './fake-host.ts';

function host(texts: Record<string, string>, machine = {}, env = {}) {
  return new FakeHost({ exec: new FakeExec(), files: new FakeFiles(texts), machine, env });
}

it('finds none where there is none', async () => {
  expect(await findChromium(host({}))).toBeUndefined();
});

it('prefers the one that was named, then the newest that Playwright downloaded, then that of the system', async () => {
  const texts = {
    '/opt/chromium': '',
    '/root/.cache/ms-playwright/chromium-999/chrome-linux/chrome': '',
    '/root/.cache/ms-playwright/chromium-1200/chrome-linux64/chrome': '',
    '/usr/bin/chromium': '',
  };
  const named = await findChromium(host(texts, {}, { KUBEWRIGHT_CHROMIUM: '/opt/chromium' }));
  expect(named?.path).toBe('/opt/chromium');
  expect((await findChromium(host(texts)))?.path).toBe(
    '/root/.cache/ms-playwright/chromium-1200/chrome-linux64/chrome',
  );
  expect((await findChromium(host({ '/usr/bin/chromium': '' })))?.path).toBe('/usr/bin/chromium');
});

it('goes without the sandbox only where that cannot work, and says why', async () => {
  const root = await findChromium(host({ '/usr/bin/chromium': '' }));
  expect(root).toMatchObject({ needsNoSandbox: true, reason: expect.stringContaining('root') });
  const user = await findChromium(host({ '/usr/bin/chromium': '' }, { isRoot: false }));
  expect(user).toMatchObject({ needsNoSandbox: false, reason: '' });
  const arguments_ = [root, user].map((chromium) => (chromium === undefined ? [] : chromiumArguments(chromium)));
  expect(arguments_.map((words) => words.includes('--no-sandbox'))).toEqual([true, false]);
  const restricted = await findChromium(
    host(
      { '/usr/bin/chromium': '', '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n' },
      { isRoot: false },
    ),
  );
  expect(restricted?.needsNoSandbox).toBe(true);
});
