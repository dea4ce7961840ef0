import { planned } from './support/importing.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  await us.client({ legalName: 'Forns', externalId: 'A' })
  await us.client({ legalName: 'Gas', taxId: 'B64717838' })
  for (const name of ['Rosa Pi', 'Pol Mas'])
    await us.do('createUser', { name, email: `${name.split(' ')[0]?.toLowerCase()}@example.com` })
})
afterAll(() => world.stop())

async function plan(kind: string, lines: string[]): Promise<Json> {
  const made = await planned(us, kind, lines)
  expect(made.columns.filter(({ field }: Json) => field === null)).toEqual([])
  return made
}
const told = ({ rows }: Json) =>
  rows.map(({ number, title, action, issues }: Json) =>
    [number, title, action, ...issues.map(({ code }: Json) => code)].join(' '),
  )
const commit = (made: Json, given: object = {}) =>
  us.do('commitImport', { id: made.id, version: made.version, ...given }, 'id version state')
/** Planned and written; then the same file has nothing new. */
async function moveIn(kind: string, lines: string[], count = lines.length - 1): Promise<Json> {
  const made = await plan(kind, lines)
  expect([kind, made.problem, made.totals, told(made).filter((text: string) => text.includes('ERROR'))]).toEqual([
    kind,
    null,
    expect.objectContaining({ create: count, update: 0, skip: 0, error: 0 }),
    [],
  ])
  const committed = await commit(made)
  const again = await plan(kind, lines)
  expect([kind, again.totals, told(again).filter((text: string) => text.includes('ERROR'))]).toEqual([
    kind,
    expect.objectContaining({ create: 0, update: 0, skip: count, error: 0 }),
    [],
  ])
  return committed
}

const files: Record<string, string[]> = {
  PROJECT: [
    'Referència;Client;NIF;Nom;Codi;Data d’inici;Final previst;Estat;Tancat el;Facturable',
    'P1;A;;Web;WEB;01/10/2025;2026-06-01;actiu;;sí',
    'P2;;B64717838;Auditoria;AUD;1-9-2025;;tancat;30.11.2025;no',
  ],
  TASK: [
    'Referència;Client;NIF;Tasca;Projecte;Responsable;Data d’inici;Venciment;Estat;Feta el',
    'T1;A;;Maqueta;WEB;Rosa Pi;01/11/2025;01/03/2026;pendent;',
    'T2;A;;Textos;P1;pol@example.com;01/11/2025;20/03/2026;en curs;',
    'T3;;B64717838;Informe;;;01/11/2025;;feta;15/12/2025',
  ],
  TIME_ENTRY: [
    'Referència;Projecte;Usuari;Data;Hores;Nota',
    'H1;P1;Rosa Pi;03/11/2025;1:30;Disseny',
    'H2;WEB;pol@example.com;04/11/2025;2,25;',
    'H3;P1;Rosa Pi;05/11/2025;8;',
  ],
  PURCHASE_ORDER: [
    'Referència;Client;Comanda;Data;Estat;Tancada el;Concepte;Quantitat;Preu;IVA;Total',
    'O1;A;PO-77;10/11/2025;oberta;;Taules;2;150,50;21;380,71',
    'O1;A;PO-77;10/11/2025;oberta;;Cadires;0,5;33;;',
    'O2;A;PO-78;11/11/2025;tancada;20/11/2025;Làmpada;1;10;21;12,10',
  ],
  INVOICE: [
    'Referència;Client;NIF;Número;Classe;Tipus;Data;Venciment;Estat;Concepte;Quantitat;Preu;IVA;IRPF;Total',
    'F1;A;;2025-14;venda;factura;15/11/2025;15/12/2025;emesa;Feina;10;60;21;15;636,00',
    'F2;A;;2025-15;venda;factura;20/11/2025;20/05/2026;emesa;Feina;1;100;21;;',
    'F2;A;;2025-15;venda;factura;20/11/2025;20/05/2026;emesa;Viatge;1;1.234,50;;;',
    'F3;A;;2025-A1;venda;abonament;25/11/2025;;emesa;Descompte;1;36;;;36',
    'F4;;B64717838;X-9;compra;factura;01/11/2025;01/12/2025;emesa;Llum;1;50;21;;60,50',
  ],
  PAYMENT: [
    'Id cobrament;Client;NIF;Data de cobrament;Import;Factura;Classe;Forma de pagament',
    'C1;A;;10/12/2025;200;2025-14;venda;transferència',
    'C2;;B64717838;05/12/2025;60,50;X-9;compra;targeta',
  ],
  ALLOCATION: ['Referència;Factura;Abonament;Import;Data', 'L1;2025-14;2025-A1;36;20/12/2025'],
}

