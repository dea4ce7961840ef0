import * as sdk from '@clientela/sdk'
import type { ClientelaClient } from '@clientela/sdk'
import { address, lines, notingClients } from './support/sdk.js'
import { World, type Tenant } from './support/world.js'

const { clientOf, unsentOf } = notingClients()
let world: World
let us: Tenant
let api: ClientelaClient

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  api = clientOf(us)
})
afterAll(() => world.stop())

const at = <R extends { id: string; version: number }>({ id, version }: R) => ({ id, version })

describe('every operation', () => {
  test('that concerns purchase orders', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Cal Ros', address } })
    const open = async (number: string) => {
      const { purchaseOrder } = await api.mutate(sdk.CreatePurchaseOrderDocument, {
        input: { clientId: client.id, number },
      })
      const {
        purchaseOrder: { id, version },
      } = await api.mutate(sdk.UpdatePurchaseOrderDocument, {
        input: { id: purchaseOrder.id, version: purchaseOrder.version, lines },
      })
      return (await api.mutate(sdk.OpenPurchaseOrderDocument, { input: { id, version, orderedOn: '2026-02-01' } }))
        .purchaseOrder
    }
    let order = await open('1')
    const same = () => ({ id: order.id, version: order.version })
    order = (
      await api.mutate(sdk.PartiallyReceivePurchaseOrderDocument, { input: { ...same(), receivedOn: '2026-02-02' } })
    ).purchaseOrder
    order = (await api.mutate(sdk.ReceivePurchaseOrderDocument, { input: { ...same(), receivedOn: '2026-02-03' } }))
      .purchaseOrder
    order = (await api.mutate(sdk.ClosePurchaseOrderDocument, { input: same() })).purchaseOrder
    const { purchaseOrder } = await api.request(sdk.PurchaseOrderDocument, { id: order.id })
    expect(purchaseOrder).toMatchObject({
      ...order,
      total: { amount: '121.00', currency: 'EUR' },
      lines: [{ description: 'Feina', net: { amount: '100.00' } }],
      taxes: [{ rate: '21' }],
    })
    order = await open('2')
    order = (await api.mutate(sdk.CancelPurchaseOrderDocument, { input: same() })).purchaseOrder
    const { purchaseOrder: draft } = await api.mutate(sdk.CreatePurchaseOrderDocument, {
      input: { clientId: client.id, number: '3' },
    })
    await api.mutate(sdk.DeletePurchaseOrderDocument, { input: { id: draft.id, version: draft.version } })
    expect(
      (await api.request(sdk.PurchaseOrdersDocument, { bucket: 'TOTAL', asOf: '2026-02-28', count: true }))
        .purchaseOrders,
    ).toMatchObject({ totalCount: 2 })
  })

  test('that concerns the pipeline and its deals', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Estudi Nord', address } })
    let { dealStage } = await api.mutate(sdk.CreateDealStageDocument, {
      input: { name: 'Demostració', category: 'OPEN' },
    })
    dealStage = (await api.mutate(sdk.UpdateDealStageDocument, { input: { ...at(dealStage), name: 'Demo' } })).dealStage
    const {
      dealStages: { nodes: stages },
    } = await api.request(sdk.DealStagesDocument, { count: true })
    const { dealStages: reordered } = await api.mutate(sdk.ReorderDealStagesDocument, {
      input: { stageIds: [dealStage.id, ...stages.map(({ id }) => id).filter(id => id !== dealStage.id)] },
    })
    expect(reordered.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect((await api.request(sdk.DealStageDocument, { id: dealStage.id })).dealStage).toMatchObject({
      name: 'Demo',
      position: 1,
    })

    let { deal } = await api.mutate(sdk.CreateDealDocument, {
      input: { clientId: client.id, title: 'Web nova', value: '1200' },
    })
    expect(deal).toMatchObject({
      stageId: dealStage.id,
      category: 'OPEN',
      probability: 50,
      value: { amount: '1200.00', currency: 'EUR' },
    })
    deal = (await api.mutate(sdk.UpdateDealDocument, { input: { ...at(deal), probability: 75 } })).deal
    deal = (await api.mutate(sdk.MoveDealDocument, { input: { ...at(deal), stageId: stages[1]?.id ?? '' } })).deal
    expect((await api.request(sdk.ClientDealsTabDocument, { id: client.id })).client).toMatchObject({
      overview: { deals: { open: { count: 1 }, weightedValue: { base: { amount: '900.00' } } } },
      deals: { totalCount: 1, nodes: [deal] },
    })
    const { dealBoard } = await api.request(sdk.DealBoardDocument, { filter: { clientId: { eq: client.id } } })
    expect(dealBoard.filter(({ count }) => count > 0)).toMatchObject([
      {
        stage: { id: stages[1]?.id },
        value: { amounts: [{ amount: '1200.00' }] },
        weightedValue: { base: { amount: '900.00' } },
        deals: { nodes: [deal] },
      },
    ])
    expect(
      (await api.request(sdk.DealsDocument, { filter: { category: { eq: 'OPEN' } }, count: true })).deals,
    ).toMatchObject({ totalCount: 1, nodes: [deal] })
    await api.mutate(sdk.RemoveDealStageDocument, { input: { id: dealStage.id, version: reordered[0]?.version ?? 0 } })

    const { deal: idle } = await api.mutate(sdk.CreateDealDocument, {
      input: { clientId: client.id, title: 'App', value: '0' },
    })
    await api.mutate(sdk.DeleteDealDocument, { input: at(idle) })
  })

  test('that concerns quotes', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Estudi Sud', address } })
    const { deal } = await api.mutate(sdk.CreateDealDocument, {
      input: { clientId: client.id, title: 'Web nova', value: '1200' },
    })
    const write = async () =>
      (await api.mutate(sdk.CreateQuoteDocument, { input: { clientId: client.id, dealId: deal.id, lines } })).quote
    let quote = await write()
    quote = (await api.mutate(sdk.UpdateQuoteDocument, { input: { ...at(quote), validUntil: '2026-03-31' } })).quote
    quote = (await api.mutate(sdk.SendQuoteDocument, { input: at(quote) })).quote
    quote = (await api.mutate(sdk.ReturnQuoteToDraftDocument, { input: at(quote) })).quote
    quote = (await api.mutate(sdk.SendQuoteDocument, { input: at(quote) })).quote
    quote = (await api.mutate(sdk.AcceptQuoteDocument, { input: at(quote) })).quote
    const { quote: invoiced } = await api.mutate(sdk.InvoiceQuoteDocument, { input: at(quote) })
    expect(invoiced).toMatchObject({
      state: 'INVOICED',
      number: 'Q2026/0001',
      invoice: { state: 'DRAFT', payable: { amount: '121.00' } },
    })
    const other = await api.mutate(sdk.SendQuoteDocument, { input: at(await write()) })
    await api.mutate(sdk.DeclineQuoteDocument, { input: at(other.quote) })
    await api.mutate(sdk.DeleteQuoteDocument, { input: at(await write()) })
    expect((await api.request(sdk.QuoteDocument, { id: quote.id })).quote).toMatchObject({
      state: 'INVOICED',
      deal: { id: deal.id },
      lines: [{ description: 'Feina' }],
      taxes: [{ rate: '21' }],
    })
    expect(
      (await api.request(sdk.QuotesDocument, { filter: { state: { eq: 'DECLINED' } }, count: true })).quotes,
    ).toMatchObject({ totalCount: 1, nodes: [{ number: 'Q2026/0002' }] })
    expect((await api.request(sdk.DealDocument, { id: deal.id })).deal?.quotes.nodes).toHaveLength(2)
  })

  const authorised = async (clientId: string, given: object = {}) => {
    let { invoice } = await api.mutate(sdk.CreateInvoiceDocument, { input: { clientId, ...given } })
    invoice = (await api.mutate(sdk.UpdateInvoiceDocument, { input: { ...at(invoice), lines } })).invoice
    invoice = (await api.mutate(sdk.SubmitInvoiceDocument, { input: at(invoice) })).invoice
    invoice = (await api.mutate(sdk.ReturnInvoiceToDraftDocument, { input: at(invoice) })).invoice
    invoice = (await api.mutate(sdk.SubmitInvoiceDocument, { input: at(invoice) })).invoice
    return (await api.mutate(sdk.AuthoriseInvoiceDocument, { input: { ...at(invoice), authorisedOn: '2026-02-01' } }))
      .invoice
  }

  test('that concerns invoices, payments, credit notes and refunds', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Dissenys Pi', address } })
    const invoice = await authorised(client.id)
    let { payment } = await api.mutate(sdk.RecordPaymentDocument, {
      input: { clientId: client.id, amount: '200', paidOn: '2026-02-02' },
    })
    let { allocation } = await api.mutate(sdk.AllocateDocument, {
      input: { invoiceId: invoice.id, paymentId: payment.id, allocatedOn: '2026-02-03' },
    })
    expect((await api.request(sdk.InvoiceDocument, { id: invoice.id })).invoice).toMatchObject({
      number: 'F2026/0001',
      payable: { amount: '121.00' },
      amountDue: { amount: '0.00' },
      billedParty: { legalName: 'Dissenys Pi' },
      allocations: { nodes: [allocation] },
      creditNotes: { nodes: [] },
    })
    expect((await api.request(sdk.AllocationDocument, { id: allocation.id })).allocation).toEqual(allocation)
    expect((await api.request(sdk.AllocationsDocument)).allocations.nodes).toEqual([allocation])
    allocation = (await api.mutate(sdk.DeallocateDocument, { input: at(allocation) })).allocation
    let { refund } = await api.mutate(sdk.RecordRefundDocument, { input: { paymentId: payment.id, amount: '50' } })
    expect((await api.request(sdk.PaymentDocument, { id: payment.id })).payment).toMatchObject({
      unappliedAmount: { amount: '150.00' },
      allocations: { nodes: [allocation] },
      refunds: { nodes: [refund] },
    })
    refund = (await api.mutate(sdk.ReverseRefundDocument, { input: at(refund) })).refund
    expect((await api.request(sdk.RefundDocument, { id: refund.id })).refund).toEqual(refund)
    expect((await api.request(sdk.RefundsDocument)).refunds.nodes).toEqual([refund])
    payment = (await api.mutate(sdk.UpdatePaymentDocument, { input: { ...at(payment), reference: 'Transferència 7' } }))
      .payment
    payment = (await api.mutate(sdk.ReversePaymentDocument, { input: at(payment) })).payment
    expect((await api.request(sdk.PaymentsDocument)).payments.nodes).toMatchObject([
      { id: payment.id, reversedOn: '2026-03-10' },
    ])

    const note = await authorised(client.id, { type: 'CREDIT_NOTE', correctsId: invoice.id })
    await api.mutate(sdk.VoidInvoiceDocument, { input: at(note) })
    const { invoice: draft } = await api.mutate(sdk.CreateInvoiceDocument, { input: { clientId: client.id } })
    await api.mutate(sdk.DeleteInvoiceDocument, { input: at(draft) })
    expect((await api.request(sdk.InvoicesDocument, { asOf: '2026-02-28', bucket: 'PENDING' })).invoices.nodes).toEqual(
      [],
    )
    expect((await api.request(sdk.InvoicesDocument, { bucket: 'PENDING' })).invoices.nodes).toMatchObject([
      { id: invoice.id, amountDue: { amount: '121.00' } },
    ])

    const { clients } = await api.request(sdk.ClientsWithOverviewDocument, { filter: { id: { eq: client.id } } })
    expect(clients.nodes[0]?.overview.invoices).toMatchObject({
      pending: { count: 1, amount: { amounts: [{ amount: '121.00', currency: 'EUR' }], withoutRate: 0 } },
    })
    const { clients: balances } = await api.request(sdk.ClientBalancesDocument, {
      filter: { id: { eq: client.id } },
      asOf: '2026-02-01',
    })
    expect(balances.nodes[0]?.overview).toMatchObject({ asOf: '2026-02-01', invoices: { outstanding: { count: 1 } } })
  })

  test('that concerns exchange rates: keeping them, and listing and filling documents without one', async () => {
    const others = await world.organization()
    const rates = clientOf(others)
    const made = (
      await rates.request(sdk.CreateExchangeRateDocument, {
        input: { currency: 'USD', day: '2026-03-01', rate: '0.9' },
      })
    ).createExchangeRate.exchangeRate
    const changed = (
      await rates.request(sdk.UpdateExchangeRateDocument, { input: { id: made?.id ?? '', version: 1, rate: '0.91' } })
    ).updateExchangeRate
    expect(changed).toMatchObject({ userErrors: [], exchangeRate: { version: 2, rate: '0.91' } })
    expect(
      (
        await rates.request(sdk.SaveExchangeRatesDocument, {
          input: {
            rates: [
              { currency: 'USD', day: '2026-03-01', rate: '0.92' },
              { currency: 'USD', day: '2026-03-02', rate: '0.93' },
            ],
          },
        })
      ).saveExchangeRates,
    ).toMatchObject({ created: 1, changed: 1, unchanged: 0 })
    expect((await rates.request(sdk.ExchangeRateDocument, { id: made?.id ?? '' })).exchangeRate).toMatchObject({
      version: 3,
      rate: '0.92',
    })
    expect(
      (
        await rates.request(sdk.ExchangeRatesDocument, {
          filter: { currency: { eq: 'USD' } },
          orderBy: { field: 'DAY' },
        })
      ).exchangeRates,
    ).toMatchObject({ totalCount: 2, nodes: [{ day: '2026-03-01' }, { day: '2026-03-02' }] })
    expect(
      (await rates.request(sdk.DeleteExchangeRateDocument, { input: { id: made?.id ?? '', version: 3 } }))
        .deleteExchangeRate.userErrors,
    ).toEqual([])
    const client = await others.client()
    const deal = await others.deal(client.id, { value: '10', currency: 'GBP' })
    await others.deal(client.id, { value: '20', currency: 'JPY' })
    expect(await rates.request(sdk.DocumentsWithoutRateDocument)).toMatchObject({
      invoices: { totalCount: 0 },
      payments: { totalCount: 0 },
      purchaseOrders: { totalCount: 0 },
      quotes: { totalCount: 0 },
      deals: { totalCount: 2, nodes: [{ client: { id: client.id } }, {}] },
    })
    expect(
      (await rates.request(sdk.SetRateDocument, { input: { id: deal.id, version: deal.version, rate: '1.2' } }))
        .setRate,
    ).toMatchObject({ document: { id: deal.id }, userErrors: [] })
    expect((await rates.request(sdk.FillRatesDocument, { input: {} })).fillRates).toMatchObject({
      filled: 0,
      withoutRate: 1,
      more: false,
    })
  })

  test('was sent by these tests', () => {
    expect(unsentOf(import.meta.url)).toEqual([])
  })
})
