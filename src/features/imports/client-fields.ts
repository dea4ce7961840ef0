import { isId } from '../../lib/id.js'
import type { ImportField, NameParts } from './description.js'
import { isTaxIdColumn } from './tax-column.js'

/** Of what a person is called, the parts that have columns of their own. */
export const personParts: NameParts['parts'] = [
  ['nombre', 'nom', 'first name', 'given name', 'nombre de pila', 'nom de pila', 'prénom', 'name'],
  ['middle name', 'additional name', 'segundo nombre', 'segon nom'],
  ['apellidos', 'cognoms', 'last name', 'family name', 'surname', 'apellido', 'cognom', 'primer apellido', 'primer cognom', 'apellido 1', 'cognom 1', 'apellido1', 'cognom1'],
  ['segundo apellido', 'segon cognom', 'apellido 2', 'cognom 2', 'apellido2', 'cognom2', 'second surname'],
]

const fiscalNames = [
  'raó social', 'razón social', 'nom fiscal', 'nombre fiscal', 'fiscal name', 'legal name', 'denominació social', 'denominación social', 'nom o raó social', 'nombre o razón social', 'nombre y apellidos o razón social',
  'nom / raó social', 'registered name', 'denominació', 'denominación',
]
const companyNames = [
  'company name', 'company', 'empresa', "nom de l'empresa", 'nombre de la empresa', 'organization name', 'organization', 'organisation', 'organització', 'organización', 'companyia', 'compañía', 'account name', 'business name',
]
const customerNames = ['customer name', 'nom del client', 'nombre del cliente', 'nom client', 'nombre cliente', 'cnomcli']
/** These may as well hold a code. */
const clientNames = ['client', 'cliente', 'customer']
const contactNames = ['contacte', 'contacto', 'persona de contacte', 'persona de contacto', 'nom del contacte', 'nombre del contacto', 'nom de contacte', 'nombre de contacto', 'contact', 'contact name', 'contact person', 'full name', 'nom complet', 'nombre completo']

