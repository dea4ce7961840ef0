import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import type { WriteScope } from '../database/scope/write-scope.js'
import type { Access } from '../model/access.js'
import type { Permission } from '../model/permission.js'
import type { Row } from '../model/field-definition.js'

/** The part of a request's context that the schema itself needs; `request/context.ts` has all of it. */
export interface Door {
  readonly access: Access
  allow(...permissions: (Permission | null)[]): void
  untimed<T>(work: () => Promise<T>): Promise<T>
  one<T extends Row & ObjectLiteral>(type: ClassType<T>, id: string): Promise<T>
  mutate<T>(
    permission: Permission | readonly Permission[],
    work: (scope: WriteScope) => Promise<T>,
    options?: { staged?: boolean },
  ): Promise<T>
}
