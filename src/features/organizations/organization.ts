import { choice, currency, text } from '../../model/field.js'
import { CountryCode, TimeZone } from '../../model/scalars.js'
import { RecordRow } from '../../model/row.js'
import { choices } from '../../model/choices.js'
import { entity } from '../../model/entity.js'

export const Language = choices('Language', 'A language of documents and messages.', {
  CA: 'Catalan.',
  ES: 'Spanish.',
  EN: 'English.',
})
export type Language = keyof typeof Language

@entity('organizations', 'A business that keeps its clients here. Every record belongs to exactly one.', {
  prefix: 'org',
  permission: null,
})
export class Organization extends RecordRow {
  @text('Its name.')
  name: string

  @text('Its country, ISO 3166-1 alpha-2; a document without another takes it.', { max: 2, scalar: CountryCode })
  country: string

  @currency('The currency of `base` amounts; fixed once a document exists.')
  baseCurrency: string

  @text('The IANA time zone in which its days begin and end.', { max: 64, scalar: TimeZone })
  timeZone: string

  @choice(Language, 'The language it works in.')
  language: Language
}
