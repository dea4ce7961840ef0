import { domainKey, nameKey, phoneKey } from './likeness.js'

test.each([
  ['Fusteria Roca, S.L.', 'fusteria roca'],
  ['FUSTERIA ROCA SLU', 'fusteria roca'],
  ['Fusteria Roca', 'fusteria roca'],
  ["L'Òpera, Societat Limitada", 'opera'],
  ['Müller & Söhne GmbH & Co. KG', 'muller sohne'],
  ['S.L.', null],
  ['SA', null],
  ['Ag', null],
  ['Col·legi d’Arquitectes S.C.C.L.', 'collegi arquitectes'],
  ['Telefónica, S. A.', 'telefonica'],
])('the name %s is told by %s', (name, key) => expect(nameKey(name)).toBe(key))

test.each([
  ['93 123 45 67', '931234567'],
  ['+34 931 23 45 67', '931234567'],
  ['0034-93.123.45.67', '931234567'],
  ['(93) 1234567 ext. 12', '931234567'],
  ['22 33 44 55', '22334455'],
  ['112', null],
  ['per correu', null],
])('the telephone %s is told by %s', (phone, key) => expect(phoneKey(phone)).toBe(key))

test.each([
  ['info@Roca.CAT', 'roca.cat'],
  ['roca@gmail.com', null],
  ['roca@GMAIL.com', null],
])('the e-mail address %s is told by %s', (email, key) => expect(domainKey(email)).toBe(key))
