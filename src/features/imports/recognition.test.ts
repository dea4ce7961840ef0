import '../index.js'
import { headerRowOf, sheetOf } from './header-row.js'
import { fieldsOf } from './import-column.js'
import { columnsOf } from './recognition.js'
import { descriptionOf, type ImportKind } from './registry.js'

const rowsOf = (lines: readonly string[], delimiter: string) =>
  lines.map((line, at) => ({ number: at + 1, cells: line.split(delimiter) }))
const fieldsByHeader = (kind: ImportKind, lines: readonly string[], delimiter = ';') =>
  Object.fromEntries(
    columnsOf(rowsOf(lines, delimiter), 1, descriptionOf(kind)).flatMap(column =>
      column.field === null ? [] : [[column.header, fieldsOf(column).join('+')]],
    ),
  )
const leftOut = (kind: ImportKind, header: string) =>
  columnsOf(rowsOf([header], ';'), 1, descriptionOf(kind))
    .filter(({ field }) => field === null)
    .map(column => column.header)

test.each<[string, ImportKind, string, Record<string, string>]>([
  [
    'the name in law before the one in use',
    'CLIENT',
    'Nombre;Razón social',
    { Nombre: 'tradeName', 'Razón social': 'legalName' },
  ],
  ['a company before a person', 'CLIENT', 'Name;Company', { Name: 'contactName', Company: 'legalName' }],
  [
    'a person in two columns beside a company',
    'CLIENT',
    'Nombre;Apellidos;Empresa;Correo',
    { Nombre: 'contactName', Apellidos: 'contactName', Empresa: 'legalName', Correo: 'email+contactEmail' },
  ],
  [
    'a client who is a person',
    'CLIENT',
    'Apellidos;Nombre;Dirección',
    { Apellidos: 'legalName', Nombre: 'legalName', Dirección: 'addressLine1' },
  ],
  [
    'a name in three columns',
    'CONTACT',
    'Nom;Primer cognom;Segon cognom',
    { Nom: 'name', 'Primer cognom': 'name', 'Segon cognom': 'name' },
  ],
  ['a whole name before its parts', 'CONTACT', 'Full name;First Name;Last Name', { 'Full name': 'name' }],
  ['a name beside a family name', 'CONTACT', 'Name;Surname', { Name: 'name', Surname: 'name' }],
  ['a name before what may be a code', 'CLIENT', 'Cliente;Nombre', { Nombre: 'legalName' }],
  ['the telephone before the mobile one', 'CLIENT', 'Móvil;Teléfono', { Teléfono: 'phone' }],
  ['the first of two equal headers', 'CLIENT', 'Email;Email', { Email: 'email' }],
  ['the name of a field before all', 'CLIENT', 'Razón social;legalName', { legalName: 'legalName' }],
  [
    'a header of two words by the first that is known',
    'CLIENT',
    'Country/Region;State / Region;Móvil (trabajo);País [ISO]',
    { 'Country/Region': 'country', 'State / Region': 'region', 'Móvil (trabajo)': 'phone' },
  ],
  [
    'one column for two fields',
    'PROJECT',
    'Código de proyecto;Nombre',
    { 'Código de proyecto': 'externalId+code', Nombre: 'name' },
  ],
  [
    'the number of an invoice',
    'INVOICE',
    'Núm. factura;Fecha factura;Base imponible;% IVA;Total factura',
    {
      'Núm. factura': 'number',
      'Fecha factura': 'issuedOn',
      'Base imponible': 'unitPrice',
      '% IVA': 'taxRate',
      'Total factura': 'total',
    },
  ],
  [
    'an amount with tax for the total',
    'INVOICE',
    'Importe (IVA incluido);Precio (IVA incl.)',
    { 'Importe (IVA incluido)': 'total' },
  ],
  ['an amount with tax in other words', 'QUOTE', 'Importe (con IVA)', { 'Importe (con IVA)': 'total' }],
  [
    'an amount with tax in Catalan',
    'PURCHASE_ORDER',
    'Import (impostos inclosos);Preu',
    { 'Import (impostos inclosos)': 'total', Preu: 'unitPrice' },
  ],
  [
    'an amount with tax in English',
    'INVOICE',
    'Amount incl. VAT;Price (tax inclusive)',
    { 'Amount incl. VAT': 'total' },
  ],
  [
    'the total before an amount with tax',
    'INVOICE',
    'Importe c/IVA;Total (IVA incluido)',
    { 'Total (IVA incluido)': 'total' },
  ],
  [
    'an amount without tax for the price',
    'INVOICE',
    'Importe (IVA no incluido)',
    { 'Importe (IVA no incluido)': 'unitPrice' },
  ],
  [
    'a price without tax',
    'INVOICE',
    'Precio (sin IVA);IVA (%)',
    { 'Precio (sin IVA)': 'unitPrice', 'IVA (%)': 'taxRate' },
  ],
  ['what was paid, tax included', 'PAYMENT', 'Importe (IVA incluido)', { 'Importe (IVA incluido)': 'amount' }],
  ['a price before a base', 'INVOICE', 'Base;Precio', { Precio: 'unitPrice' }],
])('finds %s', (_what, kind, header, fields) => {
  expect(fieldsByHeader(kind, [header])).toEqual(fields)
})

