import { asciiDomain, isEmailAddress, problemOfWebAddress } from './addresses.js'

test.each([
  'marta@x.example',
  'josé@example.com',
  'info@käse.example',
  'test@xn--umlut-ira.com',
  "o'brien@example.com",
  'a+b@example.museum',
  'MARTA@X.EXAMPLE',
  'δοκιμή@παράδειγμα.δοκιμή',
  '用户@例子.广告',
  'a.b-c_d@mail.example.co.uk',
  `${'a'.repeat(242)}@example.com`,
])('%s is an e-mail address', text => {
  expect(isEmailAddress(text)).toBe(true)
})

test.each([
  '',
  'x',
  '@x.example',
  'x@',
  'x@example',
  'marta@x..example',
  'marta@-x.example',
  'marta@x-.example',
  'marta@x.example.',
  'no tiene',
  'a@x.example, b@x.example',
  'Marta <a@x.example>',
  'mailto:a@x.example',
  'a@b@x.example',
  'a b@x.example',
  'a@x .example',
  'a\u200bb@x.example',
  'a@x\u00ad.example',
  'a\n@x.example',
  'a@x。example',
  'a@xn--a.com',
  'a@x_y.example',
  `${'a'.repeat(243)}@example.com`,
  'x'.repeat(900_000),
  '@'.repeat(900_000),
  `a@${'x.'.repeat(450_000)}`,
])('%p is none', text => {
  expect(isEmailAddress(text)).toBe(false)
})

test('an international domain is compared as computers write it', () => {
  expect(asciiDomain('Käse.Example')).toBe('xn--kse-qla.example')
  expect(asciiDomain('xn--kse-qla.example')).toBe('xn--kse-qla.example')
  expect(asciiDomain('example')).toBeUndefined()
})

test.each([
  'https://example.com',
  'http://example.com:8080/a?b=c#d',
  'HTTPS://Käse.example/ü',
  'https://example.com/@somebody',
])('%s is a web address', text => {
  expect(problemOfWebAddress(text)).toBeUndefined()
})

test.each([
  ['ftp://example.com', /not a web address/],
  ['javascript:alert(1)', /not a web address/],
  ['//example.com', /not a web address/],
  ['https://', /not a web address/],
  ['https://a b', /not a web address/],
  ['https://exa\u200bmple.com', /not a web address/],
  ['https://ana:secret@example.com', /user name or a password/],
  ['https://ana@example.com', /user name or a password/],
  ['https://:secret@example.com', /user name or a password/],
  [`https://example.com/${'x'.repeat(900_000)}`, /longer than 2000/],
])('%p is none that we keep', (text, problem) => {
  expect(problemOfWebAddress(text)).toMatch(problem)
})
