import { cellFormat, formatByCode, isPercentage } from './cell-format.js'

test.each([
  [
    'DAY',
    [
      'dd/mm/yyyy',
      'yyyy-mm-dd',
      'd-mmm-yy',
      'mmm-yy',
      'mmmm',
      '[$-C0A]d" de "mmmm" de "yyyy;@',
      '[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy',
      '[Red]d/m/yy',
      'aaaa"h"-yyyy',
    ],
  ],
  ['TIME', ['h:mm', 'hh:mm:ss', 'h:mm AM/PM', '[h]:mm:ss', '[mm]:ss', 'mm:ss.0']],
  ['DAY_AND_TIME', ['dd/mm/yyyy h:mm', 'm/d/yy h:mm AM/PM', 'yyyy-mm-dd"T"hh:mm:ss']],
  [
    'NUMBER',
    [
      'General',
      '@',
      '0',
      '#,##0.00',
      '0.00E+00',
      '#,##0.00 "dies"',
      '[$€-C0A] #,##0',
      '_-* #,##0.00\\ "h"_-;-* #,##0',
      '[Red]0.00',
      '0%',
      '# ?/?',
      '\\d0',
      '',
    ],
  ],
  [5, ['00000', '[$-C0A]00000', '00000;@']],
  [9, ['000000000']],
])('%s is what is formatted as %j', (format, codes) => {
  expect(codes.map(code => [code, formatByCode(code)])).toEqual(codes.map(code => [code, format]))
})

test('knows the formats that files do not spell out, unless they do', () => {
  expect([0, 1, 4, 9, 14, 17, 20, 22, 46, 49].map(id => cellFormat(id, undefined))).toEqual([
    'NUMBER',
    'NUMBER',
    'NUMBER',
    'NUMBER',
    'DAY',
    'DAY',
    'TIME',
    'DAY_AND_TIME',
    'TIME',
    'NUMBER',
  ])
  expect(cellFormat(14, '00000')).toBe(5)
})

test('knows a percentage by the sign in the first section of its format, quoted text aside', () => {
  expect(['0%', '0.00 %', '[Red]0%;-0%', '#,##0.0%_-'].map(code => isPercentage(164, code))).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(['0', '0" %"', '0\\%', '[%]0', 'General;0%'].map(code => isPercentage(164, code))).toEqual([
    false,
    false,
    false,
    false,
    false,
  ])
  expect([9, 10, 2, 14].map(id => isPercentage(id, undefined))).toEqual([true, true, false, false])
})

test('a code however long takes no time', () => {
  const start = performance.now()
  for (const code of [
    '['.repeat(64_000),
    '"'.repeat(64_001),
    '\\'.repeat(64_000),
    '0'.repeat(64_000),
    '[h'.repeat(32_000),
  ])
    formatByCode(code)
  expect(performance.now() - start).toBeLessThan(500)
})