const figures = `{ clients(first: 10, orderBy: { field: LEGAL_NAME, direction: ASC }) { nodes { legalName overview {
    projects { count totalMinutes totalHours billableMinutes }
    tasks { overdue { count } due { count } upcoming { count } unscheduled { count } }
    purchaseOrders { total { count amount { amounts { amount } } } closed { count } open { count } }
    invoices { authorised { count amount { amounts { amount } } } overdue { count amount { amounts { amount } } } pending { count amount { amounts { amount } } } outstanding { amount { amounts { amount } } } unappliedCredit { amounts { amount } } }
    purchases: invoices(kind: PURCHASE) { authorised { count } paid { count amount { amounts { amount } } } }
    deals { open { count value { amounts { amount } } } won { count } } } } } }`

test('a business imports its history, and its figures equal those of its files', async () => {
  const { nodes: stages } = (await us.get('{ dealStages { nodes { name category } } }')).dealStages
  const [open, won] = ['OPEN', 'WON'].map(category => stages.find((stage: Json) => stage.category === category).name)
  await moveIn('PROJECT', files.PROJECT ?? [])
  await moveIn('TASK', files.TASK ?? [])
  await moveIn('TIME_ENTRY', files.TIME_ENTRY ?? [])
  await moveIn('PURCHASE_ORDER', files.PURCHASE_ORDER ?? [])
  await moveIn('INVOICE', files.INVOICE ?? [])
  await moveIn('PAYMENT', files.PAYMENT ?? [])
  await moveIn('ALLOCATION', files.ALLOCATION ?? [])
  await moveIn('DEAL', [
    'Referència;Client;Oportunitat;Valor;Probabilitat;Etapa;Tancada el;Responsable',
    `D1;A;Botiga en línia;12.000,00;40;${open};;Rosa Pi`,
    `D2;A;Manteniment;600;90;${won};05/02/2026;`,
  ])

  const { clients } = await us.get(figures)
  const amounts = (...values: string[]) => ({ amount: { amounts: values.map(amount => ({ amount })) } })
  expect(clients.nodes[0]).toEqual({
    legalName: 'Forns',
    overview: {
      projects: { count: 1, totalMinutes: 90 + 135 + 480, totalHours: '11.75', billableMinutes: 705 },
      tasks: { overdue: { count: 1 }, due: { count: 0 }, upcoming: { count: 1 }, unscheduled: { count: 0 } },
      // 2 × 150.50 + 21 % + 0.5 × 33 = 364.21 + 16.50; 10 + 21 %.
      purchaseOrders: { total: { count: 2, ...amounts('392.81') }, closed: { count: 1 }, open: { count: 1 } },
      invoices: {
        // 10 × 60 + 21 % − 15 %; 100 + 21 % + 1234.50
        authorised: { count: 2, ...amounts('1991.50') },
        overdue: { count: 1, ...amounts('400.00') },
        pending: { count: 1, ...amounts('1355.50') },
        outstanding: amounts('1755.50'),
        unappliedCredit: { amounts: [] },
      },
      purchases: { authorised: { count: 0 }, paid: { count: 0, amount: { amounts: [] } } },
      deals: { open: { count: 1, value: { amounts: [{ amount: '12000.00' }] } }, won: { count: 1 } },
    },
  })
  expect(clients.nodes[1].overview).toMatchObject({
    projects: { count: 1, totalMinutes: 0 },
    tasks: { unscheduled: { count: 0 } },
    purchases: { authorised: { count: 1 }, paid: { count: 1, ...amounts('60.50') } },
  })
  const { invoices } = await us.get(
    '{ invoices(first: 10, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { number external series issuedOn authorisedOn state billedParty { legalName } } } }',
  )
  expect(invoices.nodes[0]).toEqual({
    number: '2025-14',
    external: true,
    series: null,
    issuedOn: '2025-11-15',
    authorisedOn: '2025-11-15',
    state: 'AUTHORISED',
    billedParty: { legalName: 'Forns' },
  })
})

