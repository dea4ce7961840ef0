import type { Json, Tenant } from './world.js'

/** The day of every World, unless a test moves its clock. */
export const today = '2026-03-10'

export interface Row {
  id: string
  version: number
}

export const pick = ({ id, version }: Row): Row => ({ id, version })

export const codesOf = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors.map(({ code }) => code)

const eventFields = 'kind on before after actorName actorType at clientId'

/**
 * Returns the steps of a test about single records. Each step calls `us` again, since every test has an organisation of
 * its own.
 */
export function recordsIn(us: () => Tenant) {
  const verb = (mutation: string, record: Row, given: object = {}, fields?: string): Promise<Json> =>
    us().do(mutation, { ...pick(record), ...given }, fields)
  /** The code of the first refusal; `made` where there is none. */
  const codeOf = async (mutation: string, input: object): Promise<string> =>
    codesOf(await us().try(mutation, input))[0] ?? 'made'
  const events = async (subjectId: string): Promise<Json[]> =>
    (
      await us().get(
        `query($id: String!) { activityEvents(first: 100, filter: { subjectId: { eq: $id } }) { nodes { ${eventFields} } } }`,
        { id: subjectId },
      )
    ).activityEvents.nodes
  return { verb, codeOf, events }
}