test.each<[string, string, Record<string, string>]>([
  [
    'Holded',
    'Nombre fiscal;Nombre comercial;Persona de contacto;NIF contacto;Email de contacto;Teléfono;Móvil;Dirección;Población;Código postal;Provincia;País;Notas;Tags separados por -',
    {
      'Nombre fiscal': 'legalName',
      'Nombre comercial': 'tradeName',
      'Persona de contacto': 'contactName',
      'NIF contacto': 'taxId',
      'Email de contacto': 'email',
      Teléfono: 'phone',
      Dirección: 'addressLine1',
      Población: 'city',
      'Código postal': 'postalCode',
      Provincia: 'region',
      País: 'country',
      Notas: 'notes',
      'Tags separados por -': 'tags',
    },
  ],
  [
    'Contaplus',
    'Código;Título;N.I.F.;Domicilio;Población;Provincia;C.Postal;Teléfono;E-mail',
    {
      Código: 'externalId',
      Título: 'legalName',
      'N.I.F.': 'taxId',
      Domicilio: 'addressLine1',
      Población: 'city',
      Provincia: 'region',
      'C.Postal': 'postalCode',
      Teléfono: 'phone',
      'E-mail': 'email',
    },
  ],
  [
    'FacturaScripts',
    'codcliente;nombre;razonsocial;cifnif;telefono1;telefono2;email;direccion;codpostal;ciudad;provincia;codpais',
    {
      codcliente: 'externalId',
      nombre: 'tradeName',
      razonsocial: 'legalName',
      cifnif: 'taxId',
      telefono1: 'phone',
      email: 'email',
      direccion: 'addressLine1',
      codpostal: 'postalCode',
      ciudad: 'city',
      provincia: 'region',
      codpais: 'country',
    },
  ],
  [
    'Odoo',
    'ID;Name;Company Type;Related Company;Customer;Street;Street2;City;State;ZIP;Country;Website;Phone;Mobile;Email;Tax ID',
    {
      ID: 'externalId',
      Name: 'legalName',
      Street: 'addressLine1',
      Street2: 'addressLine2',
      City: 'city',
      State: 'region',
      ZIP: 'postalCode',
      Country: 'country',
      Website: 'website',
      Phone: 'phone',
      Email: 'email',
      'Tax ID': 'taxId',
    },
  ],
  [
    'HubSpot',
    'Record ID;Company name;Company Domain Name;Phone Number;Street Address;City;State/Region;Postal Code;Country/Region',
    {
      'Record ID': 'externalId',
      'Company name': 'legalName',
      'Company Domain Name': 'website',
      'Phone Number': 'phone',
      'Street Address': 'addressLine1',
      City: 'city',
      'State/Region': 'region',
      'Postal Code': 'postalCode',
      'Country/Region': 'country',
    },
  ],
  [
    'Xero',
    '*ContactName;AccountNumber;EmailAddress;FirstName;LastName;POAddressLine1;POAddressLine2;POCity;PORegion;POPostalCode;POCountry;PhoneNumber;TaxNumber;DueDateSalesInvoice',
    {
      '*ContactName': 'legalName',
      AccountNumber: 'externalId',
      EmailAddress: 'email+contactEmail',
      FirstName: 'contactName',
      LastName: 'contactName',
      POAddressLine1: 'addressLine1',
      POAddressLine2: 'addressLine2',
      POCity: 'city',
      PORegion: 'region',
      POPostalCode: 'postalCode',
      POCountry: 'country',
      PhoneNumber: 'phone+contactPhone',
      TaxNumber: 'taxId',
      DueDateSalesInvoice: 'paymentTermsDays',
    },
  ],
  [
    'Outlook',
    'Title;First Name;Middle Name;Last Name;Company;Job Title;Business Street;Business City;Business State;Business Postal Code;Business Country/Region;Business Phone;Mobile Phone;E-mail Address;Web Page;Notes',
    {
      'First Name': 'contactName',
      'Middle Name': 'contactName',
      'Last Name': 'contactName',
      Company: 'legalName',
      'Job Title': 'contactRole',
      'Business Street': 'addressLine1',
      'Business City': 'city',
      'Business State': 'region',
      'Business Postal Code': 'postalCode',
      'Business Country/Region': 'country',
      'Business Phone': 'phone+contactPhone',
      'E-mail Address': 'email+contactEmail',
      'Web Page': 'website',
      Notes: 'notes',
    },
  ],
  [
    'Google Contacts',
    'First Name;Middle Name;Last Name;Name Prefix;Organization Name;Organization Title;E-mail 1 - Value;Phone 1 - Value;Address 1 - Street;Address 1 - City;Address 1 - Postal Code;Address 1 - Country',
    {
      'First Name': 'contactName',
      'Middle Name': 'contactName',
      'Last Name': 'contactName',
      'Organization Name': 'legalName',
      'Organization Title': 'contactRole',
      'E-mail 1 - Value': 'email+contactEmail',
      'Phone 1 - Value': 'phone+contactPhone',
      'Address 1 - Street': 'addressLine1',
      'Address 1 - City': 'city',
      'Address 1 - Postal Code': 'postalCode',
      'Address 1 - Country': 'country',
    },
  ],
])('reads clients as %s writes them', (_program, header, fields) => {
  expect(fieldsByHeader('CLIENT', [header])).toEqual(fields)
})

