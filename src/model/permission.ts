/** The scopes that a key may have. `:write` includes `:read`; every valid key of the organisation has `member`. */
export const keyScopes = [
  'clients:read',
  'clients:write',
  'projects:read',
  'projects:write',
  'deals:read',
  'deals:write',
  'orders:read',
  'orders:write',
  'invoices:read',
  'invoices:write',
  'import',
  'export',
  'admin',
] as const

export type KeyScope = (typeof keyScopes)[number]
export type Permission = KeyScope | 'member'

export function permissionsOf(granted: readonly string[]): ReadonlySet<Permission> {
  const all = new Set<Permission>(['member'])
  for (const scope of keyScopes) {
    if (granted.includes(scope) || granted.includes(scope.replace(':read', ':write'))) all.add(scope)
  }
  return all
}

/** The permission that changing a record needs, by the one that reads it. */
export const writeOf = (permission: Permission | null) =>
  permission === null ? 'admin' : (permission.replace(/:read$/, ':write') as Permission) // every scope to read has one to write
