import { expect, test } from 'vitest';
import { kubeadmConfigCheck } from '../../../engine/checks/kubeadm-config.ts';
import { contextOf, FakeKube } from './fake-context.ts';

const spec = { etcdDataDir: '/var/lib/etcd-2', apiServerArgs: { 'audit-log-maxage': '30' } };
const config = (dataDir: string, extraArgs: string) =>
  `apiServer:\n  extraArgs: ${extraArgs}\netcd: { local: { dataDir: ${dataDir} } }\nkubernetesVersion: v1.34.4\n`;
const look = (text: string | undefined) => {
  const map = text === undefined ? { data: {} } : { data: { ClusterConfiguration: text } };
  const kube = new FakeKube({ 'ConfigMap/kube-system/kubeadm-config': map });
  return kubeadmConfigCheck.evaluate(contextOf(kube), spec, 'assert');
};

test.each([
  ['a list', '[{ name: audit-log-maxage, value: "30" }]'],
  [
    'a list whose last entry counts',
    '[{ name: audit-log-maxage, value: "7" }, { name: audit-log-maxage, value: "30" }]',
  ],
  ['a mapping', '{ audit-log-maxage: "30" }'],
])('what was to be written down is, as %s', async (_, extraArgs) => {
  expect((await look(config('/var/lib/etcd-2', extraArgs))).result).toBe('passed');
});

test('what is missing or different is named, its value is not', async () => {
  const finding = await look(config('/var/lib/etcd', '[{ name: audit-log-maxsize, value: "20" }]'));
  expect(finding).toMatchObject({
    result: 'failed',
    found: "of etcd's data directory it says something else and of --audit-log-maxage it knows nothing",
  });
  expect((await look(config('/var/lib/etcd-2', '[{ name: audit-log-maxage, value: "7" }]'))).found).toBe(
    'of --audit-log-maxage it says something else',
  );
});

test.each([
  ['no configuration at all', undefined],
  ['one that is no YAML', 'a: [b'],
  ['one that is a text', 'nothing'],
])('%s fails', async (_, text) => {
  expect((await look(text)).result).toBe('failed');
});

test('a check that expects nothing is refused', () => {
  expect(kubeadmConfigCheck.schema.safeParse({}).success).toBe(false);
});
