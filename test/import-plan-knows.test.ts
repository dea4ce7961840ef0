import { committed, planned, told } from './support/importing.js'
import { World, type Json, type Tenant } from './support/world.js'

let world: World
let us: Tenant

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  await us.client({ externalId: 'K', currency: 'EUR' })
  const gone = await us.client({ externalId: 'OLD' })
  await us.do('archiveClient', { id: gone.id, version: gone.version })
  const { id } = await us.client({ externalId: 'P' })
  await us.project(id, { externalId: 'PR', openedOn: '2025-01-01' })
  await us.do('createUser', { name: 'Ana', email: 'ana@example.com' })
  await us.invoice(id, '100.00', { authorisedOn: '2025-03-01', externalId: 'F' })
  await us.do('recordPayment', { clientId: id, amount: '60.00', paidOn: '2025-03-02', externalId: 'C' })
})
afterAll(() => world.stop())

/** Every row that is planned is written, whatever the others are. */
async function expectCommit(plan: Json) {
  expect(plan.problem).toBeNull()
  expect(await committed(us, plan, { skipErrors: true })).toMatchObject({
    record: { state: 'COMMITTED' },
    userErrors: [],
  })
}

describe('no single row keeps a file from being planned', () => {
  test.each([
    [
      'PAYMENT',
      ['externalId;Codi client;Import;Data', 'P1;K;100,00;14/03/2025', 'Pàgina 1 de 1;;;', 'P3;K;cent;ahir'],
      [
        '2 CREATE',
        '3 ERROR AMOUNT_REQUIRED@amount DATE_REQUIRED@paidOn',
        '4 ERROR AMOUNT_INVALID@amount DATE_INVALID@paidOn',
      ],
    ],
    [
      'TIME_ENTRY',
      ['externalId;Projecte;Usuari;Data;Hores', 'H1;PR;Ana;14/03/2025;1,5', 'Total;;;;', 'H3;PR;Ana;ahir;u'],
      ['2 CREATE', '3 ERROR', '4 ERROR DATE_INVALID@date AMOUNT_INVALID@hours'],
    ],
    [
      'ALLOCATION',
      ['externalId;Factura;Cobrament;Import;Data', 'A1;F;C;10;14/03/2025', 'Total;;;;'],
      ['2 CREATE', '3 ERROR'],
    ],
    [
      'INVOICE',
      ['externalId;Codi client;Número;Data;Concepte;Preu', 'I0;K;0;14/03/2025;x;1', 'Total;;;;;'],
      ['2 CREATE', '3 ERROR'],
    ],
  ])('%s', async (kind, lines, rows) => {
    const plan = await planned(us, kind, lines)
    expect(plan).toMatchObject({ state: 'READY', problem: null })
    expect(plan.rows.map(({ action }: Json) => action)).toEqual(rows.map(row => row.split(' ')[1]))
    for (const [at, row] of rows.entries())
      for (const issue of row.split(' ').slice(2)) expect(told(plan)[at]).toContain(issue)
    await expectCommit(plan)
  })
})

