import { describe, expect, test } from 'vitest';
import { differences, readLook } from '../../bench/same-again/look.ts';

const lines = [
  'cp1 file /etc/hosts\t644 root:root 5c1f',
  'cluster object Pod shop/web-79b9d9d969-7tp45\t{"name":"web-79b9d9d969-7tp45"}',
  'cluster object Pod shop/web-79b9d9d969-fsclf\t{"name":"web-79b9d9d969-fsclf"}',
  'cluster object Service shop/web\t{"clusterIP":"10.96.216.73"}',
];

describe('two looks at a cluster', () => {
  test('are alike when only names and addresses differ that are drawn anew each time', () => {
    const again = lines.map((line) =>
      line.replaceAll('7tp45', 'zz2x9').replaceAll('fsclf', '4h7qk').replace('216.73', '85.249'),
    );
    expect(differences(readLook(lines), readLook(again))).toEqual([]);
  });

  test('differ by a file that was changed, one pod less, and what was not there', () => {
    const [hosts = '', first = '', , service = ''] = lines;
    const after = [hosts.replace('5c1f', '77aa'), first, service, 'cp1 held kubelet\theld'];
    expect(differences(readLook(lines), readLook(after))).toEqual([
      'cluster object Pod shop/web-79b9d9d969-* (2): {"name":"web-79b9d9d969-*"} -> is not there',
      'cp1 file /etc/hosts: 644 root:root 5c1f -> 644 root:root 77aa',
      'cp1 held kubelet: was not there -> held',
    ]);
  });

  test('of long objects show the part that differs', () => {
    const of = (spec: string) =>
      readLook([`cluster object Node /w1\t{"labels":"${'of the machine '.repeat(50)}",${spec}"kind":"Node"}`]);
    const [difference = ''] = differences(of(''), of('"taints":["not-ready"],'));
    expect(difference).toContain('"taints":["not-ready"]');
    expect(difference).toMatch(/^cluster object Node \/w1: …/);
    expect(difference.length).toBeLessThan(200);
    expect(differences(of(''), of(''))).toEqual([]);
  });

  test('tell the address of a Service that is always the same', () => {
    const of = (address: string) =>
      readLook([`cluster object Service kube-system/kube-dns\t{"clusterIP":"${address}"}`]);
    expect(differences(of('10.96.0.10'), of('10.96.85.249'))).toHaveLength(1);
  });
});
