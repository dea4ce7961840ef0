import { isId } from '../../lib/id.js'
import type { ImportField } from './description.js'

export const clientFields: readonly ImportField[] = [
  { name: 'id', identity: true, description: "The client's id in Clientela, as an export has it; a row that has one is of that client and no other.", headers: ['id', 'clientela id'], fits: text => isId(text, 'cli') },
  { name: 'externalId', identity: true, description: "The client's id in the system the spreadsheet came from; rows match by it first.", headers: ['externalId', 'referència externa', 'referencia externa', 'referència', 'referencia', 'codi client', 'código cliente', 'codi', 'código', 'id extern', 'id externo', 'external id', 'external reference', 'reference', 'customer id', 'client id', 'client code', 'customer code'] },
  { name: 'legalName', required: true, description: 'Name in law.', headers: ['legalName', 'raó social', 'razón social', 'nom', 'nombre', 'nom fiscal', 'nombre fiscal', 'empresa', 'client', 'cliente', 'legal name', 'company name', 'company', 'customer', 'customer name', 'name', 'business name', 'denominació', 'denominación'] },
  { name: 'tradeName', description: 'Name it trades under.', headers: ['tradeName', 'nom comercial', 'nombre comercial', 'trade name', 'trading name', 'brand', 'marca'] },
  { name: 'taxId', identity: true, description: 'The tax id (a NIF in Spain), in any usual spelling; rows match by it next.', headers: ['taxId', 'nif', 'cif', 'nif/cif', 'cif/nif', 'dni', 'vat', 'vat number', 'vat id', 'tax id', 'tax number', 'identificació fiscal', 'identificación fiscal', 'número fiscal'] },
  { name: 'taxIdCountry', description: 'Country of the tax id, where neither its prefix nor the address tells.', headers: ['taxIdCountry', 'país del nif', 'pais nif', 'tax id country', 'vat country'] },
  { name: 'addressLine1', required: true, description: 'Street and number.', headers: ['addressLine1', 'adreça', 'adreça 1', 'dirección', 'domicili', 'domicilio', 'carrer', 'calle', 'address', 'address 1', 'address line 1', 'street', 'street address'] },
  { name: 'addressLine2', description: 'Floor, door, building.', headers: ['addressLine2', 'adreça 2', 'dirección 2', 'complement', 'complemento', 'pis', 'piso', 'address 2', 'address line 2'] },
  { name: 'postalCode', description: 'Postal code; a Spanish one that lost its zero gets it back.', headers: ['postalCode', 'codi postal', 'código postal', 'cp', 'c.p.', 'postal code', 'postcode', 'zip', 'zip code'] },
  { name: 'city', required: true, description: 'City or town.', headers: ['city', 'població', 'población', 'ciutat', 'ciudad', 'municipi', 'municipio', 'localitat', 'localidad', 'town'] },
  { name: 'region', description: 'Province, state or region.', headers: ['region', 'província', 'provincia', 'regió', 'región', 'comarca', 'state', 'province', 'county'] },
  { name: 'country', description: "Country by its code, or its name in Catalan, Spanish, English or its own language; the organisation's where empty.", headers: ['country', 'país', 'pais', 'estat', 'country code', 'codi país', 'código país'] },
  { name: 'email', description: 'E-mail address of the business.', headers: ['email', 'correu electrònic', 'correo electrónico', 'correu', 'correo', 'e-mail', 'mail', 'e-mail address', 'email address'] },
  { name: 'phone', description: 'Telephone, as it is dialled.', headers: ['phone', 'telèfon', 'teléfono', 'tel', 'tel.', 'mòbil', 'móvil', 'telephone', 'phone number', 'mobile'] },
  { name: 'website', description: 'Web address; one without http gets https.', headers: ['website', 'web', 'pàgina web', 'página web', 'lloc web', 'sitio web', 'url', 'web site', 'homepage'] },
  { name: 'currency', description: 'The currency its documents take when none is given, as an ISO 4217 code.', headers: ['currency', 'moneda', 'divisa', 'currency code'] },
  { name: 'paymentTermsDays', description: 'Days from the date of issue to the last day for payment, 0 to 365.', headers: ['paymentTermsDays', 'dies de pagament', 'días de pago', 'termini de pagament', 'plazo de pago', 'venciment', 'vencimiento', 'payment terms', 'payment terms days', 'payment days'] },
  { name: 'tags', description: 'Free labels, separated by commas.', headers: ['tags', 'etiquetes', 'etiquetas', 'labels', 'categories', 'categorías', 'categoría', 'categoria'] },
  { name: 'notes', lines: true, description: 'Notes for colleagues.', headers: ['notes', 'notas', 'observacions', 'observaciones', 'comentaris', 'comentarios', 'comments', 'remarks'] },
  { name: 'language', description: 'The language to write to it in: Catalan, Spanish or English, by code or name.', headers: ['language', 'idioma', 'llengua', 'lengua'] },
  { name: 'contactName', description: 'Full name of a person there.', headers: ['contactName', 'contacte', 'contacto', 'persona de contacte', 'persona de contacto', 'nom del contacte', 'nombre del contacto', 'contact', 'contact name', 'contact person'] },
  { name: 'contactRole', description: 'What that person does there.', headers: ['contactRole', 'càrrec', 'cargo', 'càrrec del contacte', 'cargo del contacto', 'contact role', 'contact title', 'job title', 'position'] },
  { name: 'contactEmail', description: "That person's e-mail address.", headers: ['contactEmail', 'correu del contacte', 'correo del contacto', 'contact email', 'contact e-mail'] },
  { name: 'contactPhone', description: "That person's telephone.", headers: ['contactPhone', 'telèfon del contacte', 'teléfono del contacto', 'contact phone', 'contact telephone'] },
]
