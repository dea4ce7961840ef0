import type { Program } from '../imports/index.js'

const person = ['contactName'] as const
const [email, phone] = [
  ['email', 'contactEmail'],
  ['phone', 'contactPhone'],
] as const

const googleAddress = {
  'e-mail 1 - value': email,
  'phone 1 - value': phone,
  'address 1 - street': ['addressLine1'],
  'address 1 - extended address': ['addressLine2'],
  'address 1 - city': ['city'],
  'address 1 - region': ['region'],
  'address 1 - postal code': ['postalCode'],
  'address 1 - country': ['country'],
  'website 1 - value': ['website'],
  labels: [],
  'group membership': [],
  'name prefix': [],
  'name suffix': [],
  'file as': [],
  nickname: [],
  location: [],
} as const

/** Exports of clients, as these programs write them. */
export const clientPrograms: readonly Program[] = [
  // Google Contacts, as it is and as it was until 2024.
  {
    signature: ['organization name', 'e-mail 1 - value'],
    columns: {
      ...googleAddress,
      'organization name': ['legalName'],
      'organization title': ['contactRole'],
      'first name': person,
      'middle name': person,
      'last name': person,
    },
  },
  {
    signature: ['organization 1 - name', 'given name'],
    columns: {
      ...googleAddress,
      'organization 1 - name': ['legalName'],
      'organization 1 - title': ['contactRole'],
      name: person,
      'given name': [],
      'additional name': [],
      'family name': [],
    },
  },
  // Outlook, in English and Spanish.
  {
    signature: ['first name', 'last name', 'business street'],
    columns: {
      company: ['legalName'],
      'first name': person,
      'middle name': person,
      'last name': person,
      title: [],
      suffix: [],
      'job title': ['contactRole'],
      'business street': ['addressLine1'],
      'business street 2': ['addressLine2'],
      'business city': ['city'],
      'business state': ['region'],
      'business postal code': ['postalCode'],
      'business country/region': ['country'],
      'business country': ['country'],
      'e-mail address': email,
      'business phone': phone,
      'web page': ['website'],
      categories: ['tags'],
    },
  },
  {
    signature: ['nombre', 'apellidos', 'calle del trabajo'],
    columns: {
      organización: ['legalName'],
      compañía: ['legalName'],
      nombre: person,
      'segundo nombre': person,
      apellidos: person,
      tratamiento: [],
      sufijo: [],
      puesto: ['contactRole'],
      cargo: ['contactRole'],
      'calle del trabajo': ['addressLine1'],
      'calle del trabajo 2': ['addressLine2'],
      'ciudad de trabajo': ['city'],
      'ciudad del trabajo': ['city'],
      'estado o provincia de trabajo': ['region'],
      'provincia o estado de trabajo': ['region'],
      'código postal de trabajo': ['postalCode'],
      'código postal del trabajo': ['postalCode'],
      'país o región de trabajo': ['country'],
      'país o región del trabajo': ['country'],
      'dirección de correo electrónico': email,
      'teléfono del trabajo': phone,
      'página web': ['website'],
      categorías: ['tags'],
    },
  },
  // Xero names the firm where others name a person.
  {
    signature: ['contact name', 'po address line 1'],
    columns: {
      'contact name': ['legalName'],
      'account number': ['externalId'],
      'email address': ['email'],
      'first name': person,
      'last name': person,
      'po attention to': [],
      'po address line 1': ['addressLine1'],
      'po address line 2': ['addressLine2'],
      'po city': ['city'],
      'po region': ['region'],
      'po postal code': ['postalCode'],
      'po country': ['country'],
      'tax number': ['taxId'],
      'due date sales invoice': ['paymentTermsDays'],
      'due date sales day': ['paymentTermsDays'],
    },
  },
  // Odoo says yes or no below Customer.
  {
    signature: ['name', 'company type', 'related company'],
    columns: { name: ['legalName'], customer: [], supplier: [] },
  },
  // Holded calls the firm a contact.
  { signature: ['fiscal name', 'contact id'], columns: { 'contact id': ['taxId'], 'contact email': ['email'] } },
  {
    signature: ['nombre fiscal', 'nif contacto'],
    columns: { 'nif contacto': ['taxId'], 'email de contacto': ['email'] },
  },
]
