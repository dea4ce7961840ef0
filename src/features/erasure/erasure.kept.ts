import type { ReadScope } from '../../database/scope/write-scope.js'
import { Invoice } from '../invoicing/index.js'
import type { ErasedRecords } from './erasure.js'
import type { Person } from './erasure.person.js'

// Código de Comercio, art. 30: books and vouchers are kept for six years; Ley 58/2003, General Tributaria, arts. 29.2
// and 66 to 70, for what may still be checked; Regulation (EU) 2016/679, art. 17.3 b: what a law obliges to keep is not
// erased.
const lawful =
  'Name, tax id and address on authorised invoices stay: commercial and tax law oblige to keep vouchers (Código de Comercio art. 30; Ley 58/2003 arts. 66 to 70), and the GDPR excepts what a law obliges to keep (art. 17.3 b).'

/** Records that stay as they are, and why. */
export async function keptOf(scope: ReadScope, person: Person): Promise<ErasedRecords[]> {
  const { clientId, isClient } = person
  const standing = { sql: "t.clientId = :clientId AND t.state IN ('AUTHORISED', 'VOIDED')", parameters: { clientId } }
  const invoices = isClient ? await scope.count(Invoice, standing) : 0
  const lawfully = invoices > 0 ? [{ kind: 'Invoice', count: invoices, what: lawful }] : []
  return [...lawfully, ...(await linesAbout(scope, person))]
}

const lines = [
  { kind: 'InvoiceLine', table: 'invoice_lines', document: 'invoice' },
  { kind: 'PurchaseOrderLine', table: 'purchase_order_lines', document: 'purchase_order' },
  { kind: 'QuoteLine', table: 'quote_lines', document: 'quote' },
]
const asWritten =
  'Lines of documents stay as they were written, also where they name the person; those of drafts can be changed.'

/** The lines of documents that name the person. */
async function linesAbout(scope: ReadScope, { clientId, identity }: Person): Promise<ErasedRecords[]> {
  const kept: ErasedRecords[] = []
  for (const { kind, table, document } of lines) {
    const rows = await scope.rows<{ description: string }>(
      `SELECT l.description FROM ${document}s d
      JOIN ${table} l ON l.organization_id = d.organization_id AND l.${document}_id = d.id
      WHERE d.organization_id = :organization AND d.client_id = :clientId`,
      { clientId },
    )
    const { length: count } = rows.filter(({ description }) => identity.erasedAsWords(description) !== description)
    if (count > 0) kept.push({ kind, count, what: asWritten })
  }
  return kept
}
