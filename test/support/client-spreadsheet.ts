import { setTimeout as sleep } from 'node:timers/promises'
import type { Json, Tenant } from './world.js'

export const fields =
  'id version state format encoding delimiterName sheet sheets headerRow problem columns { letters header field samples } totals { create update skip error warning } progress { rows about }'
export const csv = (text: string, name = 'clients.csv') => new File([text], name, { type: 'text/csv' })
export const create = (tenant: Tenant, file: File, given: object = {}): Promise<Json> =>
  tenant.do('createImport', { kind: 'CLIENT', file, ...given }, fields)
export const read = async (tenant: Tenant, id: string): Promise<Json> =>
  (await tenant.get(`query($id: ID!) { importPlan(id: $id) { ${fields} } }`, { id })).importPlan

export async function settled(tenant: Tenant, id: string): Promise<Json> {
  for (let tries = 0; tries < 400; tries++) {
    const plan = await read(tenant, id)
    if (plan.state !== 'PLANNING') return plan
    await sleep(25)
  }
  throw new Error('The plan is not made in time.')
}

/** Uploads, plans and waits. */
export async function plan(tenant: Tenant, file: File, given: object = {}, planning: object = {}): Promise<Json> {
  const { id, version } = await create(tenant, file, given)
  await tenant.do('planImport', { id, version, ...planning })
  return settled(tenant, id)
}

export async function rowsOf(tenant: Tenant, id: string, filter = '{}'): Promise<Json[]> {
  const { importPlan } = await tenant.get(
    `query($id: ID!) { importPlan(id: $id) { rows(first: 100, filter: ${filter}) { nodes { number title action recordId changes { field before after } issues { level code field column value message } } } } }`,
    { id },
  )
  return importPlan.rows.nodes
}

export const told = (rows: Json[]) =>
  rows.map(({ number, title, action, issues }) =>
    [number, title, action, ...issues.map(({ code }: Json) => code)].join(' '),
  )
export const commit = (tenant: Tenant, { id, version }: Json, given: object = {}) =>
  tenant.do('commitImport', { id, version, ...given }, fields)
export const codes = async (tenant: Tenant, mutation: string, input: object) =>
  (await tenant.try(mutation, input)).userErrors.map(({ code }) => code)
export const clientsOf = async (tenant: Tenant): Promise<Json[]> =>
  (
    await tenant.get(
      '{ clients(first: 100, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { id version legalName tradeName taxId externalId email phone website currency paymentTermsDays tags notes language address { line1 line2 postalCode city region country } contacts { nodes { name role email phone primary } } } } }',
    )
  ).clients.nodes

export const header =
  'Raó social;NIF;Adreça;Codi postal;Població;País;Correu electrònic;Referència externa;Moneda;Etiquetes;Web;Dies de pagament;Idioma;Contacte;Correu del contacte'
export const line = (cells: Partial<Record<string, string>>) =>
  header
    .split(';')
    .map(name => cells[name] ?? '')
    .join(';')
export const row = (name: string, given: Partial<Record<string, string>> = {}) =>
  line({ 'Raó social': name, Adreça: 'C/ Major 1', Població: 'Terrassa', ...given })
export const file = (...lines: string[]) => csv([header, ...lines, ''].join('\r\n'))
