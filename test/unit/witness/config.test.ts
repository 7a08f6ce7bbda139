import { expect, test } from 'vitest';
import { parseWitnessCluster, parseWitnessConfig } from '../../../engine/witness/config.ts';

const pem = (what: string) => `-----BEGIN ${what}-----\nAAAA\n-----END ${what}-----\n`;
const cluster = {
  server: 'https://172.18.0.2:6443',
  ca: pem('CERTIFICATE'),
  cert: pem('CERTIFICATE'),
  key: pem('EC PRIVATE KEY'),
  nodes: [
    { name: 'cp1', address: '172.18.0.2', role: 'control-plane' },
    { name: 'w1', address: '172.18.0.3', role: 'spare' },
  ],
  probes: [{ service: 'shop/web', nodePort: 30080, path: '/healthz' }],
  markers: false,
};
const etcd = { ca: pem('CERTIFICATE'), cert: pem('CERTIFICATE'), key: pem('PRIVATE KEY') };

test('the audit port has a default and can be set', () => {
  expect(parseWitnessConfig('{}')).toEqual({ auditPort: 8089 });
  expect(parseWitnessConfig('{"auditPort":9000}')).toEqual({ auditPort: 9000 });
  expect(() => parseWitnessConfig('{"auditPort":"9000"}')).toThrow('"auditPort" should be a port number');
});

test('a whole cluster.json is taken as it is', () => {
  expect(parseWitnessCluster(JSON.stringify(cluster))).toEqual(cluster);
  expect(parseWitnessCluster(JSON.stringify({ ...cluster, etcd }))).toEqual({ ...cluster, etcd });
  const accounts = { folder: '/groups', containers: ['aa', '0f'] };
  expect(parseWitnessCluster(JSON.stringify({ ...cluster, accounts }))).toEqual({ ...cluster, accounts });
});

test.each([
  ['server', 'http://172.18.0.2:6443'],
  ['ca', '/etc/kubernetes/pki/ca.crt'],
  ['cert', ''],
  ['key', pem('CERTIFICATE')],
  ['nodes', 'cp1'],
  ['etcd', null],
  ['etcd', { ...etcd, key: undefined }],
  ['nodes', [{ name: 'cp1', address: '', role: 'worker' }]],
  ['nodes', [{ name: 'cp1', address: 'a b', role: 'worker' }]],
  ['nodes', [{ name: 'cp1', address: '172.18.0.2', role: 'student' }]],
  ['nodes', [{ name: 'cp1', address: '172.18.0.2' }]],
  ['markers', undefined],
  ['markers', 'true'],
  ['accounts', null],
  ['accounts', { folder: '/groups' }],
  ['accounts', { folder: '/groups', containers: ['../etc'] }],
  ['accounts', { folder: 'groups', containers: ['aa'] }],
  ['probes', [{ service: 'web', nodePort: 30080, path: '/' }]],
  ['probes', [{ service: 'shop/web', nodePort: 0, path: '/' }]],
  ['probes', [{ service: 'shop/web', nodePort: 30080, path: 'healthz' }]],
])('a cluster.json with a wrong %s is refused: %o', (key, value) => {
  expect(() => parseWitnessCluster(JSON.stringify({ ...cluster, [key]: value }))).toThrow(/should be a/);
});

test('half a file is refused', () => {
  const text = JSON.stringify(cluster);
  expect(() => parseWitnessCluster(text.slice(0, text.length / 2))).toThrow('JSON');
});
