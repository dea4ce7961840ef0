import type { ClassType } from 'type-graphql'
import type { Companion } from '../database/companion.js'
import type { Row } from '../model/field-definition.js'
import type { RequestDoor } from './door.js'

/** Filled by features that know what to read beside the records of a kind; nothing where the document needs none of it. */
export const companions = new Map<ClassType<Row>, (request: RequestDoor) => Companion | undefined>()
