import { Field, ID, InputType } from 'type-graphql'
import { limits } from '../../graphql/limits.js'
import { RecordVersion } from '../../graphql/record-input.js'
import { type FileUpload, Upload } from '../../graphql/upload.js'

@InputType({ description: 'Files to attach to a record.' })
export class UploadFilesInput {
  @Field(() => ID, {
    description:
      'What they are attached to: a client, or a document, a project, a task … of one. Needs the permission to write that.',
  })
  subjectId: string

  @Field(() => [Upload], {
    description: `The files, ${limits.files} at most; each keeps the last part of the name it is sent with.`,
  })
  files: Promise<FileUpload>[]
}

@InputType({ description: 'Which file, and what to call it.' })
export class RenameFileInput extends RecordVersion {
  @Field(() => String, { description: 'The new name, with its ending, at most 200 characters.' })
  name: string
}