export const clientFields: readonly ImportField[] = [
  { name: 'id', identity: true, description: "The client's id in Clientela, as an export has it; a row that has one is of that client and no other.", headers: ['id', 'clientela id'], fits: text => isId(text, 'cli') },
  {
    name: 'externalId', identity: true, description: "The client's id in the system the spreadsheet came from; rows match by it first.",
    headers: [
      'externalId', 'referència externa', 'referencia externa', 'id extern', 'id externo', 'external id', 'external reference', 'codi client', 'código cliente', 'codi de client', 'código de cliente', 'cod cliente', 'cod client',
      'codcliente', 'núm client', 'número de client', 'número de cliente', 'num cliente', 'nº cliente', 'n cliente', 'customer id', 'client id', 'client code', 'customer code', 'customer number', 'client number', 'account number', 'record id',
      'referència', 'referencia', 'reference', 'codi', 'código', 'cod', 'ccodcli', 'subcuenta', 'subcompte', 'subcta', 'id',
    ],
  },
  {
    name: 'legalName', required: true, description: 'Name in law; of a person several columns, such as Nombre and Apellidos, are joined.',
    headers: ['legalName', ...fiscalNames, ...companyNames, ...customerNames, 'nom', 'nombre', 'name', ...clientNames, 'display name', 'nom i cognoms', 'nombre y apellidos', 'título', 'títol', 'titular'],
    joins: { parts: personParts, whole: [...fiscalNames, ...companyNames, ...customerNames, ...clientNames, 'legalName', 'display name'] },
  },
  { name: 'tradeName', description: 'Name it trades under.', headers: ['tradeName', 'nom comercial', 'nombre comercial', 'trade name', 'trading name', 'brand', 'marca', 'cnomcom'], spare: { headers: ['nom', 'nombre', 'name'], beside: ['legalName', ...fiscalNames] } },
  {
    name: 'taxId', identity: true, fits: isTaxIdColumn, description: 'The tax id (a NIF in Spain), in any usual spelling; rows match by it next.',
    headers: [
      'taxId', 'nif', 'cif', 'nif/cif', 'cif/nif', 'nif cif', 'dni', 'nif/dni', 'dni/nif', 'dni/cif', 'nif/cif/nie', 'vat', 'vat number', 'vat id', 'vat no', 'vat reg no', 'tax id', 'tax number', 'tax id number', 'identificació fiscal', 'identificación fiscal',
      'número fiscal', "número d'identificació fiscal", 'número de identificación fiscal', 'codi fiscal', 'código fiscal', 'nif iva', 'nif contacto', 'nif contacte', 'cdnicif',
    ],
  },
  { name: 'taxIdCountry', description: 'Country of the tax id, where neither its prefix nor the address tells.', headers: ['taxIdCountry', 'país del nif', 'pais nif', 'tax id country', 'vat country'] },
  {
    name: 'addressLine1', required: true, description: 'Street and number.',
    headers: ['addressLine1', 'adreça', 'adreça 1', 'dirección', 'dirección 1', 'domicili', 'domicilio', 'domicili fiscal', 'domicilio fiscal', 'adreça fiscal', 'dirección fiscal', 'carrer', 'calle', 'address', 'address 1', 'address line 1', 'street', 'street 1', 'street address', 'street address 1', 'billing address', 'billing street', 'adreça postal', 'dirección postal', 'cdircli'],
  },
  { name: 'addressLine2', description: 'Floor, door, building.', headers: ['addressLine2', 'adreça 2', 'dirección 2', 'calle 2', 'carrer 2', 'complement', 'complemento', 'pis', 'piso', 'address 2', 'address line 2', 'street 2', 'street address 2', 'street address line 2'] },
  { name: 'postalCode', description: 'Postal code; a Spanish one that lost its zero gets it back.', headers: ['postalCode', 'codi postal', 'código postal', 'cp', 'c.p.', 'c postal', 'cod postal', 'codpostal', 'codpos', 'd.p.', 'districte postal', 'distrito postal', 'postal code', 'postcode', 'zip', 'zip code', 'zip/postal code', 'billing zip', 'cptlcli'] },
  { name: 'city', required: true, description: 'City or town.', headers: ['city', 'població', 'población', 'ciutat', 'ciudad', 'municipi', 'municipio', 'localitat', 'localidad', 'poble', 'pueblo', 'town', 'population', 'billing city', 'cpobcli'] },
  { name: 'region', description: 'Province, state or region.', headers: ['region', 'província', 'provincia', 'prov', 'regió', 'región', 'comarca', 'state', 'state/region', 'state/province', 'province', 'county', 'comunitat autònoma', 'comunidad autónoma', 'cprocli'] },
  {
    name: 'country', description: "Country by its code, or its name in Catalan, Spanish, English or its own language; the organisation's where empty.",
    headers: ['country', 'país', 'pais', 'estat', 'country code', 'country name', 'codi país', 'código país', 'codi de país', 'código de país', 'cod país', 'codpais', 'nom del país', 'nombre del país', 'país/regió', 'país/región', 'país o regió', 'país o región', 'country/region', 'country or region', 'billing country'],
  },
  {
    name: 'email', description: 'E-mail address of the business.',
    headers: ['email', 'correu electrònic', 'correo electrónico', 'correu', 'correo', 'e-mail', 'mail', 'e-mail address', 'email address', 'adreça electrònica', 'dirección electrónica', 'adreça de correu', 'adreça de correu electrònic', 'dirección de correo electrónico', 'correu-e', 'email 1', 'cemail', 'cmailcli'],
    spare: { headers: ['contact email', 'email de contacto', 'email de contacte', 'correo de contacto', 'correu de contacte'] },
  },
  { name: 'phone', description: 'Telephone, as it is dialled.', headers: ['phone', 'telèfon', 'teléfono', 'tel', 'tel.', 'telf', 'tfno', 'tlf', 'telèfon 1', 'teléfono 1', 'tel 1', 'telef01', 'telèfon fix', 'teléfono fijo', 'tel fix', 'tel fijo', 'telephone', 'phone number', 'phone 1', 'business phone', 'work phone', 'mòbil', 'móvil', 'telèfon mòbil', 'teléfono móvil', 'mobile', 'mobile phone', 'mobile number', 'ctfo1cli'] },
  { name: 'website', description: 'Web address; one without http gets https.', headers: ['website', 'web', 'pàgina web', 'página web', 'lloc web', 'sitio web', 'url', 'website url', 'web page', 'web site', 'homepage', 'company domain name', 'domain'] },
  { name: 'currency', description: 'The currency its documents take when none is given, as an ISO 4217 code.', headers: ['currency', 'moneda', 'divisa', 'currency code'] },
  { name: 'paymentTermsDays', description: 'Days from the date of issue to the last day for payment, 0 to 365.', headers: ['paymentTermsDays', 'dies de pagament', 'días de pago', 'termini de pagament', 'plazo de pago', 'venciment', 'vencimiento', 'payment terms', 'payment terms days', 'payment days', 'dies de venciment', 'días de vencimiento'] },
  { name: 'tags', description: 'Free labels, separated by commas.', headers: ['tags', 'etiquetes', 'etiquetas', 'labels', 'categories', 'categorías', 'categoría', 'categoria', 'grup', 'grupo', 'tags separated by', 'tags separados por', 'etiquetas separadas por'] },
  { name: 'notes', lines: true, description: 'Notes for colleagues.', headers: ['notes', 'notas', 'nota', 'observacions', 'observaciones', 'comentaris', 'comentarios', 'comments', 'remarks', 'internal notes', 'mobserv'] },
  { name: 'language', description: 'The language to write to it in: Catalan, Spanish or English, by code or name.', headers: ['language', 'idioma', 'llengua', 'lengua'] },
  {
    name: 'contactName', description: 'Full name of a person there; several columns, such as First name and Last name, are joined.', headers: ['contactName', ...contactNames],
    spare: { headers: ['nom', 'nombre', 'name'], beside: companyNames }, joins: { parts: personParts, whole: ['contactName', ...contactNames] },
  },
  { name: 'contactRole', description: 'What that person does there.', headers: ['contactRole', 'càrrec', 'cargo', 'càrrec del contacte', 'cargo del contacto', 'contact role', 'contact title', 'job title', 'position', 'puesto', 'lloc de treball'] },
  { name: 'contactEmail', description: "That person's e-mail address; the business's, where several columns name the person.", headers: ['contactEmail', 'correu del contacte', 'correo del contacto', 'contact email', 'contact e-mail'], borrows: 'email' },
  { name: 'contactPhone', description: "That person's telephone; the business's, where several columns name the person.", headers: ['contactPhone', 'telèfon del contacte', 'teléfono del contacto', 'contact phone', 'contact telephone'], borrows: 'phone' },
]
