import fc from 'fast-check'
import { composeTaxId, parseTaxId, type TaxIdOrigin } from './tax-id.js'

const inSpain = { addressCountry: 'ES' }
const codes = (text: string, origin: TaxIdOrigin = inSpain) => parseTaxId(text, origin).warnings.map(({ code }) => code)
const refused = (code: string) =>
  expect.objectContaining({ code, field: 'taxId', message: expect.stringMatching(/\.$/) })

describe('a Spanish tax id', () => {
  test.each([
    '12345678Z',
    '00000000T',
    '54362315K',
    'X0000000T',
    'X1234567L',
    'Y1234567X',
    'Z1234567R',
    'K1234567L',
    'L1234567L',
    'M1234567L',
    'A58818501',
    'B58378431',
    'J99216582',
    'P2807900B',
    'Q2826000H',
    'N0112768G',
    'W8265365J',
    'U12345674',
    'A28000032',
    'B64717838',
  ])('%s is valid as it is', text => {
    expect(parseTaxId(text, inSpain)).toEqual({ country: 'ES', number: text, warnings: [] })
  })

  test.each([
    'ES B-58378431',
    'b-58.378.431',
    'ESB58378431',
    ' b58378431\n',
    'B/58378431',
    'Ｂ５８３７８４３１',
    'B\u201358378431',
    'B\u221258378431',
    'B\u00a058378431',
    '\ufeffB58378431',
    'es-b58378431',
  ])('%j is B58378431', text => {
    expect(parseTaxId(text, inSpain)).toEqual({ country: 'ES', number: 'B58378431', warnings: [] })
  })

  test.each([
    ['12345678A', 'TAX_ID_CHECK_CHARACTER'],
    ['54362315Z', 'TAX_ID_CHECK_CHARACTER'],
    ['Y1234567L', 'TAX_ID_CHECK_CHARACTER'],
    ['B64717839', 'TAX_ID_CHECK_CHARACTER'],
    ['B12345678', 'TAX_ID_CHECK_CHARACTER'],
    ['P2800000G', 'TAX_ID_CHECK_CHARACTER'],
    ['I1234567A', 'TAX_ID_FORMAT'],
    ['B5837843?', 'TAX_ID_FORMAT'],
    ['12345678', 'TAX_ID_LENGTH'],
    ['g 58378431x', 'TAX_ID_LENGTH'],
    ['ES1234567L', 'TAX_ID_LENGTH'],
    ['ESES12345678Z', 'TAX_ID_LENGTH'],
    ['', 'TAX_ID_LENGTH'],
    [' . - / ', 'TAX_ID_LENGTH'],
    ['1'.repeat(1_000_000), 'TAX_ID_LENGTH'],
    ['ﷺ'.repeat(60), 'TAX_ID_LENGTH'],
  ])('%.20j is refused with %s', (text, code) => {
    expect(() => parseTaxId(text, inSpain)).toThrow(refused(code))
  })

  test.each([
    ['1234567L', '01234567L', 'TAX_ID_PADDED'],
    ['Q28760312', 'Q28760312', 'TAX_ID_KIND_UNUSUAL'],
    ['B5837843A', 'B5837843A', 'TAX_ID_KIND_UNUSUAL'],
    ['A2801586E', 'A2801586E', 'TAX_ID_KIND_UNUSUAL'],
  ])('%s becomes %s with a warning', (text, number, code) => {
    expect(parseTaxId(text, inSpain)).toEqual({
      country: 'ES',
      number,
      warnings: [{ code, message: expect.stringContaining(number) }],
    })
  })

  test('stays Spanish on a foreign address, with a warning', () => {
    for (const addressCountry of ['FR', 'DE', 'AD', 'US', 'CY']) {
      expect(parseTaxId('B58378431', { addressCountry })).toMatchObject({
        country: 'ES',
        number: 'B58378431',
        warnings: [{ code: 'TAX_ID_FOREIGN_ADDRESS' }],
      })
    }
    expect(codes('ESB58378431', { addressCountry: 'FR' })).toEqual(['TAX_ID_FOREIGN_ADDRESS'])
    expect(codes('Q28760312', { addressCountry: 'FR' })).toEqual(['TAX_ID_KIND_UNUSUAL', 'TAX_ID_FOREIGN_ADDRESS'])
  })

  test('belongs to the country of the address where it is as valid there', () => {
    expect(parseTaxId('U12345005', { addressCountry: 'AT' })).toEqual({
      country: 'AT',
      number: 'U12345005',
      warnings: [],
    })
    expect(parseTaxId('U12345005', inSpain)).toEqual({ country: 'ES', number: 'U12345005', warnings: [] })
  })

  test('is what is expected where neither country nor address say otherwise', () => {
    expect(parseTaxId('12345678Z', {}).country).toBe('ES')
    expect(() => parseTaxId('12345678A', {})).toThrow(refused('TAX_ID_CHECK_CHARACTER'))
  })
})

