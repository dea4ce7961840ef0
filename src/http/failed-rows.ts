import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { Database } from '../database/database.js'
import { readLink } from '../features/files/index.js'
import { failedFileName, failedRowsFile, ImportPlan, ImportRow } from '../features/imports/index.js'
import { notFound } from '../model/errors.js'
import type { Clock } from '../lib/calendar.js'
import { contentDisposition } from '../lib/file-name.js'
import type { FileStorage } from '../storage/file-storage.js'

interface Downloads {
  database: Database
  storage: FileStorage
  clock: Clock
}

const atOnce = 1000

/** `GET /imports/<link>`: the wrong rows of an import, for whoever has a link to them. */
export function registerFailedRows(app: FastifyInstance, { database, storage, clock }: Downloads) {
  app.route<{ Params: { link: string } }>({
    method: ['GET', 'HEAD'],
    url: '/imports/:link',
    handler: async (request, reply) => {
      const { organizationId, id } = readLink(request.params.link, { storage, now: clock() })
      // Without a scope, since nobody is known who asks: bound to the one import that the link names.
      const plan = await database.read
        .createQueryBuilder(ImportPlan, 't')
        .where('t.id = :id AND t.organizationId = :organizationId', { id, organizationId })
        .getOne()
      if (!plan?.plannedAt)
        throw notFound('This import was deleted or is being planned anew.', { http: { status: 404 } })
      const failedAfter = (last: number) =>
        database.read
          .createQueryBuilder(ImportRow, 't')
          .where('t.planId = :id AND t.organizationId = :organizationId AND t.action = :wrong AND t.number > :last', {
            id,
            organizationId,
            wrong: 'ERROR',
            last,
          })
          .orderBy('t.number')
          .limit(atOnce)
          .getMany()
      reply.headers({
        'content-type':
          plan.format === 'CSV' ? 'text/csv' : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        'content-disposition': contentDisposition('attachment', failedFileName(plan)),
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-store',
        'referrer-policy': 'no-referrer',
      })
      if (request.method === 'HEAD') return reply.send()
      return reply.send(Readable.from(failedRowsFile(storage, plan, failedAfter), { objectMode: false }))
    },
  })
}
