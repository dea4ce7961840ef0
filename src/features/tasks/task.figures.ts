import { Arg, Args, Ctx, Field, Int, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { figure } from '../../model/computed.js'
import { badInput } from '../../model/errors.js'
import { extension } from '../../graphql/operation.js'
import { addDays, type Day } from '../../lib/calendar.js'
import { snake } from '../../lib/snake.js'
import {
  among,
  count,
  counted,
  countOf,
  Overview,
  OverviewBlocks,
  parentOf,
  readGroups,
  source,
  type FigureBlock,
  type Frame,
  type ListedFigure,
  type Section,
} from '../figures/index.js'
import { TaskBucket, taskRules } from './task.queries.js'
import { TaskArguments, taskList, taskPage } from './task.resolver.js'

const rules = taskRules(name => `k.${snake(name)}`)

const tasks = source('tasks', {
  alias: 'k',
  from: ours => `tasks k WHERE ${ours('k')} AND ${rules.OPEN}`,
  bucket: `CASE WHEN ${rules.UNSCHEDULED} THEN 'UNSCHEDULED' WHEN ${rules.OVERDUE} THEN 'OVERDUE' WHEN ${rules.DUE} THEN 'DUE' ELSE 'UPCOMING' END`,
  buckets: ['UNSCHEDULED', 'OVERDUE', 'DUE', 'UPCOMING'],
  turns: {
    day: 'k.due_on',
    after: { UPCOMING: 0, DUE: 1 },
    documents: { table: 'tasks', day: 'due_on', condition: 'd.completed_on IS NULL' },
  },
})

/** Tasks that fall due after the day, until another one. */
const upcoming = source('upcoming', {
  alias: 'k',
  from: ours => `tasks k WHERE ${ours('k')} AND ${rules.UPCOMING} AND k.due_on <= :until`,
})

@ObjectType({ description: 'A group of tasks.', simpleResolvers: true })
export class TaskGroup {
  frame: Frame
  bucket: TaskBucket
  /** The last due date of the group, where it has one. */
  until?: Day

  @Field(() => Int, { description: 'How many there are.' })
  count: number
}

@ObjectType({
  description:
    'The tasks of a client, or of all, that are open on the day: opened by it and not completed by it. ' +
    'A task on the client and on its project counts once.',
  simpleResolvers: true,
})
export class TasksOverview {
  frame: Frame

  @Field(() => TaskGroup, { description: 'Due before the day (endarrerides).' })
  overdue: TaskGroup

  @Field(() => TaskGroup, { description: 'Due on the day, thus not overdue (per avui).' })
  due: TaskGroup

  @Field(() => TaskGroup, { description: 'Due after the day (properes).' })
  upcoming: TaskGroup

  @Field(() => TaskGroup, { description: 'Without a due date.' })
  unscheduled: TaskGroup

  @Field(() => TaskGroup, { description: 'The sum of the four.' })
  open: TaskGroup
}

const taskSection: Section<TasksOverview> = {
  name: 'tasks',
  description: 'Open tasks',
  block: 'tasks',
  direction: '',
  type: TasksOverview,
  of(groups) {
    const { frame } = groups
    const rows = groups.of(tasks)
    const group = (bucket: TaskBucket): TaskGroup => ({
      frame,
      bucket,
      count: count(bucket === 'OPEN' ? rows : among(rows, bucket)),
    })
    return {
      frame,
      overdue: group('OVERDUE'),
      due: group('DUE'),
      upcoming: group('UPCOMING'),
      unscheduled: group('UNSCHEDULED'),
      open: group('OPEN'),
    }
  },
}

/** How many tasks of a client are in a group, for the list of clients. */
function listed(name: string, bucket: TaskBucket, description: string, of: ListedFigure['of']): ListedFigure {
  const open = `tasks k WHERE k.organization_id = :organization AND ${rules.OPEN}`
  const sum = `SUM(CASE WHEN ${rules[bucket]} THEN 1 ELSE 0 END)`
  const live = { from: open, by: 'k.client_id', sum }
  return { field: figure(name, 'integer', description, live, { permission: 'projects:read' }), of }
}

export const taskFigures: FigureBlock = {
  name: 'tasks',
  permission: 'projects:read',
  sources: [tasks],
  sections: [taskSection],
  eventDays: { tasks: ['opened_on', 'completed_on'] },
  listed: [
    listed('overdueTasks', 'OVERDUE', 'How many of its open tasks are due before the day.', groups =>
      countOf(among(groups.of(tasks), 'OVERDUE')),
    ),
    listed('openTasks', 'OPEN', 'How many of its tasks are open on the day.', groups => countOf(groups.of(tasks))),
  ],
  open: [{ kind: 'Task', what: 'open tasks', isDue: false, of: groups => groups.of(tasks) }],
}

@Resolver(() => OverviewBlocks)
export class TasksBlockResolver {
  @extension('projects:read', () => TasksOverview, 'Open tasks.', { reads: ['tasks'], cost: { whole: 10, each: 0.2 } })
  tasks(@Root() overview: Overview): TasksOverview {
    return overview.section(taskSection)
  }
}

/** The most days that tasks are looked ahead. */
const longestOutlook = 3660

@Resolver(() => TasksOverview)
export class TasksOverviewResolver {
  @extension(
    'projects:read',
    () => TaskGroup,
    'Tasks due after the day and at most so many days after it; they are part of `upcoming`.',
    { cost: { whole: 10, each: 0.1 } },
  )
  async upcomingWithin(
    @Root() { frame }: TasksOverview,
    @Arg('days', () => Int, { description: `How many days, 1 to ${longestOutlook}.` }) days: number,
    @Ctx() ctx: Context,
  ): Promise<TaskGroup> {
    if (days < 1 || days > longestOutlook)
      throw badInput(`days must be between 1 and ${longestOutlook}; it is ${days}.`)
    const { asOf } = frame
    const until = addDays(asOf, days)
    const found = await readGroups(ctx, frame, `upcoming ${asOf} ${until}`, ['projects:read'], [upcoming], { until })
    return { frame, bucket: 'UPCOMING', until, count: count(found) }
  }
}

@Resolver(() => TaskGroup)
export class TaskGroupResolver {
  @extension('projects:read', () => taskList.Connection, 'The tasks counted.')
  tasks(@Root() root: TaskGroup, @Args(() => TaskArguments) given: TaskArguments, @Ctx() ctx: Context) {
    const within = root.until ? [{ sql: 't.dueOn <= :until', parameters: { until: root.until } }] : []
    return taskPage(ctx, { ...counted(given, root.frame), bucket: root.bucket }, parentOf(root), within)
  }
}