const codes = async (kind: string, lines: string[]) => told(await plan(kind, lines))

test('each wrong row names its error', async () => {
  expect(
    await codes('PROJECT', [
      'Referència;Client;Nom;Data d’inici;Estat;Tancat el',
      'X1;Z;Un;;;',
      ';A;Dos;;;',
      'X2;A;;;;',
      'X3;A;Tres;31/02/2026;;',
      'X4;A;Quatre;;tancat;',
      'X5;A;Cinc;;dormint;',
      'X6;A;Sis;;;01/01/2026',
      'P1;A;Web nova;;;',
      'X7;A;Set;;;',
      'X7;A;Vuit;;;',
    ]),
  ).toEqual([
    '2 Un ERROR CLIENT_UNKNOWN',
    '3 Dos ERROR EXTERNAL_ID_REQUIRED',
    '4  ERROR PROJECT_NAME_REQUIRED',
    '5 Tres ERROR DATE_INVALID',
    '6 Quatre ERROR DATE_REQUIRED',
    '7 Cinc ERROR CHOICE_UNKNOWN',
    '8 Sis ERROR STATE_MISSING',
    '9 Web nova ERROR RECORD_DIFFERS',
    '10 Set CREATE',
    '11 Vuit ERROR EXTERNAL_ID_DUPLICATE_IN_FILE',
  ])
  expect(
    await codes('TIME_ENTRY', [
      'Referència;Projecte;Usuari;Data;Hores',
      'Y1;NO;Rosa Pi;01/01/2026;1',
      'Y2;WEB;Ningú;01/01/2026;1',
      'Y3;WEB;Rosa Pi;01/01/2026;25:00',
      'Y4;WEB;Rosa Pi;;1',
      'Y5;WEB;Rosa Pi;01/01/2026;1,51',
    ]),
  ).toEqual([
    '2 Rosa Pi 2026-01-01 ERROR PROJECT_UNKNOWN',
    '3 Ningú 2026-01-01 ERROR USER_UNKNOWN',
    '4 Rosa Pi 2026-01-01 ERROR MINUTES_INVALID',
    '5 Rosa Pi ERROR DATE_REQUIRED',
    '6 Rosa Pi 2026-01-01 ERROR HOURS_INVALID',
  ])
})

test('a wrong line is reported on its document as well', async () => {
  const invoice = 'Referència;Client;Número;Data;Concepte;Quantitat;Preu;IVA;Total'
  expect(
    await codes('INVOICE', [
      invoice,
      'Z1;A;1;01/02/2026;a;1;10;21;12,10',
      'Z1;A;1;01/02/2026;b;1;x;21;',
      'Z2;A;2;01/02/2026;a;1;10;21;13',
      'Z3;A;3;01/02/2026;a;1;1,234;;',
      'Z1;A;1;01/02/2026;c;1;1;;',
      'Z4;A;4;;a;1;1;;',
      'Z5;A;5;01/02/2026;;1;1;;',
    ]),
  ).toEqual([
    '2 1 ERROR LINE_WRONG',
    '3 1 ERROR AMOUNT_INVALID',
    '4 2 ERROR TOTAL_DIFFERS',
    '5 3 ERROR AMOUNT_AMBIGUOUS',
    '6 1 CREATE',
    '7 4 ERROR DATE_REQUIRED',
    '8 5 ERROR DESCRIPTION_REQUIRED',
  ])
  expect(
    await codes('ALLOCATION', [
      'Referència;Factura;Abonament;Cobrament;Import;Data',
      'W1;no;2025-A1;;1;01/02/2026',
      'W2;2025-14;;;1;01/02/2026',
      'W3;2025-14;;no;1;01/02/2026',
    ]),
  ).toEqual([
    '2 1 → no ERROR INVOICE_UNKNOWN',
    '3 1 → 2025-14 ERROR CREDIT_REQUIRED',
    '4 1 → 2025-14 ERROR PAYMENT_UNKNOWN',
  ])
})