describe('the country', () => {
  test('is the one given, before any prefix or address', () => {
    expect(parseTaxId('136695976', { country: 'DE', addressCountry: 'ES' }).country).toBe('DE')
    expect(parseTaxId('B58378431', { country: 'US', addressCountry: 'ES' })).toEqual({
      country: 'US',
      number: 'B58378431',
      warnings: [],
    })
    expect(() => parseTaxId('DE136695976', { country: 'ES' })).toThrow(refused('TAX_ID_LENGTH'))
    expect(() => parseTaxId('B58378431', { country: 'FR' })).toThrow(refused('TAX_ID_LENGTH'))
  })

  test('is that of a prefix that fits, before the address', () => {
    expect(parseTaxId('DE 136.695.976', inSpain)).toEqual({ country: 'DE', number: '136695976', warnings: [] })
    expect(parseTaxId('EL094259216', inSpain)).toEqual({ country: 'GR', number: '094259216', warnings: [] })
    expect(parseTaxId('GR094259216', inSpain)).toEqual({ country: 'GR', number: '094259216', warnings: [] })
    expect(parseTaxId('XI980780684', { addressCountry: 'GB' })).toEqual({
      country: 'XI',
      number: '980780684',
      warnings: [],
    })
    expect(() => parseTaxId('DE136695977', inSpain)).toThrow(refused('TAX_ID_CHECK_CHARACTER'))
  })

  test('is that of the address otherwise', () => {
    expect(parseTaxId('DE136695976', { addressCountry: 'DE' })).toEqual({
      country: 'DE',
      number: '136695976',
      warnings: [],
    })
    expect(parseTaxId('501964843', { addressCountry: 'PT' })).toEqual({
      country: 'PT',
      number: '501964843',
      warnings: [],
    })
    expect(() => parseTaxId('DE12345678', { addressCountry: 'DE' })).toThrow(refused('TAX_ID_LENGTH'))
  })

  test('may be written in small letters, and Greece as EL', () => {
    expect(parseTaxId('094259216', { country: 'el' }).country).toBe('GR')
    expect(parseTaxId('b58378431', { addressCountry: 'es' })).toMatchObject({ country: 'ES', warnings: [] })
  })
})

describe('a tax id from outside the Union', () => {
  test.each([
    ['US', '12-3456789', '123456789'],
    ['CH', 'CHE-123.456.788', 'E123456788'],
    ['GB', 'GB 980 7806 84', '980780684'],
    ['JP', 'T1234567890123', 'T1234567890123'],
    ['MX', 'MX', 'MX'],
    ['US', 'A'.repeat(30), 'A'.repeat(30)],
  ])('of %s, %s, is only normalised', (addressCountry, text, number) => {
    expect(parseTaxId(text, { addressCountry })).toEqual({ country: addressCountry, number, warnings: [] })
  })

  test.each(['A'.repeat(31), 'AB+12', 'ÑANDÚ', 'A\u0000B', '税123'])('is refused as %j', text => {
    expect(() => parseTaxId(text, { addressCountry: 'US' })).toThrow(refused('TAX_ID_FORMAT'))
  })
})

