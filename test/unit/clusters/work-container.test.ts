import { describe, expect, it } from 'vitest';
import { contextOf } from '../../../clusters/images/context.ts';
import { reapWorkContainers } from '../../../clusters/images/work-container.ts';
import { FakeExecRecorder, says } from './fake-exec.ts';

describe('work containers', () => {
  it('of dead builds are removed, those of living builds and of others are left alone', async () => {
    const names = ['kubewright-build-100-aaaaaa', 'kubewright-build-200-bbbbbb', 'my-kubewright-build-100-cccccc', ''];
    const exec = new FakeExecRecorder((command) => (command.startsWith('docker ps') ? says(names.join('\n')) : {}));
    await reapWorkContainers(contextOf({ exec, progress: () => {} }), (pid) => pid === 200);
    expect(exec.asked.filter((command) => command.startsWith('docker rm'))).toEqual([
      'docker rm --force --volumes kubewright-build-100-aaaaaa',
    ]);
  });
});
