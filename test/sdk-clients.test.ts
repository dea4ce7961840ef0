import * as sdk from '@clientela/sdk'
import type { ClientelaClient } from '@clientela/sdk'
import { address, notingClients, thrownBy } from './support/sdk.js'
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

describe('every operation', () => {
  test('that concerns clients and contacts', async () => {
    let { client } = await api.mutate(sdk.CreateClientDocument, {
      input: { legalName: 'Ateneu', address, taxId: 'B58378431', tags: ['coop'] },
    })
    client = (
      await api.mutate(sdk.UpdateClientDocument, {
        input: { id: client.id, version: client.version, tradeName: 'L’Ateneu' },
      })
    ).client
    expect(client).toMatchObject({
      tradeName: 'L’Ateneu',
      taxId: expect.stringContaining('B58378431'),
      tags: ['coop'],
      address: { country: 'ES' },
    })
    let { contact } = await api.mutate(sdk.CreateContactDocument, {
      input: { clientId: client.id, name: 'Marta Roca' },
    })
    contact = (
      await api.mutate(sdk.UpdateContactDocument, {
        input: { id: contact.id, version: contact.version, role: 'Gerent' },
      })
    ).contact
    expect((await api.request(sdk.ClientDocument, { id: client.id })).client?.contacts.nodes).toEqual([contact])
    expect((await api.request(sdk.ContactDocument, { id: contact.id })).contact).toEqual(contact)
    expect((await api.request(sdk.ContactsDocument, { count: true })).contacts.totalCount).toBe(1)
    await api.mutate(sdk.DeleteContactDocument, { input: { id: contact.id, version: contact.version } })
    client = (await api.mutate(sdk.ArchiveClientDocument, { input: { id: client.id, version: client.version } })).client
    expect((await api.request(sdk.ClientsDocument, { archived: 'ONLY', count: true })).clients).toMatchObject({
      totalCount: 1,
      nodes: [client],
    })
    expect((await api.request(sdk.ClientsDocument)).clients.nodes).toEqual([])
    client = (await api.mutate(sdk.UnarchiveClientDocument, { input: { id: client.id, version: client.version } }))
      .client
    await api.mutate(sdk.DeleteClientDocument, { input: { id: client.id, version: client.version } })
  })

  test('that concerns several clients, saved views and the caller', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Ateneu', address } })
    const { user } = await api.mutate(sdk.CreateUserDocument, { input: { name: 'Rut', email: 'rut@example.com' } })
    const versions = (clients: readonly { id: string; version: number }[]) =>
      clients.map(({ id, version }) => ({ id, version }))
    let { clients } = await api.mutate(sdk.TagClientsDocument, { input: { clients: versions([client]), add: ['vip'] } })
    clients = (await api.mutate(sdk.AssignClientsDocument, { input: { clients: versions(clients), ownerId: user.id } }))
      .clients
    clients = (await api.mutate(sdk.ArchiveClientsDocument, { input: { clients: versions(clients) } })).clients
    clients = (await api.mutate(sdk.UnarchiveClientsDocument, { input: { clients: versions(clients) } })).clients
    expect(clients).toMatchObject([{ tags: ['vip'], ownerId: user.id, archivedAt: null }])
    const refused = await thrownBy(api.mutate(sdk.ArchiveClientsDocument, { input: { clients: versions([client]) } }))
    expect(refused).toMatchObject({ code: 'CONFLICT', refusals: [{ field: 'clients.0.version' }] })

    expect((await api.request(sdk.SearchDocument, { query: 'ateneu', kinds: ['CLIENT'] })).search).toMatchObject([
      { kind: 'CLIENT', title: 'Ateneu', rank: 2, record: { id: client.id } },
    ])
    let { savedView } = await api.mutate(sdk.CreateSavedViewDocument, {
      input: {
        list: 'CLIENTS',
        name: 'VIP',
        filter: { tags: { has: 'vip' } },
        orderBy: { field: 'OVERDUE', direction: 'DESC' },
      },
    })
    savedView = (
      await api.mutate(sdk.UpdateSavedViewDocument, {
        input: { id: savedView.id, version: savedView.version, shared: true },
      })
    ).savedView
    expect((await api.request(sdk.SavedViewDocument, { id: savedView.id })).savedView).toEqual(savedView)
    expect(
      (await api.request(sdk.SavedViewsDocument, { filter: { list: { eq: 'CLIENTS' } } })).savedViews.nodes,
    ).toEqual([savedView])
    expect((await api.request(sdk.ClientsDocument, { savedViewId: savedView.id, count: true })).clients).toMatchObject({
      totalCount: 1,
      nodes: clients,
    })
    await api.mutate(sdk.DeleteSavedViewDocument, { input: { id: savedView.id, version: savedView.version } })
    await api.mutate(sdk.ArchiveUserDocument, { input: { id: user.id, version: user.version } })
    const { viewer } = await api.request(sdk.ViewerDocument)
    expect(viewer).toMatchObject({
      type: 'KEY',
      name: 'test',
      today: '2026-03-10',
      organization: { name: 'Prova' },
      limits: { pageSize: 100, records: 20_000 },
    })
    expect(viewer.permissions).toEqual([...viewer.permissions].sort())
    expect(viewer.permissions).toContain('deals:write')
  })

  test('that concerns the summaries of clients', async () => {
    const own = await world.organization()
    const [client] = [await own.client({ legalName: 'Ateneu' }), await own.client({ legalName: 'Bòbila' })]
    await own.invoice(client.id, '5', { currency: 'USD', dueOn: '2026-03-09', authorisedOn: '2026-03-01' })
    const { clientSummaries } = await clientOf(own).request(sdk.ClientSummariesDocument, {
      orderBy: { field: 'LEGAL_NAME', direction: 'ASC' },
      count: true,
    })
    expect(clientSummaries).toMatchObject({
      totalCount: 2,
      nodes: [
        {
          clientId: client.id,
          legalName: 'Ateneu',
          asOf: '2026-03-10',
          salesOverdueCount: 1,
          salesOverdueAmount: [{ amount: '5.00', currency: 'USD' }],
          salesOverdueAmountBase: null,
          salesOverdueAmountWithoutRate: 1,
        },
        {
          legalName: 'Bòbila',
          baseCurrency: 'EUR',
          salesOverdueCount: 0,
          salesOverdueAmount: [],
          salesOverdueAmountBase: '0.00',
          salesOverdueAmountWithoutRate: 0,
        },
      ],
    })
  })

  test('that concerns the merging of clients', async () => {
    const own = await world.organization()
    const their = clientOf(own)
    const [stays, goes] = [
      await own.client({ legalName: 'Sastreria' }),
      await own.client({ legalName: 'Sastreria SL', phone: '93 1' }),
    ]
    const likely = { score: 60, reasons: ['NAME'], other: { id: goes.id, legalName: 'Sastreria SL' } }
    expect((await their.request(sdk.ClientDuplicatesDocument)).clientDuplicates).toMatchObject([
      { ...likely, client: { id: stays.id } },
    ])
    expect(
      (await their.request(sdk.LikelyDuplicatesDocument, { id: stays.id })).client?.likelyDuplicates,
    ).toMatchObject([likely])
    const [one, two] = [await own.client({ legalName: 'Roca' }), await own.client({ legalName: 'Roca SA' })]
    await their.mutate(sdk.DismissDuplicateDocument, { input: { clientId: one.id, otherId: two.id } })
    expect((await their.request(sdk.ClientDuplicatesDocument)).clientDuplicates).toHaveLength(1)
    const { clientMergePreview } = await their.request(sdk.ClientMergePreviewDocument, {
      winnerId: stays.id,
      loserId: goes.id,
    })
    expect(clientMergePreview).toMatchObject({
      winner: { id: stays.id },
      loser: { id: goes.id },
      moves: [],
      conflicts: [],
      fields: expect.arrayContaining([{ field: 'PHONE', winner: null, loser: '93 1', takes: 'LOSER' }]),
    })
    const { client } = await their.mutate(sdk.MergeClientsDocument, {
      input: {
        winnerId: stays.id,
        winnerVersion: 1,
        loserId: goes.id,
        loserVersion: 1,
        take: [{ field: 'LEGAL_NAME', from: 'LOSER' }],
      },
    })
    expect(client).toMatchObject({ id: stays.id, legalName: 'Sastreria SL', phone: '93 1' })
    expect((await their.request(sdk.ClientDocument, { id: goes.id })).client).toMatchObject(client)
    const {
      clientMerges: {
        nodes: [merge],
      },
    } = await their.request(sdk.ClientMergesDocument, { count: true })
    expect((await their.request(sdk.ClientMergeDocument, { id: merge?.id ?? '' })).clientMerge).toEqual(merge)
    expect(merge).toMatchObject({
      loserId: goes.id,
      mergedIntoId: stays.id,
      legalName: 'Sastreria SL',
      mergedOn: '2026-03-10',
    })
    expect(
      (
        await their.mutate(sdk.UnmergeClientsDocument, {
          input: { mergeId: merge?.id ?? '', version: merge?.version ?? 0 },
        })
      ).client,
    ).toMatchObject({ id: goes.id, legalName: 'Sastreria SL' })
  })

  test('that concerns notes, calls, e-mails, meetings and the history of a client', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Forn Vell', address } })
    const { contact } = await api.mutate(sdk.CreateContactDocument, {
      input: { clientId: client.id, name: 'Laia Puig' },
    })
    let { interaction } = await api.mutate(sdk.CreateInteractionDocument, {
      input: { subjectId: client.id, kind: 'CALL', text: 'Vol el catàleg nou.', contactIds: [contact.id] },
    })
    interaction = (
      await api.mutate(sdk.UpdateInteractionDocument, {
        input: { id: interaction.id, version: interaction.version, title: 'Catàleg' },
      })
    ).interaction
    expect((await api.request(sdk.InteractionDocument, { id: interaction.id })).interaction).toMatchObject({
      ...interaction,
      subjectName: 'Forn Vell',
      contacts: [contact],
      activity: { nodes: [{ kind: 'CALL_CHANGED' }, { kind: 'CALL_LOGGED' }] },
    })
    expect((await api.request(sdk.InteractionsDocument, { count: true })).interactions).toMatchObject({
      totalCount: 1,
      nodes: [interaction],
    })
    expect((await api.request(sdk.ClientInteractionsDocument, { id: client.id })).client?.interactions.nodes).toEqual([
      { ...interaction, contacts: [contact] },
    ])
    await api.mutate(sdk.DeleteInteractionDocument, { input: { id: interaction.id, version: interaction.version } })
    const { client: told } = await api.request(sdk.ClientHistoryDocument, {
      id: client.id,
      first: 2,
      filter: { actorType: { eq: 'KEY' } },
      count: true,
    })
    expect(told?.activity).toMatchObject({
      totalCount: 5,
      nodes: [
        { summary: 'Call about client Forn Vell deleted' },
        {
          summary: 'Call about client Forn Vell changed: title',
          changes: [{ field: 'title', before: null, after: 'Catàleg' }],
        },
      ],
    })
    const { activityEvents } = await api.request(sdk.RecordHistoryDocument, { id: contact.id })
    expect(activityEvents.nodes).toMatchObject([
      {
        summary: 'Contact Laia Puig created',
        changes: [
          { field: 'clientId', label: 'client', after: 'Forn Vell' },
          { field: 'name', after: 'Laia Puig' },
          { field: 'primary', after: 'yes' },
        ],
      },
    ])
  })

  test('that concerns files', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Arxiu', address } })
    const { files } = await api.mutate(sdk.UploadFilesDocument, {
      input: { subjectId: client.id, files: [new File(['%PDF-1.7'], 'Oferta.pdf'), new Blob(['hola'])] },
    })
    expect(files).toMatchObject([
      { name: 'Oferta.pdf', contentType: 'application/pdf', size: 8, subjectName: 'Arxiu' },
      { name: 'blob', contentType: 'text/plain', size: 4 },
    ])
    const [offer, blob] = files
    const { file } = await api.mutate(sdk.RenameFileDocument, {
      input: { id: blob?.id ?? '', version: 1, name: 'hola.txt' },
    })
    expect(
      (await api.request(sdk.FilesDocument, { filter: { id: { eq: file.id } }, count: true })).files,
    ).toMatchObject({ totalCount: 1, nodes: [file] })
    expect(
      (await api.request(sdk.ClientFilesDocument, { id: client.id, orderBy: { field: 'NAME', direction: 'DESC' } }))
        .client?.files,
    ).toMatchObject({ totalCount: 2, nodes: [offer, file] })
    const { file: read } = await api.request(sdk.FileDocument, { id: file.id, inline: true })
    expect(read).toMatchObject({
      ...file,
      activity: {
        nodes: [{ kind: 'FILE_RENAMED' }, { kind: 'FILE_UPLOADED', summary: 'File about client Arxiu uploaded: blob' }],
      },
    })
    expect(await (await fetch(new URL(read?.downloadUrl ?? '', world.url))).text()).toBe('hola')
    await api.mutate(sdk.DeleteFileDocument, { input: { id: file.id, version: file.version } })
    const refused = await thrownBy(
      api.mutate(sdk.UploadFilesDocument, {
        input: { subjectId: client.id, files: [new Blob([Buffer.alloc(1_000_001)])] },
      }),
    )
    expect(refused).toMatchObject({ code: 'FILE_TOO_LARGE' })
  })

  test('that concerns erasure', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Laia Puig', address } })
    expect((await api.request(sdk.ErasurePreviewDocument, { personId: client.id })).erasurePreview).toMatchObject({
      recordType: 'Client',
      version: client.version,
      erases: [{ kind: 'Client', count: 1 }, { kind: 'ActivityEvent' }],
      keeps: [],
      open: [],
    })
    const { erasure } = await api.mutate(sdk.ErasePersonDocument, {
      input: { personId: client.id, version: client.version, reason: 'R-1' },
    })
    expect(erasure).toMatchObject({ recordType: 'Client', recordId: client.id, reason: 'R-1', kept: [] })
    expect((await api.request(sdk.ErasureDocument, { id: erasure.id })).erasure).toEqual(erasure)
    expect(
      (await api.request(sdk.ErasuresDocument, { filter: { recordId: { eq: client.id } }, count: true })).erasures,
    ).toMatchObject({ totalCount: 1, nodes: [erasure] })
    expect((await api.request(sdk.ClientDocument, { id: client.id })).client?.legalName).toMatch(/^\(erased\)/)
  })

  test('that offers a choice offers records that begin with the typed text, and none archived', async () => {
    const others = await world.organization()
    for (const legalName of ['Alba', 'Àlber', 'Bosc']) await others.client({ legalName })
    const gone = await others.client({ legalName: 'Albada' })
    await others.do('archiveClient', gone)
    const choice = clientOf(others)
    const { clients } = await choice.request(sdk.ClientPickerDocument, { filter: { legalName: { startsWith: 'alb' } } })
    expect(clients.nodes.map(({ legalName }) => legalName)).toEqual(['Alba', 'Àlber'])
    const clientId = clients.nodes[0]?.id ?? ''
    await others.project(clientId, { name: 'Web' })
    await others.do('createContact', { clientId, name: 'Marta' })
    await others.user({ name: 'Pol' })
    expect(
      (await choice.request(sdk.ProjectPickerDocument, { clientId, filter: { name: { startsWith: 'w' } } })).client
        ?.projects.nodes,
    ).toMatchObject([{ name: 'Web', state: 'DRAFT' }])
    expect((await choice.request(sdk.ContactPickerDocument, { clientId })).client?.contacts.nodes).toMatchObject([
      { name: 'Marta' },
    ])
    expect(
      (await choice.request(sdk.UserPickerDocument, { filter: { name: { startsWith: 'x' } } })).users.nodes,
    ).toEqual([])
    expect((await choice.request(sdk.UserPickerDocument)).users.nodes).toMatchObject([{ name: 'Pol' }])
  })

  test('was sent by these tests', () => {
    expect(unsentOf(import.meta.url)).toEqual([])
  })
})
