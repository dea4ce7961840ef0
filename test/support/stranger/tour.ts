import {
  AuthoriseInvoiceDocument,
  ClientDocument,
  ClientelaClient,
  ClientelaError,
  ClientInvoicesTabDocument,
  ClientsDocument,
  ClientWithOverviewDocument,
  CreateClientDocument,
  CreateInvoiceDocument,
  SubmitInvoiceDocument,
  type ClientelaOptions,
  type ClientFieldsFragment,
  type ClientFilter,
  type ClientOrder,
  type ClientsQuery,
  type ClientsQueryVariables,
  type Connection,
  type CreateClientInput,
  type GraphQLAnswerError,
  type InvoiceBucket,
  type InvoiceFieldsFragment,
  type InvoiceState,
  type MoneyFieldsFragment,
  type OverviewFieldsFragment,
  type Refusal,
  type RequestOptions,
  type TransportCode,
  type TypedDocumentNode,
} from '@clientela/sdk'

// A program of somebody who has the package and nothing else of ours: test/slow/packed-sdk.test.ts compiles and runs it
// outside the repository.

const told = ({ amount, currency }: MoneyFieldsFragment): string => `${amount} ${currency}`
const state = ({ state }: InvoiceFieldsFragment): InvoiceState => state
const overdue = ({ invoices: { overdue } }: OverviewFieldsFragment): string[] => [
  String(overdue.count),
  ...overdue.amount.amounts.map(told),
]

async function codeOf(work: Promise<unknown>): Promise<{
  code: string
  status: number | undefined
  refusals: readonly Refusal[]
  paths: GraphQLAnswerError['path'][]
}> {
  try {
    await work
  } catch (error) {
    if (error instanceof ClientelaError)
      return {
        code: error.code,
        status: error.status,
        refusals: error.refusals,
        paths: error.errors.map(({ path }) => path),
      }
    throw error
  }
  throw new Error('It was not refused.')
}

/** The sizes of a list's pages. */
async function sizes(pages: AsyncIterable<Connection>): Promise<number[]> {
  const found: number[] = []
  for await (const { nodes } of pages) found.push(nodes.length)
  return found
}

const unreachable: TransportCode = 'NETWORK_ERROR'

async function authorised(clientela: ClientelaClient, clientId: string) {
  const { invoice: draft } = await clientela.mutate(CreateInvoiceDocument, {
    input: {
      clientId,
      dueOn: '2026-02-01',
      lines: [{ description: 'Feina', quantity: '2', unitPrice: '50', taxRate: '21' }],
    },
  })
  const { invoice: submitted } = await clientela.mutate(SubmitInvoiceDocument, {
    input: { id: draft.id, version: draft.version },
  })
  const { invoice } = await clientela.mutate(AuthoriseInvoiceDocument, {
    input: { id: submitted.id, version: submitted.version, authorisedOn: '2026-01-01' },
  })
  return invoice
}

export async function tour(options: ClientelaOptions, today: string) {
  const clientela = new ClientelaClient(options)

  // Changes, with what they take and what they give.
  const input: CreateClientInput = {
    legalName: 'Ateneu Popular, SCCL',
    taxId: 'ES B-58378431',
    tags: ['coop'],
    address: { line1: 'C/ Major 1', city: 'Terrassa' },
  }
  const { client, warnings } = await clientela.mutate(CreateClientDocument, { input })
  const first: ClientFieldsFragment = client
  for (const legalName of ['Bòbila', 'Cal Ros', 'Dissenys Pi', 'Estel'])
    await clientela.mutate(CreateClientDocument, { input: { ...input, taxId: null, legalName } })
  const invoice = await authorised(clientela, first.id)

  // Questions, and a list to its end.
  const { client: found } = await clientela.request(ClientWithOverviewDocument, { id: first.id, asOf: today })
  const filter: ClientFilter = { not: { legalName: { startsWith: 'bo' } } }
  const orderBy: ClientOrder = { field: 'LEGAL_NAME', direction: 'DESC' }
  const names: string[] = []
  for await (const { nodes } of clientela.pages(ClientsDocument, { first: 2, filter, orderBy }, data => data.clients))
    names.push(...nodes.map(({ legalName }) => legalName))
  const bucket: InvoiceBucket = 'OVERDUE'
  const document: TypedDocumentNode<ClientsQuery, ClientsQueryVariables> = ClientsDocument
  const { clients } = await clientela.request(document)

  // What goes wrong.
  const stranger = new ClientelaClient({ ...options, apiKey: 'nobody' })
  const nowhere = new ClientelaClient({ ...options, url: 'http://127.0.0.1:9/graphql' })
  const enough: RequestOptions = { signal: AbortSignal.abort(new Error('enough')) }
  return {
    made: {
      legalName: first.legalName,
      taxId: first.taxId,
      country: first.address.country,
      warnings: warnings.map(({ code }) => code),
    },
    invoice: { number: invoice.number, state: state(invoice), payable: told(invoice.payable) },
    overview: found && { asOf: found.overview.asOf, overdue: overdue(found.overview) },
    names,
    all: clients.nodes.length,
    sizes: await sizes(
      clientela.pages(ClientInvoicesTabDocument, { id: first.id, first: 1, bucket }, data => data.client?.invoices),
    ),
    wrongKey: await codeOf(stranger.request(ClientsDocument)),
    missing: await codeOf(clientela.request(ClientDocument, { id: 'cli_00000000000000000000000000' })),
    refused: await codeOf(clientela.mutate(CreateClientDocument, { input: { ...input, legalName: 'Un altre' } })),
    unreachable: (await codeOf(nowhere.request(ClientsDocument))).code === unreachable,
    calledOff: await clientela.request(ClientsDocument, {}, enough).catch((error: unknown) => String(error)),
  }
}

/** The types refuse what the API would refuse: each of these lines must be an error of the compiler. */
export async function wrong(clientela: ClientelaClient, id: string) {
  // @ts-expect-error -- a variable is missing
  await clientela.request(ClientDocument)
  // @ts-expect-error -- a number is no id
  await clientela.request(ClientDocument, { id: 7 })
  // @ts-expect-error -- the schema has no such order
  await clientela.request(ClientsDocument, { orderBy: { field: 'SHOE_SIZE' } })
  await clientela.mutate(CreateInvoiceDocument, {
    // @ts-expect-error -- amounts are exact texts
    input: { clientId: id, lines: [{ description: 'x', quantity: 1, unitPrice: '1' }] },
  })
  // @ts-expect-error -- a question is no change
  await clientela.mutate(ClientDocument, { id })
  const { client } = await clientela.request(ClientDocument, { id })
  // @ts-expect-error -- it may be null
  return client.legalName
}
