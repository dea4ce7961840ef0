import { counted } from '../../lib/article.js'
import type { ClassType } from 'type-graphql'
import type { ObjectLiteral } from 'typeorm'
import { assignGiven } from '../../model/assign-given.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { dayOf, refuseBefore } from '../../model/state.js'
import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import { transition, type OnDay } from '../../database/scope/transition.js'
import { fold } from '../../lib/fold.js'
import { UserError } from '../../lib/user-error.js'
import { User } from '../access/index.js'
import { Client } from '../clients/index.js'
import { Project, ProjectState } from './project.js'
import type {
  CreateProjectInput,
  CreateTimeEntryInput,
  UpdateProjectInput,
  UpdateTimeEntryInput,
} from './project.inputs.js'
import { TimeEntry } from './time-entry.js'
import { metadataOf } from '../../model/entity-metadata.js'
import type { Row } from '../../model/field-definition.js'

/** Filled by features whose records name a project: while one does, the project cannot be deleted. */
export const projectRecords: (() => ClassType<Row & ObjectLiteral>)[] = [() => TimeEntry]

/** Filled by invoicing: why an entry can no longer change; null while it can. */
export const timeEntryLocks: ((scope: ReadScope, entry: TimeEntry) => Promise<string | null>)[] = []

export async function createProject(
  scope: WriteScope,
  { clientId, openedOn, ...given }: CreateProjectInput,
): Promise<Project> {
  const client = await scope.get(Client, clientId)
  client.acceptNew('projects')
  const on = dayOf(openedOn, scope.today, 'openedOn')
  const project = scope.make(Project, { clientId, openedOn: on, state: ProjectState.DRAFT, billable: true })
  return scope.add(named(assignGiven(project, given)), { on })
}

export async function updateProject(
  scope: WriteScope,
  { id, version, ...given }: UpdateProjectInput,
): Promise<Project> {
  return scope.change(named(assignGiven(await scope.take(Project, id, version), given)))
}

export function activateProject(scope: WriteScope, given: OnDay<'on'>): Promise<Project> {
  return transition(scope, Project, given, { verb: 'ACTIVATED', day: 'on' }, (project, on) => {
    refuseBefore(on, project.openedOn, 'on', 'the project was opened')
    project.activate()
  })
}

export function windUpProject(scope: WriteScope, given: OnDay<'on'>): Promise<Project> {
  return transition(scope, Project, given, { verb: 'WOUND_UP', day: 'on' }, (project, on) => {
    refuseBefore(on, project.openedOn, 'on', 'the project was opened')
    project.windUp()
  })
}

export function closeProject(scope: WriteScope, given: OnDay<'closedOn'>): Promise<Project> {
  return transition(scope, Project, given, { verb: 'CLOSED', day: 'closedOn' }, (project, on) => {
    project.close(on)
  })
}

export async function deleteProject(scope: WriteScope, { id, version }: RecordVersion): Promise<Project> {
  const project = await scope.take(Project, id, version)
  for (const typeOf of projectRecords) {
    const count = await scope.count(typeOf(), { sql: 't.projectId = :id', parameters: { id } })
    if (count > 0)
      throw new UserError(
        'PROJECT_IN_USE',
        `${project.name} still has ${counted(count, metadataOf(typeOf()).table.replaceAll('_', ' '))}; archive the project instead.`,
        'id',
      )
  }
  await scope.remove(project)
  return project
}

export async function createTimeEntry(
  scope: WriteScope,
  { projectId, userId, date, ...given }: CreateTimeEntryInput,
): Promise<TimeEntry> {
  const project = await scope.get(Project, projectId)
  if (project.state === ProjectState.CLOSED)
    throw new UserError(
      'PROJECT_CLOSED',
      `${project.name} is closed and takes no more time; choose another project.`,
      'projectId',
    )
  if (project.archivedAt)
    throw new UserError(
      'PROJECT_ARCHIVED',
      `${project.name} is archived and takes no more time; unarchive it first.`,
      'projectId',
    )
  const client = await scope.get(Client, project.clientId)
  client.acceptNew('time')
  const user = await scope.get(User, userId)
  if (user.archivedAt)
    throw new UserError('USER_ARCHIVED', `${user.name} is archived and can log no time; choose another user.`, 'userId')
  const on = dayOf(date, scope.today, 'date')
  const entry = scope.make(TimeEntry, {
    projectId,
    userId,
    clientId: project.clientId,
    billable: project.billable,
    date: on,
  })
  return scope.add(checked(assignGiven(entry, given)), { on })
}

export async function updateTimeEntry(
  scope: WriteScope,
  { id, version, date, ...given }: UpdateTimeEntryInput,
): Promise<TimeEntry> {
  const entry = await takeUnlocked(scope, { id, version })
  const dated = date === undefined ? given : { ...given, date: date && dayOf(date, scope.today, 'date') }
  return scope.change(checked(assignGiven(entry, dated)))
}

export async function deleteTimeEntry(scope: WriteScope, given: RecordVersion): Promise<TimeEntry> {
  const entry = await takeUnlocked(scope, given)
  await scope.remove(entry)
  return entry
}

async function takeUnlocked(scope: WriteScope, { id, version }: RecordVersion): Promise<TimeEntry> {
  const entry = await scope.take(TimeEntry, id, version)
  for (const lock of timeEntryLocks) {
    const reason = await lock(scope, entry)
    if (reason) throw new UserError('TIME_ENTRY_BILLED', reason, 'id')
  }
  return entry
}

function checked(entry: TimeEntry): TimeEntry {
  if (entry.minutes < 1 || entry.minutes > 1440)
    throw new UserError('MINUTES_INVALID', `minutes is ${entry.minutes}; it must be 1 to 1440.`, 'minutes')
  return entry
}

const named = (project: Project) => Object.assign(project, { nameFolded: fold(project.name ?? '') })
