import type { ClassType } from 'type-graphql'
import type { EntityManager, ObjectLiteral } from 'typeorm'
import type { OrganizationFacts } from '../model/access.js'
import { metadataOf } from '../model/entity-metadata.js'
import type { Row } from '../model/field-definition.js'

// A scope needs to know its organisation. Only here does the program look for organisations without one.

const facts =
  'SELECT id, name, country, base_currency AS baseCurrency, time_zone AS timeZone, language FROM organizations'

/** Returns all organisations, the oldest first. */
export function organizations(manager: EntityManager): Promise<OrganizationFacts[]> {
  return manager.query<OrganizationFacts[]>(`${facts} ORDER BY id`)
}

/** Returns the organisation with this id; undefined if there is none. */
export async function organizationById(manager: EntityManager, id: string): Promise<OrganizationFacts | undefined> {
  const [found] = await manager.query<OrganizationFacts[]>(`${facts} WHERE id = ?`, [id])
  return found
}

/** Returns the organisations that have a record in this state. */
export function organizationsWith(
  manager: EntityManager,
  type: ClassType<Row & ObjectLiteral>,
  state: string,
): Promise<OrganizationFacts[]> {
  return manager.query<OrganizationFacts[]>(
    `${facts} WHERE id IN (SELECT organization_id FROM ${metadataOf(type).table} WHERE state = ?) ORDER BY id`,
    [state],
  )
}
