import type { ReadScope } from '../../database/scope/write-scope.js'
import type { ImportField, RowReader } from '../imports/index.js'
import { Project } from './project.js'

/** A field whose cells name a project; `findProjects` finds them. */
export const projectReference: ImportField = {
  name: 'project',
  description: 'The external id of its project, else its code.',
  headers: ['project', 'projecte', 'proyecto', 'codi de projecte', 'código de proyecto', 'project code', 'project id'],
}

interface Naming {
  clientId?: string
  project?: string | null
  projectId?: string
}

/** Finds the project that each row names, of its client where that is known. */
export async function findProjects(scope: ReadScope, rows: readonly RowReader<unknown, Naming>[]) {
  const named = [...new Set(rows.flatMap(({ values: { project } }) => project ?? []))]
  if (named.length === 0) return
  const projects = await scope.list(Project, {
    sql: 't.externalId IN (:...named) OR t.code IN (:...named) OR t.id IN (:...named)',
    parameters: { named },
  })
  for (const row of rows) {
    const { project: name, clientId } = row.values
    if (typeof name !== 'string') continue
    const own = projects.filter(project => clientId === undefined || project.clientId === clientId)
    const found = projectsCalled(own, name)
    if (found.length === 1) row.values.projectId = found[0]?.id
    else if (found.length === 0)
      row.refuse(
        'PROJECT_UNKNOWN',
        `No project${clientId === undefined ? '' : ' of this client'} has the external id or code ${name}; import the projects first.`,
        'project',
      )
    else
      row.refuse(
        'PROJECT_AMBIGUOUS',
        `Several projects have the code ${name}; name this one by its external id.`,
        'project',
      )
  }
}

/** Finds projects by external id, else by code, else by id. */
function projectsCalled(projects: readonly Project[], name: string): readonly Project[] {
  const byExternalId = projects.filter(({ externalId }) => externalId === name)
  if (byExternalId.length > 0) return byExternalId
  const byCode = projects.filter(({ code }) => code === name)
  return byCode.length > 0 ? byCode : projects.filter(({ id }) => id === name)
}
