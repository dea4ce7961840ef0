import { Args, ArgsType, Ctx, Field, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { extension, idArgument, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { RecordVersion } from '../../graphql/record-input.js'
import { User } from '../access/index.js'
import { Client, clientName } from '../clients/index.js'
import { Project } from '../projects/index.js'
import { Task } from './task.js'
import { completeTask, createTask, deleteTask, reopenTask, startTask, updateTask } from './task.commands.js'
import { assigneeName, inTaskBucket, TaskBucket } from './task.queries.js'
import { CompleteTaskInput, CreateTaskInput, TaskDayInput, UpdateTaskInput } from './task.inputs.js'
import type { Condition } from '../../model/condition.js'
import { listOf, withDay } from '../../graphql/list.js'

export const taskList = listOf(Task, {
  computed: [clientName, assigneeName],
  filters: [
    'id',
    'clientId',
    'clientName',
    'projectId',
    'assigneeId',
    'assigneeName',
    'title',
    'state',
    'openedOn',
    'dueOn',
    'completedOn',
    'externalId',
    'createdAt',
    'updatedAt',
  ],
  orders: {
    DUE_ON: 'dueOn',
    OPENED_ON: 'openedOn',
    COMPLETED_ON: 'completedOn',
    TITLE: 'title',
    STATE: 'state',
    CLIENT_NAME: 'clientName',
    ASSIGNEE_NAME: 'assigneeName',
    CREATED_AT: 'id',
    UPDATED_AT: 'updatedAt',
  },
})

@ArgsType()
export class TaskArguments extends withDay(taskList.Arguments) {
  @Field(() => TaskBucket, {
    nullable: true,
    description: 'Only the tasks that an overview of the day counts in this group.',
  })
  bucket?: TaskBucket | null
}

/** A list of tasks; those of one group on a day where asked. */
export function taskPage(
  ctx: Context,
  given: TaskArguments,
  parent?: { by: 'clientId' | 'projectId' | 'assigneeId'; id: string },
  conditions: Condition[] = [],
) {
  const { bucket } = given
  return ctx.page(Task, given, {
    parent,
    dated: true,
    conditions: [...conditions, ...(bucket ? [inTaskBucket(bucket, ctx.dayOfList(given))] : [])],
  })
}

@Resolver(() => Task)
export class TaskResolver {
  @query('projects:read', () => Task, 'One task.', { nullable: true })
  task(@idArgument('task') id: string, @Ctx() ctx: Context) {
    return ctx.byId(Task, id)
  }

  @query('projects:read', () => taskList.Connection, 'The tasks of all clients.')
  tasks(@Args(() => TaskArguments) given: TaskArguments, @Ctx() ctx: Context) {
    return taskPage(ctx, given)
  }

  @mutation('projects:write', Task, 'Add something to do for a client.')
  createTask(@input(() => CreateTaskInput) given: CreateTaskInput, @writeScope() scope: WriteScope) {
    return createTask(scope, given)
  }

  @mutation('projects:write', Task, 'Change a task.')
  updateTask(@input(() => UpdateTaskInput) given: UpdateTaskInput, @writeScope() scope: WriteScope) {
    return updateTask(scope, given)
  }

  @mutation('projects:write', Task, 'Begin a task: TODO becomes IN_PROGRESS.')
  startTask(@input(() => TaskDayInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return startTask(scope, given)
  }

  @mutation('projects:write', Task, 'Mark a task as done.')
  completeTask(@input(() => CompleteTaskInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return completeTask(scope, given, 'DONE')
  }

  @mutation('projects:write', Task, 'Decide not to do a task.')
  discardTask(@input(() => CompleteTaskInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return completeTask(scope, given, 'DISCARDED')
  }

  @mutation('projects:write', Task, 'Reopen a completed task, which then counts as never completed.')
  reopenTask(@input(() => TaskDayInput) given: RecordVersion, @writeScope() scope: WriteScope) {
    return reopenTask(scope, given)
  }

  @mutation('projects:write', Task, 'Delete a task.')
  deleteTask(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deleteTask(scope, given)
  }
}

@Resolver(() => Client)
export class ClientTasksResolver {
  @extension('projects:read', () => taskList.Connection, 'The tasks of the client, those of its projects included.', {
    reads: ['id'],
  })
  tasks(@Root() client: Client, @Args(() => TaskArguments) given: TaskArguments, @Ctx() ctx: Context) {
    return taskPage(ctx, given, { by: 'clientId', id: client.id })
  }
}

@Resolver(() => User)
export class UserTasksResolver {
  @extension('projects:read', () => taskList.Connection, 'The tasks the person is to do, or did.')
  tasks(@Root() user: User, @Args(() => TaskArguments) given: TaskArguments, @Ctx() ctx: Context) {
    return taskPage(ctx, given, { by: 'assigneeId', id: user.id })
  }
}

@Resolver(() => Project)
export class ProjectTasksResolver {
  @extension('projects:read', () => taskList.Connection, 'The tasks of the project.')
  tasks(@Root() project: Project, @Args(() => TaskArguments) given: TaskArguments, @Ctx() ctx: Context) {
    return taskPage(ctx, given, { by: 'projectId', id: project.id })
  }
}