test('leaves out what no field is known by, and what another column names better', () => {
  expect(leftOut('CLIENT', 'Razón social;Nombre comercial;Nombre;Color;Móvil;Teléfono')).toEqual([
    'Nombre',
    'Color',
    'Móvil',
  ])
})

test('the headers are, among the first rows that read like headers, those that name most fields', () => {
  const row = (lines: string[]) => headerRowOf(rowsOf(lines, ';'), descriptionOf('CLIENT'))
  expect(row(['Nombre;Empresa;Ciudad;País;Notas', 'Nombre fiscal;NIF;Dirección', 'x;y;z'])).toBe(1)
  expect(row(['Llistat de clients', '', 'Raó social;Adreça;Població', 'Client;Carrer;Ciutat'])).toBe(3)
  // A row of data may name more fields than the headers do.
  expect(row(['Raó social;Correu;Notes', 'Client;info@example.com;Telèfon', 'Empresa;a@example.com;Email'])).toBe(1)
  expect(row(['Fecha;14/03/2025;Importe', 'Nombre fiscal;Ciudad'])).toBe(2)
  expect(row(['Cliente;Cliente;Email;NIF', 'Nombre fiscal;Ciudad;x;y'])).toBe(2)
  expect(row(['a;b', 'c;d'])).toBe(1)
})

test('the sheet is the first visible one whose headers are known', () => {
  const sheet = (name: string, lines: string[], hidden = false) => ({
    name,
    beginning: rowsOf(lines, ';'),
    ...(hidden ? { hidden: true as const } : {}),
  })
  const chosen = (...sheets: ReturnType<typeof sheet>[]) => sheetOf(sheets, descriptionOf('CLIENT'))?.name
  const [cover, table] = [
    sheet('Instrucciones', ['Rellene la hoja «Clientes».', 'Notas', 'El NIF va sin guiones.']),
    sheet('Clientes', ['Nombre fiscal;NIF;Dirección;Población', 'Forn;;C/ 1;Vic']),
  ]
  expect([
    chosen(cover, table),
    chosen(table, cover),
    chosen(cover),
    chosen(sheet('Old', ['Nombre fiscal;NIF;Dirección'], true), table),
  ]).toEqual(['Clientes', 'Clientes', 'Instrucciones', 'Clientes'])
  expect([
    chosen(sheet('A', []), sheet('B', ['x'])),
    chosen(sheet('A', ['x']), sheet('B', ['Nombre fiscal'], false)),
    chosen(sheet('A', [])),
  ]).toEqual(['B', 'B', undefined])
})

test('a thousand columns in thirty sheets are looked at', () => {
  const lines = Array.from({ length: 50 }, (_, row) =>
    Array.from({ length: 1000 }, (_cell, at) => `/${'('.repeat(100)}${row} ${at}`).join(';'),
  )
  const sheets = Array.from({ length: 30 }, (_, at) => ({ name: String(at), beginning: rowsOf(lines, ';') }))
  expect(sheetOf(sheets, descriptionOf('CLIENT'))?.name).toBe('0')
  expect(columnsOf(sheets[0]?.beginning ?? [], 1, descriptionOf('CLIENT'))).toHaveLength(1000)
})
