import { Field, ID, InputType } from 'type-graphql'
import { limits } from '../../graphql/limits.js'
import { RecordVersion } from '../../graphql/record-input.js'
import { type FileUpload, Upload } from '../../graphql/upload.js'

@InputType({ description: 'Files to attach to a record.' })
export class UploadFilesInput {
  @Field(() => ID, {
    description:
      'The record they are attached to: a client, or a document, project, task or other record of one. ' +
      'Needs the permission to write it.',
  })
  subjectId: string

  @Field(() => [Upload], {
    description: `The files, ${limits.files} at most; each keeps the last part of the name it is sent with.`,
  })
  files: Promise<FileUpload>[]
}

@InputType({ description: 'Which file to rename, and its new name.' })
export class RenameFileInput extends RecordVersion {
  @Field(() => String, { description: 'The new name, with its ending, at most 200 characters.' })
  name: string
}
