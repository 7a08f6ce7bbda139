import { describe, expect, it } from 'vitest';
import { readCast, readSize } from '../../../web/client/debrief/read-cast.ts';

const header = '{"version": 2, "width": 120, "height": 40, "timestamp": 100}';

describe('the recording of a terminal', () => {
  it('counts from the hand-over', () => {
    const { size, events } = readCast(`${header}\n[0.5, "o", "a"]\n[2, "r", "80x24"]\n`, 99_000);
    expect(size).toEqual({ cols: 120, rows: 40 });
    expect(events).toEqual([
      { at: 1500, code: 'o', data: 'a' },
      { at: 3000, code: 'r', data: '80x24' },
    ]);
  });

  it('leaves out what is no event, such as a torn last line', () => {
    const lines = ['null', '7', '{}', '[]', '["1", "o", "a"]', '[1, "o", {}]', '[1, 2, "a"]', '[1e999, "o", "a"]'];
    expect(readCast([header, ...lines, '[1, "o", "to'].join('\n'), 0).events).toEqual([]);
  });

  it.each([
    '',
    'null',
    '[]',
    '"text"',
    'torn {',
    '{"width": "wide", "height": null}',
  ])('takes the usual size when the header is %j', (head) => {
    expect(readCast(head, 0)).toEqual({ size: { cols: 80, rows: 24 }, events: [] });
  });

  it('makes no screen larger than a terminal can be', () => {
    expect(readSize('99999999x99999999')).toEqual({ cols: 500, rows: 200 });
    expect(readSize('0x0')).toEqual({ cols: 2, rows: 2 });
    expect(readSize('80x24; x')).toBeUndefined();
    expect(readCast('{"width": 1e300, "height": -1}', 0).size).toEqual({ cols: 500, rows: 2 });
  });
});
