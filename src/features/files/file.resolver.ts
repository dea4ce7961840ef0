import { Arg, Args, Ctx, Int, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { linkTo, longestLink, usualLink } from '../../request/signed-link.js'
import { readable } from '../../database/effects/activity-event.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { bulkMutation, extension, idArgument, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { RecordVersion } from '../../graphql/record-input.js'
import { spoken } from '../../model/record-name.js'
import { Client, isSubject } from '../clients/index.js'
import { File } from './file.js'
import { attachFiles, deleteFile, receiveFiles, renameFile } from './file.commands.js'
import { RenameFileInput, UploadFilesInput } from './file.inputs.js'
import { entities, type EntityMetadata } from '../../model/entity-metadata.js'
import { fileLink } from './file.link.js'
import { listOf, type ListArguments } from '../../graphql/list.js'
import type { Row } from '../../model/field-definition.js'

const fileList = listOf(File, {
  filters: [
    'id',
    'clientId',
    'subjectType',
    'subjectId',
    'name',
    'contentType',
    'size',
    'sha256',
    'uploaderType',
    'uploaderId',
    'uploaderName',
    'externalId',
    'createdAt',
    'updatedAt',
  ],
  orders: { CREATED_AT: 'id', NAME: 'name', SIZE: 'size', CONTENT_TYPE: 'contentType', UPDATED_AT: 'updatedAt' },
  direction: 'DESC',
})

@Resolver(() => File)
export class FileResolver {
  @query('member', () => File, 'One file.', { nullable: true })
  file(@idArgument('file') id: string, @Ctx() ctx: Context) {
    return ctx.byId(File, id)
  }

  @query(
    'member',
    () => fileList.Connection,
    'The files of all clients, as far as the key may read what they are attached to.',
  )
  files(@Args(() => fileList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(File, given, { conditions: [readable(ctx.access.permissions)] })
  }

  @extension(
    'member',
    () => String,
    'The name of the record it is attached to, such as F2026/0007; null where that record is gone.',
    { nullable: true, looksBeyond: true },
  )
  subjectName(@Root() { subjectId }: File, @Ctx() ctx: Context) {
    return ctx.nameOf(subjectId)
  }

  @extension(
    'member',
    () => String,
    'The path of its bytes on the server that answers. ' +
      'Anybody who has the path can read the file without a key, whole or in ranges, until the path expires.',
  )
  downloadUrl(
    @Root() file: File,
    @Arg('expiresIn', () => Int, {
      defaultValue: usualLink,
      description: `How many seconds it works, 1 to ${longestLink}.`,
    })
    expiresIn: number,
    @Arg('inline', () => Boolean, {
      defaultValue: false,
      description: 'Whether a browser is to show it instead of saving it; of a picture or a PDF only.',
    })
    inline: boolean,
    @Ctx() ctx: Context,
  ) {
    return linkTo(fileLink, file, ctx, expiresIn, inline)
  }

  // Who may write depends on what it is attached to: the commands ask for it.
  @bulkMutation(
    'member',
    File,
    'Attach files to a client or one of its documents, all or none; needs the permission to write that record.',
    { prepare: receiveFiles },
  )
  uploadFiles(
    @input(() => UploadFilesInput) given: Parameters<typeof attachFiles>[1],
    @writeScope() scope: WriteScope,
  ) {
    return attachFiles(scope, given)
  }

  @mutation('member', File, 'Rename a file.')
  renameFile(@input(() => RenameFileInput) given: RenameFileInput, @writeScope() scope: WriteScope) {
    return renameFile(scope, given)
  }

  @mutation('member', File, 'Delete a file and its bytes. The history keeps its name, size and SHA-256.')
  deleteFile(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deleteFile(scope, given)
  }
}

/** A resolver for each kind of record that files are attached to. */
export const subjectFilesResolvers = () => entities().filter(isSubject).map(filesResolverOf)

function filesResolverOf({ type, name, permission }: EntityMetadata) {
  const [by, description] =
    type === Client
      ? ([
          'clientId',
          'The files of the client and its documents, as far as the key may read what they are attached to.',
        ] as const)
      : (['subjectId', `The files that are attached to the ${spoken(name)}.`] as const)

  @Resolver(() => type)
  class SubjectFilesResolver {
    @extension(permission ?? 'member', () => fileList.Connection, description)
    files(@Root() { id }: Row, @Args(() => fileList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
      return ctx.page(File, given, { parent: { by, id }, conditions: [readable(ctx.access.permissions)] })
    }
  }
  return SubjectFilesResolver
}