describe('composed', () => {
  test.each([
    ['ES', 'B58378431', 'ESB58378431'],
    ['GR', '094259216', 'EL094259216'],
    ['XI', '980780684', 'XI980780684'],
    ['CH', 'E123456788', 'CHE123456788'],
  ])('%s and %s are %s', (country, number, composed) => {
    expect(composeTaxId(country, number)).toBe(composed)
  })

  test('reads back as it was', () => {
    const number = fc.string({ unit: fc.constantFrom(...'ABCXYZ0123456789'), minLength: 1, maxLength: 28 })
    fc.assert(
      fc.property(number, fc.constantFrom('US', 'GB', 'CH', 'JP'), (text, country) => {
        expect(parseTaxId(composeTaxId(country, text), { country }).number).toBe(text)
      }),
    )
  })
})

describe('the tax ids of the sample spreadsheet', () => {
  test.each([
    ['B64717838', 'ES', 'ESB64717838', []],
    ['A58818501', 'ES', 'ESA58818501', []],
    ['1234567L', 'ES', 'ES01234567L', ['TAX_ID_PADDED']],
    ['X1234567L', 'ES', 'ESX1234567L', []],
    ['J99216582', 'ES', 'ESJ99216582', []],
    ['ES B-64717838', 'ES', 'ESB64717838', []],
    ['P2807900B', 'ES', 'ESP2807900B', []],
    ['Q28760312', 'ES', 'ESQ28760312', ['TAX_ID_KIND_UNUSUAL']],
    ['DE136695976', 'DE', 'DE136695976', []],
    ['501964843', 'PT', 'PT501964843', []],
    ['A28000032', 'ES', 'ESA28000032', []],
  ])('%s in %s is %s', (text, addressCountry, composed, warnings) => {
    const { country, number } = parseTaxId(text, { addressCountry })

    expect(composeTaxId(country, number)).toBe(composed)
    expect(codes(text, { addressCountry })).toEqual(warnings)
  })

  test.each([
    ['g 58378431x', 'TAX_ID_LENGTH'],
    ['P2800000G', 'TAX_ID_CHECK_CHARACTER'],
  ])('%s is refused with %s', (text, code) => {
    expect(() => parseTaxId(text, inSpain)).toThrow(refused(code))
  })
})

describe('an EU prefix decides whose rules and messages apply', () => {
  test.each([
    ['BE (0)468.561.072', 'BE', '0468561072'],
    ['BE 456.973.433', 'BE', '0456973433'],
    ['IT: 00743110157', 'IT', '00743110157'],
    ['EL: 094259216', 'GR', '094259216'],
    ['LU:15027442', 'LU', '15027442'],
  ])('%s is of %s', (text, country, number) => {
    expect(parseTaxId(text, inSpain)).toEqual({ country, number, warnings: [] })
  })

  test.each([
    ['BE697449982', 'Belgium'],
    ['DE12345678', 'Germany'],
    ['ATU14343102', 'Austria'],
    ['FR12345', 'France'],
  ])('%s is told of %s', (text, name) => {
    for (const addressCountry of ['ES', 'US', undefined]) {
      expect(() => parseTaxId(text, { addressCountry })).toThrow(
        expect.objectContaining({
          code: expect.stringMatching(/^TAX_ID_(LENGTH|CHECK_CHARACTER)$/),
          message: expect.stringContaining(name),
        }),
      )
    }
  })

  test('but a number of the one-stop shop tells no country', () => {
    expect(() => parseTaxId('EU372022452', inSpain)).toThrow(refused('TAX_ID_FORMAT'))
    expect(parseTaxId('EU372022452', { addressCountry: 'US' })).toMatchObject({ country: 'US', number: 'EU372022452' })
  })
})
