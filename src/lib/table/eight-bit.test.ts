import iconv from 'iconv-lite'
import { TableFiles } from '../../../test/support/table-file.js'
import { charsets, looksMisread } from './eight-bit.js'
import { type EightBit } from './table.js'

const files = new TableFiles()
afterAll(() => {
  files.remove()
})

const here = {
  'a Spanish list':
    'Razón social;Dirección;Población\nMuñoz e Hijos SL;C/ Peñón 1, 2º;Logroño\nCamión Ibáñez;Avda. Jaén 3;Alcorcón\n',
  'one name': 'Nombre;Ciudad\nIbáñez;Vic\n',
  'a Catalan list':
    "Raó social;Adreça;Població\nCol·legi Güell;Plaça Major 1;Santa Coloma de Gramenet\nForn de l'Àngel;C/ Sèquia 2;Vilanova i la Geltrú\n",
  amounts: `Código;Población;Importe\n${'K1;Logroño;4.711,98\n'.repeat(6)}K2;Alcalá;1\n`,
  'short words': 'Nom;Població\nÍñigo i Àngel;Perú\nMaria ó Pau;Alcalá\nJosé;Sant Martí\n',
  capitals: 'RAZÓN SOCIAL;POBLACIÓN\nMUÑOZ GARCÍA SL;LOGROÑO\nCAMIÓN IBÁÑEZ SA;ALCORCÓN\n',
}
const cases = Object.entries(here).flatMap(([what, text]) =>
  (Object.keys(charsets) as EightBit[]).map(encoding => [encoding, what, text] as const),
) // its own keys

test.each(cases)('tells %s by the letters of %s', async (encoding, _what, text) => {
  const { encoding: told, sheets } = await files.recognise(iconv.encode(text, charsets[encoding]))
  expect([told, sheets[0]?.beginning.map(({ cells }) => cells.join(';')).join('\n')]).toEqual([
    encoding,
    text.trimEnd(),
  ])
})

test.each([
  ['French', 'Société;Ville\nCafé de la Gare;Saint-Étienne\nHôtel Cœur d’Alène;Besançon\n'],
  ['German', 'Firma;Straße\nMüller & Söhne GmbH;Größestraße 1\nBäckerei Jäger;Köln\n'],
  ['Portuguese', 'Razão;Cidade\nConceição & Irmãos;São João\nPão de Açúcar;Évora\n'],
  ['English with signs', 'Name;Price\nSmith’s “Best” – Café;5 €\nO’Brien;£3 ½\n'],
  ['Danish', 'Navn;By\nSørensen;Århus\nÆblegård;Køge\n'],
  ['amounts in euros', `Código cliente;Importe\n${'K1;4.711,98 €;14/03/2025\n'.repeat(6)}`],
  ['amounts in pounds and yen', `Name;Price;Café\n${'K1;£4,711.98;¥ 12\n'.repeat(6)}`],
  ['euros behind spaces that do not break', `Código;Importe\n${'K1;4711,98\u00a0€\n'.repeat(6)}`],
  ['names with spaces that do not break', 'Código;Nom\nK1;Mar\u00a0Blau SL\nK2;Sol\u00a0Nou SL\n'],
  ['only such names', 'Nom\nMar\u00a0Blau\u00a0SL\n'],
])('takes %s for Windows-1252', async (_what, text) => {
  expect((await files.recognise(iconv.encode(text, 'windows-1252'))).encoding).toBe('WINDOWS_1252')
})

test('what is nothing of these stays Windows-1252, and its texts look misread', async () => {
  const cyrillic = iconv.encode('Имя;Город\nИванов;Москва\n', 'cp866')
  const { sheets, encoding } = await files.recognise(cyrillic).catch(() => ({ encoding: 'REFUSED', sheets: [] }))
  expect(
    encoding === 'REFUSED' ||
      (encoding === 'WINDOWS_1252' && sheets[0]?.beginning.some(({ cells }) => cells.some(looksMisread))),
  ).toBe(true)
  expect(['Ca¤¢n', 'MuÃ±oz', 'Ca–—n', 'Logro±o', 'peÂºa', 'JosÈ mari'].map(looksMisread)).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
  ])
  expect(
    [
      'Muñoz',
      'Col·legi',
      'l’Hospitalet – €',
      'Barcelona–Madrid',
      '1º 2ª',
      'ÀNGEL',
      'McÉwan',
      'São',
      '5 ½ m²',
      'Peñón',
      'a°b',
    ].filter(looksMisread),
  ).toEqual(['McÉwan', 'a°b'])
})
