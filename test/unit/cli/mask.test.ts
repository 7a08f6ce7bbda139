import { expect, test } from 'vitest';
import { maskSecrets } from '../../../engine/cli/mask.ts';

const mask = (text: string, known: readonly string[] = []) => maskSecrets(text, known, '/home/jo');

test.each([
  ['-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----', '[masked RSA PRIVATE KEY]'],
  ['    client-key-data: TUlJRXBBSUJBQUtDQVFFQQ==', '    client-key-data: [masked]'],
  ['"client-key-data":"TUlJRXBBSUJBQUtDQVFFQQ=="', '"client-key-data":"[masked]"'],
  ['kubeadm join 10.210.0.2:6443 --token abcdef.0123456789abcdef', 'kubeadm join 10.210.0.2:6443 --token [masked]'],
  ['http://127.0.0.1:7080/?token=Zk3_-abc', 'http://127.0.0.1:7080/?token=[masked]'],
  ['cookie: kubewright-7080=AAAABBBBCCCCDDDDEEEE', 'cookie: kubewright-7080=[masked]'],
  ['Authorization: Bearer abc.def', 'Authorization: Bearer [masked]'],
  ['password=hunter22 user=jo', 'password=[masked] user=jo'],
  ['proxy http://jo:hunter22@proxy:3128', 'proxy http://[masked]@proxy:3128'],
  ['/home/jo/.local/state/kubewright', '~/.local/state/kubewright'],
])('%j', (text, shown) => {
  expect(mask(text)).toBe(shown);
});

test('what is known to be a secret is masked wherever it stands, also inside of a word', () => {
  expect(mask('x-f00dfeed-y f00dfeedc0ffee', ['f00dfeed', 'f00dfeedc0ffee', ''])).toBe('x-[masked]-y [masked]');
});

test('what is no secret stays', () => {
  const text = 'node w1 NotReady 10.210.0.4 v1.34.4 sha256:0a1b etcd-cp1 kubewright-abc234-worker "tokens": 3';
  expect(mask(text)).toBe(text);
});
