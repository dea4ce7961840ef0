import { clientReference } from '../clients/index.js'
import { choiceOf, flagOf, recordImport, type RecordValues } from '../imports/index.js'
import { openedOn } from './project.import.opened.js'
import { activateProject, closeProject, createProject, windUpProject } from './project.commands.js'
import { Project, type ProjectState } from './project.js'

const projectState = choiceOf<ProjectState>({
  DRAFT: ['esborrany', 'borrador'],
  ACTIVE: ['actiu', 'activo', 'obert', 'abierto', 'open'],
  PROCESSING: ['en procés', 'en proceso', 'en curs', 'en curso'],
  CLOSED: ['tancat', 'cerrado', 'acabat', 'terminado'],
})
interface ProjectValues extends RecordValues {
  clientId: string
  name: string
  code?: string | null
  openedOn?: string | null
  plannedEndOn?: string | null
  billable?: boolean
  state?: ProjectState
  closedOn?: string | null
}

export const projectImport = recordImport<Project, ProjectValues>({
  type: Project,
  noun: 'project',
  externalIdHeaders: [
    'codi de projecte',
    'código de proyecto',
    'project id',
    'project code',
    'referència',
    'referencia',
    'reference',
  ],
  owner: clientReference,
  fields: [
    {
      name: 'name',
      required: true,
      description: 'Its name.',
      headers: ['name', 'nom', 'nombre', 'projecte', 'proyecto', 'project', 'project name'],
    },
    {
      name: 'code',
      description: 'A short code of your own.',
      headers: ['code', 'codi', 'código', 'codi de projecte', 'código de proyecto', 'project code'],
      borrows: { from: 'externalId' },
    },
    openedOn,
    {
      name: 'plannedEndOn',
      description: 'The day it is planned to end.',
      headers: [
        'plannedEndOn',
        'final previst',
        'fin previsto',
        'data prevista',
        'fecha prevista',
        'planned end',
        'due date',
        'end date',
      ],
    },
    {
      name: 'billable',
      description: 'Whether its time is billed: yes or no; yes where empty.',
      headers: ['billable', 'facturable'],
    },
    {
      name: 'state',
      description: 'DRAFT, ACTIVE, PROCESSING or CLOSED, also in Catalan or Spanish; ACTIVE where empty.',
      headers: ['state', 'estat', 'estado', 'status'],
    },
    {
      name: 'closedOn',
      description: 'The day it was closed; needed where it is.',
      headers: ['closedOn', 'tancat el', 'data de tancament', 'cerrado el', 'fecha de cierre', 'closed on', 'closed'],
    },
  ],
  read(row) {
    row.need('name', 'PROJECT_NAME_REQUIRED', 'A project needs a name.')
    row.take('code')
    for (const field of ['openedOn', 'plannedEndOn', 'closedOn'] as const) row.take(field, row.day)
    row.take('billable', flagOf)
    row.take('state', projectState)
    row.needsDay('closedOn', row.values.state === 'CLOSED', ['CLOSED'])
  },
  existingValues: async (_scope, records) =>
    new Map(
      records.map(({ id, name, code, openedOn: opened, plannedEndOn, billable, state, closedOn }) => [
        id,
        { name, code, openedOn: opened, plannedEndOn, billable, state, closedOn },
      ]),
    ),
  title: ({ name }) => name ?? null,
  calledIn: { on: 'openedOn' },
  numbered: {
    field: 'code',
    keyOf: ({ code }) => code ?? null,
    keyOfRecord: ({ code }) => code ?? '',
  },
  async create(scope, values) {
    const { state = 'ACTIVE', closedOn, ...given } = values
    let project = await createProject(scope, given)
    const at = () => ({ id: project.id, version: project.version })
    if (state !== 'DRAFT') project = await activateProject(scope, { ...at(), on: project.openedOn })
    if (state === 'PROCESSING') project = await windUpProject(scope, { ...at(), on: project.openedOn })
    if (state === 'CLOSED') project = await closeProject(scope, { ...at(), closedOn })
    return project
  },
})