test('a conflict that only the commit sees, such as a number taken since, refuses the whole import', async () => {
  const headers = 'Referència;Client;Número;Data;Concepte;Preu'
  expect(told(await plan('INVOICE', [headers, 'N1;A;2025-14;01/02/2026;a;1']))).toEqual([
    expect.stringContaining('ERROR'),
  ])
  const made = await plan('INVOICE', [headers, 'N1;A;N-1;01/02/2026;a;1', 'N2;A;N-2;01/02/2026;a;1'])
  expect(made.totals).toMatchObject({ create: 2, error: 0 })
  const [client] = (await us.get('{ clients(filter: { externalId: { eq: "A" } }) { nodes { id } } }')).clients.nodes
  await us.do('createInvoice', {
    clientId: client.id,
    externalNumber: 'N-2',
    lines: [{ description: 'a', quantity: '1', unitPrice: '1' }],
  })
  const { userErrors } = await us.try('commitImport', { id: made.id, version: made.version })
  expect(userErrors).toEqual([expect.objectContaining({ code: expect.stringMatching(/IMPORT_REFUSED|NUMBER_TAKEN/) })])
  expect((await us.get('{ invoices(filter: { number: { eq: "N-1" } }) { totalCount } }')).invoices.totalCount).toBe(0)
})

test('an import can be undone while nothing depends on it: documents with lines, payments with allocations', async () => {
  const lines = [
    'Referència;Client;Número;Data;Concepte;Preu',
    'U1;A;U-1;01/02/2026;a;1',
    'U1;A;U-1;01/02/2026;b;2',
    'U2;A;U-2;01/02/2026;a;5',
  ]
  const count = async () =>
    await us.get('{ invoices { totalCount } payments { totalCount } allocations { totalCount } }')
  const start = await count()
  const invoices = await moveIn('INVOICE', lines)
  const payments = await moveIn('PAYMENT', ['Id cobrament;Client;Data;Import;Factura', 'V1;A;02/02/2026;3;U-1'])
  expect((await us.try('undoImport', { id: invoices.id, version: invoices.version })).userErrors).toEqual([
    expect.objectContaining({ code: 'IN_USE' }),
  ])
  await us.do('undoImport', { id: payments.id, version: payments.version })
  await us.do('undoImport', { id: invoices.id, version: invoices.version })
  expect(await count()).toEqual(start)
})

test('a key needs the permissions of the records and of clients', async () => {
  const attempt = async (scopes: Parameters<World['key']>[1]) => {
    const key = await world.key(us.organizationId, scopes)
    const { data, errors } = await key.ask(
      'mutation($input: CreateImportInput!) { createImport(input: $input) { importPlan { id } userErrors { code } } }',
      { input: { kind: 'INVOICE', file: new File(['Número\n1\n'], 'x.csv') } },
    )
    return errors?.[0]?.extensions.code ?? data.createImport.userErrors[0]?.code ?? 'done'
  }
  expect(await attempt(['clients:write', 'import'])).toBe('FORBIDDEN')
  expect(await attempt(['invoices:write', 'import'])).toBe('FORBIDDEN')
  expect(await attempt(['invoices:write', 'clients:read', 'import'])).toBe('done')
})
