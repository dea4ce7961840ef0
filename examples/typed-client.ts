import { ClientelaError, ClientsWithOverviewDocument, CreateClientDocument } from '@clientela/sdk'
import type { ClientelaClient, CreateClientInput } from '@clientela/sdk'

/** The names of the clients that owe something overdue, read a hundred clients at a time. */
export async function debtors(clientela: ClientelaClient): Promise<string[]> {
  const names: string[] = []
  for await (const { nodes } of clientela.pages(ClientsWithOverviewDocument, { first: 100 }, data => data.clients))
    names.push(...nodes.filter(({ overview }) => overview.invoices.overdue.count > 0).map(({ legalName }) => legalName))
  return names
}

/** Creates a client. Returns what a form shows beside its fields where the API refuses the input. */
export async function save(clientela: ClientelaClient, input: CreateClientInput): Promise<Record<string, string>> {
  try {
    await clientela.mutate(CreateClientDocument, { input })
    return {}
  } catch (error) {
    if (!(error instanceof ClientelaError) || error.refusals.length === 0) throw error
    return Object.fromEntries(error.refusals.map(({ field, message }) => [field ?? '', message]))
  }
}
