import { Column, Entity, PrimaryColumn } from 'typeorm'

const section = { type: 'text', nullable: true } as const

/**
 * The figures of a client as they were worked out: of which revision of the client, and for which days. The reader
 * decides in the same statement whether they hold. Writes never touch them. No foreign key: a row whose client is gone
 * is read by nobody.
 */
@Entity({ name: 'client_figures', withoutRowid: true })
export class ClientFigures {
  @PrimaryColumn({ name: 'organization_id', type: 'varchar', length: 32 })
  organizationId: string

  @PrimaryColumn({ name: 'client_id', type: 'varchar', length: 32 })
  clientId: string

  /** The position of the client's last change of the kind `figuresKind`, read with the figures in one statement. */
  @Column({ type: 'bigint' })
  position: string

  /** A number for the SQL that worked them out and the base currency: those of another program version do not hold. */
  @Column({ type: 'int' })
  shape: number

  /** The day that they were worked out for. */
  @Column({ name: 'valid_from', type: 'date' })
  validFrom: string

  /** The first later day on which time alone changes one of them. */
  @Column({ name: 'valid_until', type: 'date' })
  validUntil: string

  /** The groups of each block of the overview as JSON; null where the client has none. */
  @Column(section)
  projects: string | null

  @Column(section)
  tasks: string | null

  @Column({ ...section, name: 'purchase_orders' })
  purchaseOrders: string | null

  @Column(section)
  invoices: string | null

  @Column(section)
  deals: string | null

  @Column(section)
  quotes: string | null
}
