import { Args, ArgsType, Ctx, Field, Int, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { archive, unarchive } from '../../database/scope/archive.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { extension, idArgument, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { Archived, archivedCondition, RecordVersion } from '../../graphql/record-input.js'
import { Decimal } from '../../model/scalars.js'
import { divideHalfUp, formatDecimal } from '../../lib/decimal.js'
import { User } from '../access/index.js'
import { Client, clientName } from '../clients/index.js'
import { Project } from './project.js'
import {
  activateProject,
  closeProject,
  createProject,
  createTimeEntry,
  deleteProject,
  deleteTimeEntry,
  updateProject,
  updateTimeEntry,
  windUpProject,
} from './project.commands.js'
import {
  CloseProjectInput,
  CreateProjectInput,
  CreateTimeEntryInput,
  ProjectDayInput,
  UpdateProjectInput,
  UpdateTimeEntryInput,
} from './project.inputs.js'
import { projectHours } from './project.computed.js'
import { TimeEntry } from './time-entry.js'
import { listOf, type ListArguments } from '../../graphql/list.js'

export const projectList = listOf(Project, {
  computed: [clientName, projectHours],
  filters: [
    'id',
    'clientId',
    'clientName',
    'name',
    'code',
    'totalHours',
    'state',
    'openedOn',
    'closedOn',
    'plannedEndOn',
    'billable',
    'archivedAt',
    'externalId',
    'createdAt',
    'updatedAt',
  ],
  orders: {
    OPENED_ON: 'openedOn',
    NAME: 'name',
    CODE: 'code',
    CLIENT_NAME: 'clientName',
    STATE: 'state',
    TOTAL_HOURS: 'totalHours',
    CLOSED_ON: 'closedOn',
    PLANNED_END_ON: 'plannedEndOn',
    CREATED_AT: 'id',
    UPDATED_AT: 'updatedAt',
  },
  direction: 'DESC',
})
export const timeEntryList = listOf(TimeEntry, {
  computed: [clientName],
  filters: [
    'id',
    'clientId',
    'clientName',
    'projectId',
    'userId',
    'date',
    'minutes',
    'billable',
    'note',
    'externalId',
    'createdAt',
    'updatedAt',
  ],
  orders: { DATE: 'date', MINUTES: 'minutes', CLIENT_NAME: 'clientName', CREATED_AT: 'id', UPDATED_AT: 'updatedAt' },
  direction: 'DESC',
})

@ArgsType()
class ProjectArguments extends projectList.Arguments {
  @Field(() => Archived, { defaultValue: Archived.EXCLUDE, description: 'Whether archived projects are listed.' })
  archived: Archived
}

@Resolver(() => Project)
export class ProjectResolver {
  @query('projects:read', () => Project, 'One project.', { nullable: true })
  project(@idArgument('project') id: string, @Ctx() ctx: Context) {
    return ctx.byId(Project, id)
  }

  @query('projects:read', () => projectList.Connection, 'The projects of all clients.')
  projects(@Args(() => ProjectArguments) given: ProjectArguments, @Ctx() ctx: Context) {
    return ctx.page(Project, given, { conditions: archivedCondition(given.archived) })
  }

  @extension('projects:read', () => timeEntryList.Connection, 'The time worked on the project.', { reads: ['id'] })
  timeEntries(
    @Root() project: Project,
    @Args(() => timeEntryList.Arguments) given: ListArguments,
    @Ctx() ctx: Context,
  ) {
    return ctx.page(TimeEntry, given, { parent: { by: 'projectId', id: project.id } })
  }

  @extension('projects:read', () => Int, 'Minutes worked on it so far.')
  async totalMinutes(@Root() project: Project, @Ctx() ctx: Context) {
    return minutesOf(ctx, project)
  }

  @extension('projects:read', () => Decimal, 'The same in hours, with 2 decimals, from the sum of the minutes.')
  async totalHours(@Root() project: Project, @Ctx() ctx: Context) {
    return formatDecimal(divideHalfUp(BigInt(await minutesOf(ctx, project)) * 100n, 60n), 2)
  }

  @mutation('projects:write', Project, 'Open a project for a client, as a draft.')
  createProject(@input(() => CreateProjectInput) given: CreateProjectInput, @writeScope() scope: WriteScope) {
    return createProject(scope, given)
  }

  @mutation('projects:write', Project, 'Change a project.')
  updateProject(@input(() => UpdateProjectInput) given: UpdateProjectInput, @writeScope() scope: WriteScope) {
    return updateProject(scope, given)
  }

  @mutation('projects:write', Project, 'Begin or resume work: DRAFT or PROCESSING becomes ACTIVE.')
  activateProject(@input(() => ProjectDayInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return activateProject(scope, given)
  }

  @mutation('projects:write', Project, 'Note that work is done and billing goes on: ACTIVE becomes PROCESSING.')
  windUpProject(@input(() => ProjectDayInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return windUpProject(scope, given)
  }

  @mutation('projects:write', Project, 'Close a project for good.')
  closeProject(@input(() => CloseProjectInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return closeProject(scope, given)
  }

  @mutation('projects:write', Project, 'Take a project off lists and pickers; its time still counts.')
  archiveProject(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return archive(scope, Project, given)
  }

  @mutation('projects:write', Project, 'Bring an archived project back.')
  unarchiveProject(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return unarchive(scope, Project, given)
  }

  @mutation('projects:write', Project, 'Delete a project on which nothing hangs; archive it otherwise.')
  deleteProject(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deleteProject(scope, given)
  }
}

/** Read for all projects of the request at once. */
async function minutesOf(ctx: Context, { id }: Project): Promise<number> {
  const minutes = await ctx.batch('minutes of projects', id, ids =>
    ctx.read('projects:read', async scope => {
      const rows = await scope.rows<{ project_id: string; minutes: number | string }>(
        'SELECT e.project_id, SUM(e.minutes) AS minutes FROM time_entries e WHERE e.organization_id = ' +
          ':organization AND e.project_id IN (:...ids) GROUP BY e.project_id',
        { ids },
      )
      return new Map(rows.map(row => [row.project_id, Number(row.minutes)]))
    }),
  )
  return minutes ?? 0
}

@Resolver(() => TimeEntry)
export class TimeEntryResolver {
  @query('projects:read', () => TimeEntry, 'One time entry.', { nullable: true })
  timeEntry(@idArgument('time entry') id: string, @Ctx() ctx: Context) {
    return ctx.byId(TimeEntry, id)
  }

  @query('projects:read', () => timeEntryList.Connection, 'The time worked for all clients.')
  timeEntries(@Args(() => timeEntryList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(TimeEntry, given)
  }

  @mutation('projects:write', TimeEntry, 'Log time on a project.')
  createTimeEntry(@input(() => CreateTimeEntryInput) given: CreateTimeEntryInput, @writeScope() scope: WriteScope) {
    return createTimeEntry(scope, given)
  }

  @mutation('projects:write', TimeEntry, 'Change a time entry that is on no invoice.')
  updateTimeEntry(@input(() => UpdateTimeEntryInput) given: UpdateTimeEntryInput, @writeScope() scope: WriteScope) {
    return updateTimeEntry(scope, given)
  }

  @mutation('projects:write', TimeEntry, 'Delete a time entry that is on no invoice.')
  deleteTimeEntry(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deleteTimeEntry(scope, given)
  }
}

@Resolver(() => User)
export class UserTimeResolver {
  @extension('projects:read', () => timeEntryList.Connection, 'The time the person worked.')
  timeEntries(@Root() user: User, @Args(() => timeEntryList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(TimeEntry, given, { parent: { by: 'userId', id: user.id } })
  }
}

@Resolver(() => Client)
export class ClientProjectsResolver {
  @extension('projects:read', () => projectList.Connection, 'The projects of the client.', { reads: ['id'] })
  projects(@Root() client: Client, @Args(() => ProjectArguments) given: ProjectArguments, @Ctx() ctx: Context) {
    return ctx.page(Project, given, {
      parent: { by: 'clientId', id: client.id },
      conditions: archivedCondition(given.archived),
    })
  }

  @extension('projects:read', () => timeEntryList.Connection, 'The time worked for the client, on all its projects.')
  timeEntries(@Root() client: Client, @Args(() => timeEntryList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(TimeEntry, given, { parent: { by: 'clientId', id: client.id } })
  }
}
