import type { ClassType } from 'type-graphql'
import type { ObjectLiteral } from 'typeorm'
import type { OrganizationFacts } from '../model/access.js'
import { metadataOf } from '../model/entity-metadata.js'
import type { Row } from '../model/field-definition.js'
import type { Session } from './session.js'

// A scope needs to know its organisation. Only here does the program look for organisations without one.

const facts =
  'SELECT id, name, country, base_currency AS baseCurrency, time_zone AS timeZone, language FROM organizations'

/** Returns all organisations, the oldest first. */
export function organizations(session: Session): Promise<OrganizationFacts[]> {
  return session.query<OrganizationFacts[]>(`${facts} ORDER BY id`)
}

/** Returns the organisation with this id; undefined if there is none. */
export async function organizationById(session: Session, id: string): Promise<OrganizationFacts | undefined> {
  const [found] = await session.query<OrganizationFacts[]>(`${facts} WHERE id = ?`, [id])
  return found
}

/** Returns the organisations that have a record in this state. */
export function organizationsWith(
  session: Session,
  type: ClassType<Row & ObjectLiteral>,
  state: string,
): Promise<OrganizationFacts[]> {
  return session.query<OrganizationFacts[]>(
    `${facts} WHERE id IN (SELECT organization_id FROM ${metadataOf(type).table} WHERE state = ?) ORDER BY id`,
    [state],
  )
}
