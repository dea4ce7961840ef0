import type { RowValues } from '../imports/index.js'
import type { Language } from '../organizations/index.js'

/** The contact of a row. */
export interface Person {
  name?: string
  role?: string
  email?: string
  phone?: string
}

/** The values that a row gives its client; null clears. */
export interface ClientValues extends RowValues {
  externalId?: string | null
  legalName?: string
  tradeName?: string | null
  taxIdCountry?: string | null
  taxIdNumber?: string | null
  addressLine1?: string
  addressLine2?: string | null
  postalCode?: string | null
  city?: string
  region?: string | null
  country?: string
  email?: string | null
  phone?: string | null
  website?: string | null
  currency?: string | null
  paymentTermsDays?: number | null
  tags?: string[]
  notes?: string | null
  language?: Language | null
  contact?: Person
  /** Addresses that have no field of their own: they go to the notes. */
  otherEmails?: string[]
}
