import { Column, Entity, Index, PrimaryColumn } from 'typeorm'
import type { Dialect } from '../dialect.js'
import type { Transaction } from './effect.js'

const block = { type: 'text', nullable: true } as const

/** A figure by which clients are listed; amounts are in minor units of the base currency, without what has no rate. */
const Listed =
  (name: string): PropertyDecorator =>
  (target, property) => {
    Column({ name, type: 'bigint' })(target, property)
    Index(`ix_client_figures_${name}`, ['organizationId', String(property), 'clientId'])(target.constructor)
  }

/**
 * The figures of a client as they were worked out: of which revision of the client, and for which days. The reader
 * decides in the same statement whether they hold. Writes of documents never touch them. No foreign key: on a server
 * each stored row would hold its client, and those who write it would wait.
 */
@Entity({ name: 'client_figures', withoutRowid: true })
@Index('ix_client_figures_until', ['organizationId', 'shape', 'validUntil'])
@Index('ix_client_figures_from', ['organizationId', 'validFrom'])
export class ClientFigures {
  @PrimaryColumn({ name: 'organization_id', type: 'varchar', length: 32 })
  organizationId: string

  @PrimaryColumn({ name: 'client_id', type: 'varchar', length: 32 })
  clientId: string

  /** The position of the client's last change of the kind `figuresKind`, read with the figures in one statement. */
  @Column({ type: 'bigint' })
  position: string

  /** A number for what they mean: those of another program version, or base currency, do not hold. */
  @Column({ type: 'int' })
  shape: number

  /** The day that they were worked out for. */
  @Column({ name: 'valid_from', type: 'date' })
  validFrom: string

  /** The first later day on which time alone changes one of them. */
  @Column({ name: 'valid_until', type: 'date' })
  validUntil: string

  /** The figures of each block of the overview (features/figures/packing.ts); null where the client has nothing in it. */
  @Column(block)
  projects: string | null

  @Column(block)
  tasks: string | null

  @Column({ ...block, name: 'purchase_orders' })
  purchaseOrders: string | null

  @Column(block)
  invoices: string | null

  @Column(block)
  deals: string | null

  @Column(block)
  quotes: string | null

  @Listed('overdue')
  overdue: string

  @Listed('overdue_without_rate')
  overdueWithoutRate: string

  @Listed('overdue_invoices')
  overdueInvoices: string

  @Listed('outstanding')
  outstanding: string

  @Listed('outstanding_without_rate')
  outstandingWithoutRate: string

  @Listed('outstanding_invoices')
  outstandingInvoices: string

  @Listed('total_hours')
  totalHours: string

  @Listed('project_count')
  projectCount: string

  @Listed('overdue_tasks')
  overdueTasks: string

  @Listed('open_tasks')
  openTasks: string

  @Listed('open_orders')
  openOrders: string

  @Listed('open_deals')
  openDeals: string
}

/** The figures of the whole organisation in one block of the overview, as somebody asked for them on a day. */
@Entity({ name: 'organization_figures', withoutRowid: true })
export class OrganizationFigures {
  @PrimaryColumn({ name: 'organization_id', type: 'varchar', length: 32 })
  organizationId: string

  @PrimaryColumn({ type: 'varchar', length: 20 })
  block: string

  /** The position of the last change of any client's figures, read with them in one statement. */
  @Column({ type: 'bigint' })
  position: string

  @Column({ type: 'int' })
  shape: number

  @Column({ type: 'date' })
  day: string

  @Column(block)
  figures: string | null
}

/** Up to which change of an organisation's figures it is known that all are kept, each of its own revision or a later one. */
@Entity({ name: 'figure_marks', withoutRowid: true })
export class FigureMark {
  @PrimaryColumn({ name: 'organization_id', type: 'varchar', length: 32 })
  organizationId: string

  @Column({ type: 'bigint' })
  position: string
}

/**
 * SQL that holds the organisation's mark until the transaction ends. Whoever stores figures holds it, and whoever removes
 * those of clients that go: so none are stored behind their back. `organization` is how the statement names it.
 */
export const holdMark = (dialect: Dialect, organization: string) =>
  `INSERT INTO figure_marks (organization_id, position) VALUES (${organization}, 0) ${dialect.onTaken('organization_id')} position = figure_marks.position`

const batch = 500

/** Removes the figures of clients that go with this transaction. */
export async function removeFigures({ session, dialect, access }: Transaction, clients: readonly string[]) {
  const { id } = access.organization
  await session.put(holdMark(dialect, '?'), [id])
  for (let from = 0; from < clients.length; from += batch) {
    const some = clients.slice(from, from + batch)
    const marks = some.map(() => '?').join(', ')
    await session.put(`DELETE FROM client_figures WHERE organization_id = ? AND client_id IN (${marks})`, [id, ...some])
  }
}