describe('a plan says of a row what a commit would refuse', () => {
  test('of invoices', async () => {
    const plan = await planned(us, 'INVOICE', [
      'externalId;Codi client;Número;Data;Venciment;Concepte;Quantitat;Preu;Descompte;IVA;Classe;Estat;Anul·lada el',
      'I1;K;I-1;14/03/2025;;x;1;-100;;21;;;',
      'I2;K;I-2;14/03/2025;;x;-1;100;;21;;;',
      'I3;K;I-3;14/03/2025;;x;1;100;;121;;;',
      'I4;K;I-4;14/03/2035;;x;1;100;;21;;;',
      'I5;K;I-5;14/03/2025;01/01/2025;x;1;100;;21;;;',
      'I6;K;I-6;14/03/2025;;x;1,23456;100;;21;;;',
      'I7;K;I-7;14/03/2025;;x;1;100;120;21;;;',
      'I8;OLD;I-8;14/03/2025;;x;1;100;;21;;;',
      'I9;K;I-9;14/03/2025;;x;1;100;;21;;VOIDED;01/03/2025',
      'I10;K;I-9;14/03/2025;;x;1;100;;21;;;',
      'I11;K;I-9;14/03/2025;;x;1;100;;21;;;',
      'I12;K;S-1;14/03/2025;;x;1;100;;21;PURCHASE;;',
      'I13;P;S-1;14/03/2025;;x;1;100;;21;PURCHASE;;',
      'I14;K;S-1;14/03/2025;;x;1;100;;21;PURCHASE;;',
      'I15;K;I-15;14/03/2025;;x;1;100;;21;;;',
      'I15;K;I-15;14/03/2025;;x;0;100;;21;;;',
    ])
    expect(told(plan)).toEqual([
      '2 ERROR PRICE_INVALID@unitPrice',
      '3 ERROR QUANTITY_INVALID@quantity',
      '4 ERROR TAX_RATE_INVALID@taxRate',
      '5 ERROR DATE_FUTURE@issuedOn',
      '6 ERROR DUE_BEFORE_ISSUE@dueOn',
      expect.stringMatching(/^7 ERROR .*@quantity/),
      '8 ERROR DISCOUNT_INVALID@discount',
      expect.stringMatching(/^9 ERROR CLIENT_ARCHIVED/),
      '10 ERROR DATE_TOO_EARLY@voidedOn',
      '11 CREATE',
      '12 ERROR NUMBER_DUPLICATE_IN_FILE@number',
      '13 CREATE',
      '14 CREATE',
      '15 ERROR NUMBER_DUPLICATE_IN_FILE@number',
      '16 ERROR LINE_WRONG',
      '17 ERROR QUANTITY_INVALID@quantity',
    ])
    await expectCommit(plan)
    expect(
      told(
        await planned(us, 'INVOICE', ['externalId;Codi client;Número;Data;Concepte;Preu', 'Z1;K;I-9;14/03/2025;x;1']),
      ),
    ).toEqual(['2 ERROR NUMBER_TAKEN@number'])
  })

  test('which the number identifies where no column holds external ids', async () => {
    const header = 'Codi client;Número;Data;Classe;Concepte;Quantitat;Preu'
    const lines = [
      header,
      'K;V-2;14/03/2025;;Serveis;1;100,00',
      'K;V-2;14/03/2025;;Més;1;10,00',
      'K;V-3;14/03/2025;PURCHASE;Serveis;1;100,00',
      'P;V-3;14/03/2025;PURCHASE;Serveis;1;100,00',
      'K;;14/03/2025;;Serveis;1;100,00',
      'P;V-2;14/03/2025;;Serveis;1;1',
    ]
    const plan = await planned(us, 'INVOICE', lines)
    expect(told(plan)).toEqual([
      '2 CREATE',
      '3 CREATE',
      '4 CREATE',
      '5 CREATE',
      '6 ERROR NUMBER_REQUIRED@number',
      '7 ERROR NUMBER_DUPLICATE_IN_FILE@number',
    ])
    await expectCommit(plan)
    expect(told(await planned(us, 'INVOICE', lines.slice(0, 5)))).toEqual(['2 SKIP', '3 SKIP', '4 SKIP', '5 SKIP'])
    expect(told(await planned(us, 'INVOICE', [header, 'K;V-3;14/03/2025;PURCHASE;Serveis;2;100,00']))).toEqual([
      '2 ERROR RECORD_DIFFERS@lines',
    ])
    for (const kind of ['QUOTE', 'PURCHASE_ORDER']) {
      const numbered = ['Codi client;Número;Data;Concepte;Preu', 'K;N-7;14/03/2025;x;1', 'K;N-8;14/03/2025;x;1']
      await expectCommit(await planned(us, kind, numbered))
      expect(told(await planned(us, kind, numbered))).toEqual(['2 SKIP', '3 SKIP'])
    }
  })

  test('where rows of one document differ in what they say of all of it', async () => {
    const header = 'externalId;Codi client;Número;Data;Venciment;Moneda;Concepte;Preu;Total'
    const plan = await planned(us, 'INVOICE', [
      header,
      'D1;K;D-1;14/03/2025;;;x;1;2',
      'D1;K;D-2;14/03/2025;;;x;1;',
      'D3;K;D-3;14/03/2025;;;x;1;2,00',
      'D3;K;D-3;2025-03-14;;;x;1;"2"',
      'D4;K;D-4;14/03/2025;;;x;1;',
      'D4;P;D-4;14/03/2025;20/03/2025;;x;1;',
    ])
    expect(told(plan)).toEqual([
      '2 ERROR LINE_WRONG',
      '3 ERROR DOCUMENT_DIFFERS@number',
      '4 CREATE',
      '5 CREATE',
      '6 ERROR LINE_WRONG',
      '7 ERROR DOCUMENT_DIFFERS@dueOn',
    ])
    expect(plan.rows[5].issues[0].message).toBe(
      'Row 6 begins this document with dueOn empty, clientExternalId K, but this row has dueOn 2025-03-20, clientExternalId P; fix one of the two.',
    )
    await expectCommit(plan)
  })

  test('a column of references identifies documents only if each has one of its own', async () => {
    for (const kind of ['INVOICE', 'QUOTE', 'PURCHASE_ORDER']) {
      const file = (prefix: string, ...given: [string, string][]) => [
        'Referencia;Codi client;Número;Data;Concepte;Preu',
        ...given.map(([reference, number]) => `${reference};K;${prefix}${number};14/03/2025;x;1`),
      ]
      for (const [at, references] of [
        ['OBRA', 'OBRA'],
        ['', 'OBRA'],
        ['', ''],
      ].entries()) {
        const plan = await planned(us, kind, file(`R${at}-`, [references[0] ?? '', '1'], [references[1] ?? '', '2']))
        expect([kind, plan.columns[0].field, ...told(plan)]).toEqual([kind, null, '2 CREATE', '3 CREATE'])
      }
      const articles = await planned(us, kind, file('S-', ['A1', '1'], ['A2', '1']))
      expect([articles.columns[0].field, articles.rows[1].title, told(articles)]).toEqual([
        null,
        'S-1',
        ['2 CREATE', '3 CREATE'],
      ])
      const ids = await planned(us, kind, file('T-', ['I1', '1'], ['I1', '1'], ['I2', '2']))
      expect([ids.columns[0].field, told(ids)]).toEqual(['externalId', ['2 CREATE', '3 CREATE', '4 CREATE']])
    }
  })

  test('of a document whose number Excel shortened', async () => {
    for (const kind of ['INVOICE', 'QUOTE', 'PURCHASE_ORDER']) {
      const plan = await planned(us, kind, [
        'Codi client;Número;Data;Concepte;Preu',
        ...['x', 'y'].map(what => `K;"2,025E+11";14/03/2025;${what};1`),
      ])
      expect([kind, ...told(plan)]).toEqual([
        kind,
        '2 ERROR NUMBER_SHORTENED@number',
        '3 ERROR NUMBER_SHORTENED@number',
      ])
    }
  })

  test('of the contact of a client', async () => {
    const header = 'externalId;Nom fiscal;Adreça;Població;Contacte;Càrrec del contacte;Telèfon del contacte'
    const plan = await planned(us, 'CLIENT', [
      header,
      `C1;U;C/ 1;Vic;Rosa;;${'6'.repeat(45)}`,
      `C2;Dos;C/ 1;Vic;${'R'.repeat(201)};;`,
      `C3;Tres;C/ 1;Vic;Rosa;${'r'.repeat(201)};`,
      'C4;Quatre;C/ 1;Vic;Rosa;Cap;600111222',
    ])
    expect(told(plan)).toEqual([
      '2 ERROR TEXT_TOO_LONG@contactPhone',
      '3 ERROR TEXT_TOO_LONG@contactName',
      '4 ERROR TEXT_TOO_LONG@contactRole',
      '5 CREATE',
    ])
    expect(plan.rows[0].issues[0].message).toBe('contactPhone has 45 characters; shorten it to at most 40.')
    await expectCommit(plan)
    expect(
      told(
        await planned(us, 'CLIENT', [
          header,
          `C4;Quatre;C/ 1;Vic;Rosa;Cap;${'6'.repeat(45)}`,
          'C4;Quatre;C/ 1;Vic;Rosa;Cap;600',
        ]),
      ),
    ).toEqual(['2 ERROR TEXT_TOO_LONG@contactPhone', '3 UPDATE'])
    expect(told(await planned(us, 'CONTACT', ['clientExternalId;name;phone', `C4;Rosa;${'6'.repeat(45)}`]))).toEqual([
      '2 ERROR TEXT_TOO_LONG@phone',
    ])
  })

  test('of payments, and of what settles more than is due, over all rows of the file', async () => {
    const client = (await us.get('{ clients(first: 1, filter: { externalId: { eq: "P" } }) { nodes { id } } }')).clients
      .nodes[0].id
    await us.invoice(client, '289.00', { authorisedOn: '2025-03-01', externalId: 'G' })
    await us.do('recordPayment', { clientId: client, amount: '1000.00', paidOn: '2025-03-02', externalId: 'D' })
    const payments = await planned(us, 'PAYMENT', [
      'externalId;Codi client;Import;Data;Factura',
      'X1;K;-5,00;14/03/2025;',
      'X2;K;0;14/03/2025;',
      'X3;K;5,001;14/03/2025;',
      'X4;K;5,00;14/03/2035;',
      'X5;P;5,00;14/02/2025;G',
      'X6;K;5;14/03/2025;',
    ])
    expect(told(payments)).toEqual([
      '2 ERROR AMOUNT_INVALID@amount',
      '3 ERROR AMOUNT_INVALID@amount',
      expect.stringMatching(/^4 ERROR/),
      '5 ERROR DATE_FUTURE@paidOn',
      '6 ERROR DATE_TOO_EARLY@paidOn',
      '7 CREATE',
    ])
    await expectCommit(payments)
    const many = Array.from({ length: 290 }, (_, at) => `Y${at};G;D;1;14/03/2025`)
    const allocations = await planned(us, 'ALLOCATION', [
      'externalId;Factura;Cobrament;Import;Data',
      'Y;F;D;0;14/03/2025',
      'YY;F;D;10;14/02/2025',
      ...many,
    ])
    expect(told(allocations).filter(row => !row.endsWith('CREATE'))).toEqual([
      '2 ERROR AMOUNT_INVALID@amount',
      '3 ERROR DATE_TOO_EARLY@allocatedOn',
      '293 ERROR ALLOCATION_EXCEEDS_DUE@amount',
    ])
  })

  test('of invoices that are due, overdue or paid, which is not stored: those say that their payments are missing', async () => {
    const states = [
      'Pendiente',
      'pendent',
      'Vencida',
      'vençuda',
      'OVERDUE',
      'Pagada',
      'paid',
      'Cobrada',
      'cobrat',
      'regalada',
    ]
    const plan = await planned(us, 'INVOICE', [
      'Codi client;Número;Data;Estat;Concepte;Preu',
      ...states.map((state, at) => `K;PD-${at};14/03/2025;${state};x;1`),
    ])
    expect(told(plan)).toEqual([
      ...[2, 3, 4, 5, 6].map(row => `${row} CREATE`),
      ...[7, 8, 9, 10].map(row => `${row} CREATE INVOICE_PAID@state`),
      '11 ERROR CHOICE_UNKNOWN@state',
    ])
    await expectCommit(plan)
    const { invoices } = await us.get(
      '{ invoices(first: 50, filter: { number: { startsWith: "PD-" } }) { nodes { state amountDue { amount } } } }',
    )
    expect(invoices.nodes).toEqual(
      Array.from({ length: 9 }, () => ({ state: 'AUTHORISED', amountDue: { amount: '1.00' } })),
    )
  })

  const otherKinds: [string, string[], (string | RegExp)[]][] = [
    [
      'QUOTE',
      [
        'externalId;Codi client;Número;Estat;sentOn;Concepte;Quantitat;Preu;Descompte',
        'Q1;K;Q-1;SENT;14/03/2025;x;1;-5;',
        'Q2;K;Q-2;SENT;14/03/2025;x;1;5;150',
        'Q3;K;Q-3;SENT;14/03/2035;x;1;5;',
        'Q4;K;Q-4;SENT;14/03/2025;x;1;5;',
      ],
      [
        '2 ERROR PRICE_INVALID@unitPrice',
        '3 ERROR DISCOUNT_INVALID@discount',
        '4 ERROR DATE_FUTURE@sentOn',
        '5 CREATE',
      ],
    ],
    [
      'PURCHASE_ORDER',
      [
        'externalId;Codi client;Número;Data;Estat;closedOn;Concepte;Preu',
        'O1;K;1;14/03/2025;CLOSED;01/03/2025;x;1',
        'O2;K;1;14/03/2025;;;x;1',
        'O3;K;1;14/03/2025;;;x;1',
        'O4;P;1;14/03/2025;;;x;1',
        'O5;OLD;2;14/03/2025;;;x;1',
      ],
      [
        '2 ERROR DATE_TOO_EARLY@closedOn',
        '3 CREATE',
        '4 ERROR NUMBER_DUPLICATE_IN_FILE@number',
        '5 CREATE',
        /^6 ERROR CLIENT_ARCHIVED/,
      ],
    ],
    [
      'TASK',
      [
        'externalId;Codi client;Tasca;Estat;openedOn;completedOn;Projecte',
        'T1;K;Trucar;DONE;14/03/2025;01/01/2025;',
        'T2;K;Trucar;DONE;14/03/2025;14/03/2035;',
        'T3;K;Trucar;TODO;14/03/2025;;',
        'T4;OLD;Trucar;TODO;14/03/2025;;',
      ],
      ['2 ERROR DATE_TOO_EARLY@completedOn', '3 ERROR DATE_FUTURE@completedOn', '4 CREATE', /^5 ERROR CLIENT_ARCHIVED/],
    ],
    [
      'PROJECT',
      [
        'externalId;Codi client;Nom;code;openedOn;state;closedOn',
        'R1;K;A;A;14/03/2035;;',
        'R2;K;B;B;14/03/2025;CLOSED;01/03/2025',
        'R3;K;C;C;14/03/2025;;',
        'R4;K;D;C;14/03/2025;;',
      ],
      [
        '2 ERROR DATE_FUTURE@openedOn',
        '3 ERROR DATE_TOO_EARLY@closedOn',
        '4 CREATE',
        '5 ERROR CODE_DUPLICATE_IN_FILE@code',
      ],
    ],
    [
      'DEAL',
      [
        'externalId;Codi client;Títol;Valor;Moneda;rate',
        'D1;K;A;-5;;',
        'D2;K;B;5;USD;0',
        'D3;K;C;5;USD;0,9',
        'D4;K;D;5;EUR;2',
      ],
      ['2 ERROR VALUE_INVALID@value', '3 ERROR RATE_INVALID@rate', '4 CREATE', '5 ERROR RATE_INVALID@rate'],
    ],
    [
      'TIME_ENTRY',
      [
        'externalId;Projecte;Usuari;Data;minutes',
        'H5;PR;Ana;14/03/2035;60',
        'H6;PR;Ana;14/03/2025;2000',
        'H7;PR;Ana;14/03/2025;60',
      ],
      ['2 ERROR DATE_FUTURE@date', '3 ERROR MINUTES_INVALID@minutes', '4 CREATE'],
    ],
    [
      'CONTACT',
      ['clientExternalId;name;email', `K;${'x'.repeat(300)};`, 'OLD;Pau;'],
      [/^2 ERROR TEXT_TOO_LONG@name/, '3 CREATE'],
    ],
  ]

  test('of quotes, orders, tasks, projects, deals and time', async () => {
    for (const [kind, lines, rows] of otherKinds) {
      const plan = await planned(us, kind, lines)
      expect([kind, ...told(plan)]).toEqual([
        kind,
        ...rows.map(row => (typeof row === 'string' ? row : expect.stringMatching(row))),
      ])
      await expectCommit(plan)
    }
  })
})
