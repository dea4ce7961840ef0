import type { ClassType } from 'type-graphql'
import type { ObjectLiteral } from 'typeorm'
import { Context } from './context.js'
import type { Access, OrganizationFacts } from '../model/access.js'
import type { Row } from '../model/field-definition.js'
import { keyScopes, permissionsOf } from '../model/permission.js'
import type { Database } from '../database/database.js'
import { organizationById, organizations, organizationsWith } from '../database/organizations.js'
import type { Clock } from '../lib/calendar.js'
import { noStorage, type FileStorage } from '../storage/file-storage.js'

interface SystemOptions {
  clock?: Clock
  storage?: FileStorage
  /** The actor that history names. */
  name?: string
}

/**
 * Clientela at work without an API key: a command, or the server by itself. It may do everything in every organisation.
 */
export class System {
  readonly clock: Clock
  private readonly storage: FileStorage
  private readonly name: string

  constructor(
    private readonly database: Database,
    { clock = () => new Date(), storage = noStorage, name = 'command line' }: SystemOptions = {},
  ) {
    this.clock = clock
    this.storage = storage
    this.name = name
  }

  /** Whether no other server can use this database. */
  get isAlone() {
    return this.database.dialect.name === 'sqlite'
  }

  /** Returns the door to one organisation, for one piece of work. */
  contextOf(organization: OrganizationFacts): Context {
    return new Context(this.database, this.accessTo(organization), this.clock, this.storage)
  }

  /** Returns all organisations, the oldest first. */
  organizations(): Promise<OrganizationFacts[]> {
    return organizations(this.database.read)
  }

  /** Returns the organisation with this id; undefined if there is none. */
  organization(id: string): Promise<OrganizationFacts | undefined> {
    return organizationById(this.database.read, id)
  }

  /** Returns the organisations that have a record in this state. */
  organizationsWith(type: ClassType<Row & ObjectLiteral>, state: string): Promise<OrganizationFacts[]> {
    return organizationsWith(this.database.read, type, state)
  }

  private accessTo(organization: OrganizationFacts): Access {
    return {
      organization,
      actor: { type: 'SYSTEM', id: null, name: this.name },
      permissions: permissionsOf(keyScopes),
      until: null,
    }
  }
}
