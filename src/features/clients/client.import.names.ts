import type { NameParts } from '../imports/index.js'

/** The parts of a person's name that have columns of their own. */
export const personParts: NameParts['parts'] = [
  ['nombre', 'nom', 'first name', 'given name', 'nombre de pila', 'nom de pila', 'prénom', 'name'],
  ['middle name', 'additional name', 'segundo nombre', 'segon nom'],
  [
    'apellidos',
    'cognoms',
    'last name',
    'family name',
    'surname',
    'apellido',
    'cognom',
    'primer apellido',
    'primer cognom',
    'apellido 1',
    'cognom 1',
    'apellido1',
    'cognom1',
  ],
  ['segundo apellido', 'segon cognom', 'apellido 2', 'cognom 2', 'apellido2', 'cognom2', 'second surname'],
]

export const fiscalNames = [
  'raó social',
  'razón social',
  'nom fiscal',
  'nombre fiscal',
  'fiscal name',
  'legal name',
  'denominació social',
  'denominación social',
  'nom o raó social',
  'nombre o razón social',
  'nombre y apellidos o razón social',
  'nom / raó social',
  'registered name',
  'denominació',
  'denominación',
]
export const companyNames = [
  'company name',
  'company',
  'empresa',
  "nom de l'empresa",
  'nombre de la empresa',
  'organization name',
  'organization',
  'organisation',
  'organització',
  'organización',
  'companyia',
  'compañía',
  'account name',
  'business name',
]
export const customerNames = [
  'customer name',
  'nom del client',
  'nombre del cliente',
  'nom client',
  'nombre cliente',
  'cnomcli',
]
/** Columns with these headers may hold codes as well. */
export const clientNames = ['client', 'cliente', 'customer']
export const contactNames = [
  'contacte',
  'contacto',
  'persona de contacte',
  'persona de contacto',
  'nom del contacte',
  'nombre del contacto',
  'nom de contacte',
  'nombre de contacto',
  'contact',
  'contact name',
  'contact person',
  'full name',
  'nom complet',
  'nombre completo',
]
