import { describe, expect, test } from 'vitest';
import { certificateExpiredFault } from '../../../engine/faults/certificate-expired.ts';
import { pkiLostFault } from '../../../engine/faults/pki-lost.ts';
import { tokenExpiredFault } from '../../../engine/faults/token-expired.ts';
import { type Answer, AnsweringMachine } from '../checks/answering-machine.ts';
import { FakeKube, faultContextOf, kubeNode } from '../checks/fake-context.ts';
import { makeTestCertificates } from '../witness/test-certificates.ts';

const own = makeTestCertificates('system:node:w1', 90);
const foreign = makeTestCertificates('kubernetes-admin', 90);
/** Of the same names, and over since half a day. */
const expired = makeTestCertificates('system:node:w1', -0.5);
const pki = { '/etc/kubernetes/pki/etcd/ca.crt': foreign.ca, '/etc/kubernetes/pki/ca.crt': own.ca };

describe('certificate-expired', () => {
  const pem = '/var/lib/kubelet/pki/kubelet.pem';
  const conf = '/etc/kubernetes/admin.conf';
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const kubeconfig = (cert: string) =>
    `users:\n- name: me\n  user:\n    client-certificate-data: ${base64(cert)}\n    client-key-data: ${base64(own.client.key)}\ncontexts: [{ name: it, context: { user: me } }]\ncurrent-context: it\n`;
  const spec = { on: 'w1', controlPlane: 'cp1', daysAgo: 2 };
  const node = (files: Readonly<Record<string, string>>, answers: readonly (readonly [RegExp, Answer])[] = []) =>
    new AnsweringMachine(
      'w1',
      [
        ...answers,
        [/openssl ca/, { stdout: `Using configuration\n${expired.client.cert}` }],
        [/^sh -c cat/, {}],
        [/^systemctl/, { exitCode: 1 }],
      ],
      { ...pki, ...files },
    );
  const written = (machine: AnsweringMachine, path: string) => machine.given.get(`sh -c cat > "$1" sh ${path}`);

  test('the CA that signed it signs it anew for its own key, with dates in the past', async () => {
    const machine = node({ [pem]: own.client.cert + own.client.key });
    await certificateExpiredFault.apply(faultContextOf(new FakeKube({}), machine), { ...spec, files: [pem] });
    const signing = machine.asked.find(({ argv }) => argv[2]?.includes('openssl ca'))?.argv ?? [];
    expect(signing[4]).toBe('/etc/kubernetes/pki/ca');
    const [from, to] = signing
      .slice(5)
      .map((text) => Date.parse(text.replace(/(....)(..)(..)(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z')));
    expect(Math.round((Date.now() - (to ?? 0)) / 86_400_000)).toBe(2);
    expect(to).toBeGreaterThan(from ?? 0);
    expect(machine.given.get(signing.join(' '))).toContain(own.client.key);
    expect(written(machine, pem)).toContain(own.client.key);
    expect(written(machine, pem)).toContain(expired.client.cert);
    expect(written(machine, pem)).not.toContain(own.client.cert.split('\n')[3]);
  });

  test('in a kubeconfig nothing changes but the certificate', async () => {
    const machine = node({ [conf]: kubeconfig(own.client.cert) });
    await certificateExpiredFault.apply(faultContextOf(new FakeKube({}), machine), { ...spec, files: [conf] });
    expect(written(machine, conf)?.replace(/Using.*\n/, '')).toContain('current-context: it');
    expect(written(machine, conf)).toMatch(/client-certificate-data: \S+\n {4}client-key-data: /);
  });

  test('units are told to start anew although they cannot', async () => {
    const machine = node({ [pem]: own.client.cert + own.client.key });
    const restart = { units: ['kubelet'] };
    await certificateExpiredFault.apply(faultContextOf(new FakeKube({}), machine), { ...spec, files: [pem], restart });
    expect(machine.asked.at(-1)?.argv).toEqual(['systemctl', 'restart', 'kubelet']);
  });

  test('what none of the CAs has signed is refused, and nothing is written', async () => {
    const machine = node({ [pem]: expired.client.cert + expired.client.key });
    const applied = certificateExpiredFault.apply(faultContextOf(new FakeKube({}), machine), { ...spec, files: [pem] });
    await expect(applied).rejects.toMatchObject({ code: 'FAULT_NOT_PROVEN' });
    expect(machine.asked).toEqual([]);
  });

  const prove = (cert: string, answers: readonly (readonly [RegExp, Answer])[], more = {}, ready = 'Unknown') =>
    certificateExpiredFault.prove(
      faultContextOf(new FakeKube({ 'Node/w1': kubeNode(ready) }), node({ [conf]: kubeconfig(cert) }, answers)),
      { ...spec, files: [conf], ...more },
    );
  const kubectl = (stdout: string, exitCode = 1): readonly [RegExp, Answer] => [/^kubectl /, { exitCode, stdout }];

  test('the proof looks at the file, the port, the client and the node', async () => {
    const refused = [
      [/^kubectl /, { exitCode: 1, stderr: 'x509: certificate has expired or is not yet valid' }],
    ] as const;
    const shown = (cert: string) => [[/s_client -connect 127.0.0.1:6443/, { stdout: cert }], ...refused] as const;
    expect((await prove(expired.client.cert, refused)).holds).toBe(true);
    expect((await prove(own.client.cert, refused)).holds).toBe(false);
    expect((await prove(expired.client.cert, [kubectl('ok', 0)])).holds).toBe(false);
    expect((await prove(expired.client.cert, shown(expired.server.cert), { serves: [6443] })).holds).toBe(true);
    expect((await prove(expired.client.cert, shown(own.server.cert), { serves: [6443] })).holds).toBe(false);
    expect((await prove(expired.client.cert, shown(''), { serves: [6443] })).holds).toBe(false);
    expect((await prove(expired.client.cert, refused, { nodeNotReady: true })).holds).toBe(true);
    expect((await prove(expired.client.cert, refused, { nodeNotReady: true }, 'True')).holds).toBe(false);
  });
});

describe('pki-lost', () => {
  const kept = [
    'ca.crt',
    'ca.key',
    'front-proxy-ca.crt',
    'front-proxy-ca.key',
    'etcd/ca.crt',
    'etcd/ca.key',
    'sa.key',
    'sa.pub',
  ];
  const spec = { node: 'cp1', backup: { on: 'student', path: '/opt/backup/pki.tgz' } };
  const machine = (left: string, listing: readonly string[]) =>
    new AnsweringMachine('cp1', [
      [/tar -cz/, { stdout: 'QUJD\n' }],
      [/base64 -d/, {}],
      [/-delete$/, {}],
      [/^find .*-type f/, { stdout: left }],
      [/^tar -tzf/, { stdout: listing.map((line) => `${line}\n`).join('') }],
    ]);

  test('first the copy, then the loss', async () => {
    const node = machine('', kept);
    await pkiLostFault.apply(faultContextOf(new FakeKube({}), node), spec);
    expect(node.asked.map(({ argv }) => argv.join(' ').match(/tar -cz|base64 -d|-delete/)?.[0])).toEqual([
      'tar -cz',
      'base64 -d',
      '-delete',
    ]);
    expect([...node.given.values()]).toEqual(['QUJD\n']);
  });

  test('proven with an empty folder and a copy of exactly what cannot be made anew', async () => {
    const prove = async (left: string, listing: readonly string[]) =>
      (await pkiLostFault.prove(faultContextOf(new FakeKube({}), machine(left, listing)), spec)).holds;
    expect(await prove('', kept)).toBe(true);
    expect(await prove('/etc/kubernetes/pki/ca.crt\n', kept)).toBe(false);
    expect(await prove('', kept.slice(1))).toBe(false);
    expect(await prove('', [...kept, 'apiserver.crt'])).toBe(false);
  });
});

describe('token-expired', () => {
  const spec = { node: 'w1', controlPlane: 'cp1', oldCommand: { on: 'student', path: '/opt/wiki.txt' } };
  const secret = {
    type: 'bootstrap.kubernetes.io/token',
    data: { 'token-id': Buffer.from('abcdef').toString('base64') },
  };
  const lists = { Secret: [{ type: 'Opaque' }, secret] };

  test('every token goes, the old command keeps its form, and the worker is reset last', async () => {
    const written: string[] = [];
    const machine = new AnsweringMachine('w1', [
      [
        /^kubeadm token create/,
        { stdout: 'kubeadm join cp:6443 --token a.b --discovery-token-ca-cert-hash sha256:0123abcd \n' },
      ],
      [/^kubeadm (token delete|reset)/, {}],
    ]);
    machine.write = (path?: string, text?: string) => Promise.resolve(void written.push(path ?? '', text ?? ''));
    await tokenExpiredFault.apply(faultContextOf(new FakeKube({}, lists), machine), spec);
    expect(machine.asked.map(({ argv }) => argv.join(' '))).toEqual([
      'kubeadm token create --print-join-command',
      'kubeadm token delete abcdef',
      'kubeadm reset --force',
    ]);
    expect(written).toEqual([
      '/opt/wiki.txt',
      'kubeadm join cp:6443 --token a.b --discovery-token-ca-cert-hash sha256:dcba3210\n',
    ]);
  });

  test('proven without a token, without the kubelet.conf, and with the node missed', async () => {
    const prove = async (files: Readonly<Record<string, string>>, ready: string, secrets: readonly unknown[] = []) =>
      (
        await tokenExpiredFault.prove(
          faultContextOf(
            new FakeKube({ 'Node/w1': kubeNode(ready) }, { Secret: secrets }),
            new AnsweringMachine('w1', [], { '/opt/wiki.txt': 'kubeadm join x', ...files }),
          ),
          spec,
        )
      ).holds;
    expect(await prove({}, 'Unknown')).toBe(true);
    expect(await prove({}, 'True')).toBe(false);
    expect(await prove({}, 'Unknown', [secret])).toBe(false);
    expect(await prove({ '/etc/kubernetes/kubelet.conf': 'x' }, 'Unknown')).toBe(false);
    expect(await prove({ '/opt/wiki.txt': '' }, 'Unknown')).toBe(false);
  });
});
