import { Args, Ctx, Field, Int, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { figure } from '../../model/computed.js'
import { Decimal } from '../../model/scalars.js'
import type { ListArguments } from '../../graphql/list.js'
import { extension } from '../../graphql/operation.js'
import {
  among,
  count,
  countOf,
  hoursOf,
  hundredthsOfHours,
  inForce,
  Overview,
  OverviewBlocks,
  parentOf,
  source,
  total,
  totalOf,
  type FigureBlock,
  type Frame,
  type ListedFigure,
  type Section,
} from '../figures/index.js'
import { hundredths, minutesWorked } from './project.computed.js'
import { timeByMonth } from './project.figures.month.js'
import { Project, ProjectState } from './project.js'
import { projectList, timeEntryList } from './project.resolver.js'
import { TimeEntry } from './time-entry.js'

const projects = source('projects', {
  alias: 'p',
  from: ours => `projects p WHERE ${ours('p')} AND p.opened_on <= :asOf`,
  bucket: 'p.state',
  buckets: Object.keys(ProjectState),
})

const billed = `FROM billed_time b JOIN invoices i ON i.id = b.invoice_id
    WHERE b.organization_id = :organization AND i.issued_on <= :asOf AND ${inForce('i.authorised_on', 'i.voided_on')}`
// All billed time at once is found five times as fast by MariaDB as entry by entry; for a page it would be too much.
const isInvoiced = (apart: boolean) =>
  apart ? `EXISTS (SELECT 1 ${billed} AND b.time_entry_id = e.id)` : `e.id IN (SELECT b.time_entry_id ${billed})`

const time = source('time', {
  alias: 'e',
  from: ours => `time_entries e WHERE ${ours('e')} AND e.date <= :asOf`,
  sums: {
    minutes: total('e.minutes'),
    billable: total('CASE WHEN e.billable = 1 THEN e.minutes ELSE 0 END'),
    invoiced: total(apart => `CASE WHEN ${isInvoiced(apart)} THEN e.minutes ELSE 0 END`),
  },
})

@ObjectType({ description: 'Projects in one state.', simpleResolvers: true })
export class ProjectStateCount {
  frame: Frame

  @Field(() => ProjectState, { description: 'The state.' })
  state: ProjectState

  @Field(() => Int, { description: 'How many projects are in it.' })
  count: number
}

@ObjectType({
  description: 'The projects of a client, or of all, and the time worked on them, by the day.',
  simpleResolvers: true,
})
export class ProjectsOverview {
  frame: Frame

  @Field(() => Int, { description: 'Projects opened by the day, closed and archived ones included.' })
  count: number

  @Field(() => [ProjectStateCount], {
    nullable: true,
    description: 'How many are in each state; null when the day is not today, since states keep no dated past.',
  })
  byState: ProjectStateCount[] | null

  @Field(() => Int, { description: 'Minutes worked by the day.' })
  totalMinutes: number

  @Field(() => Decimal, { description: 'The same in hours, with 2 decimals, from the sum of the minutes.' })
  totalHours: string

  @Field(() => Int, { description: 'The billable minutes among them.' })
  billableMinutes: number

  @Field(() => Int, { description: 'The minutes among them on an invoice that is issued and not voided by the day.' })
  invoicedMinutes: number
}

const projectSection: Section<ProjectsOverview> = {
  name: 'projects',
  description: 'Projects',
  block: 'projects',
  direction: '',
  type: ProjectsOverview,
  rounded: ({ totalMinutes }) => ({ totalHours: hoursOf(BigInt(totalMinutes)) }),
  of(groups) {
    const { frame } = groups
    const rows = groups.of(projects)
    const { minutes, billable, invoiced } = time.sums
    const entries = groups.of(time)
    const spent = totalOf(entries, minutes)
    return {
      frame,
      count: count(rows),
      byState: frame.isToday
        ? Object.values(ProjectState).map(state => ({ frame, state, count: count(among(rows, state)) }))
        : null,
      totalMinutes: Number(spent),
      totalHours: hoursOf(spent),
      billableMinutes: Number(totalOf(entries, billable)),
      invoicedMinutes: Number(totalOf(entries, invoiced)),
    }
  },
}

const totalHours: ListedFigure = {
  field: figure(
    'totalHours',
    'decimal',
    'Hours worked for it by the day, as in its overview.',
    {
      from: 'time_entries e WHERE e.organization_id = :organization AND e.date <= :asOf',
      by: 'e.client_id',
      sum: hundredths(minutesWorked),
    },
    { places: 2, permission: 'projects:read' },
  ),
  of: groups => hundredthsOfHours(totalOf(groups.of(time), time.sums.minutes)),
}

const projectCount: ListedFigure = {
  field: figure(
    'projectCount',
    'integer',
    'How many projects were opened for it by the day, closed and archived ones included.',
    {
      from: 'projects p WHERE p.organization_id = :organization AND p.opened_on <= :asOf',
      by: 'p.client_id',
      sum: 'COUNT(*)',
    },
    { permission: 'projects:read' },
  ),
  of: groups => countOf(groups.of(projects)),
}

export const projectFigures: FigureBlock = {
  name: 'projects',
  permission: 'projects:read',
  sources: [projects, time],
  sections: [projectSection],
  byMonth: timeByMonth,
  eventDays: { projects: ['opened_on'], time_entries: ['date'] },
  listed: [totalHours, projectCount],
}

@Resolver(() => OverviewBlocks)
export class ProjectsBlockResolver {
  @extension('projects:read', () => ProjectsOverview, 'Projects and the time worked on them.', {
    reads: ['projects'],
    cost: { whole: 30, each: 0.2 },
  })
  projects(@Root() overview: Overview): ProjectsOverview {
    return overview.section(projectSection)
  }
}

const byTheDay = (column: string, { asOf }: Frame) => ({ sql: `t.${column} <= :asOf`, parameters: { asOf } })

@Resolver(() => ProjectsOverview)
export class ProjectsOverviewResolver {
  @extension('projects:read', () => projectList.Connection, 'The projects counted.')
  projects(
    @Root() root: ProjectsOverview,
    @Args(() => projectList.Arguments) given: ListArguments,
    @Ctx() ctx: Context,
  ) {
    return ctx.page(Project, given, { parent: parentOf(root), conditions: [byTheDay('openedOn', root.frame)] })
  }

  @extension('projects:read', () => timeEntryList.Connection, 'The time entries whose minutes are summed.')
  timeEntries(
    @Root() root: ProjectsOverview,
    @Args(() => timeEntryList.Arguments) given: ListArguments,
    @Ctx() ctx: Context,
  ) {
    return ctx.page(TimeEntry, given, { parent: parentOf(root), conditions: [byTheDay('date', root.frame)] })
  }
}

@Resolver(() => ProjectStateCount)
export class ProjectStateCountResolver {
  @extension('projects:read', () => projectList.Connection, 'The projects counted.')
  projects(
    @Root() root: ProjectStateCount,
    @Args(() => projectList.Arguments) given: ListArguments,
    @Ctx() ctx: Context,
  ) {
    const inState = { sql: 't.state = :state', parameters: { state: root.state } }
    return ctx.page(Project, given, {
      parent: parentOf(root),
      conditions: [byTheDay('openedOn', root.frame), inState],
    })
  }
}
