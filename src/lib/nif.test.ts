import { isNif, parseNif } from './nif.js'

// stdnum alone takes K12ABCDEN: it reads 12, and N goes with 12.
test.each(['K12ABCDEN', 'K1234567', 'B5837843', '12345678', 'I1234567A', 'B1234567Z', 'b58378431', ''])(
  '%j is no NIF',
  text => {
    expect(isNif(text)).toBe(false)
  },
)

test('pads with zeros only to what is right then', () => {
  expect(parseNif('0T').number).toBe('00000000T')
  expect(() => parseNif('1234567A')).toThrow(expect.objectContaining({ code: 'TAX_ID_LENGTH' }))
})

test('asks for the letter that eight digits lack', () => {
  expect(() => parseNif('12345678')).toThrow(/Add the letter/)
})

test.each(['B5837843Ñ', 'B583784\u00001', '123456789', 'IB1234567'])('refuses the form of %j', text => {
  expect(() => parseNif(text)).toThrow(expect.objectContaining({ code: 'TAX_ID_FORMAT', field: 'taxId' }))
})
