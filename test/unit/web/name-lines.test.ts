import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameLines } from '../../../web/client/debrief/name-lines.ts';

const phone = { line: 13, small: 16 };

test('a name with room stands in one line', () => {
  expect(nameLines('control plane', phone)).toEqual(['control plane']);
});

test('a longer one is parted where a reader would part it', () => {
  expect(nameLines('service shop/web', phone)).toEqual(['service shop/', 'web']);
  expect(nameLines('pods of shop/checkout', phone)).toEqual(['pods of shop/', 'checkout']);
  expect(nameLines('kube-controller-manager', phone)).toEqual(['kube-controller-', 'manager']);
});

test('what has no room even in two lines says that it goes on', () => {
  expect(nameLines('pods of warehouse/inventory-of-everything', phone)).toEqual(['pods of', 'warehouse/inven…']);
  expect(nameLines('averyveryverylongnamewithoutanybreakinit', phone)).toEqual([
    'averyveryverylon',
    'gnamewithoutany…',
  ]);
});

test('no line is longer than its room, and a name that fits loses no letter', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (name) => {
      const lines = nameLines(name, phone);
      expect(lines.every((line) => line.length <= phone.small)).toBe(true);
      const letters = (text: string) => text.replaceAll(/\s/g, '');
      const isCut = lines.some((line) => line.endsWith('…'));
      expect(isCut || letters(lines.join('')) === letters(name)).toBe(true);
    }),
  );
});
