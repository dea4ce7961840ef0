import { parse } from 'graphql'
import type { CompiledQuery } from 'graphql-jit'
import { KeptDocuments } from './kept-documents.js'

const compiled: CompiledQuery = { operationName: undefined, query: () => ({}), stringify: JSON.stringify }
const compile = () => compiled
const fields = (count: number) => () => count

async function seen(documents: KeptDocuments, key: string, times: number, text = '{ viewer { id } }') {
  const document = parse(text)
  for (let time = 0; time < times; time++) await documents.set(key, document)
  return document
}

test('keeps and compiles nothing of a document that was asked once', async () => {
  const documents = new KeptDocuments()
  const document = await seen(documents, 'once', 1)
  expect(await documents.get('once')).toBeUndefined()
  expect(documents.compiled(document, '', fields(1), compile)).toBeNull()
})

test('keeps a document that was asked twice, and compiles each of its operations once', async () => {
  const documents = new KeptDocuments()
  const document = await seen(documents, 'twice', 2)
  expect(await documents.get('twice')).toBe(document)
  let compilations = 0
  const counted = () => {
    compilations++
    return compiled
  }
  for (const operation of ['one', 'other', 'one', 'other'])
    expect(documents.compiled(document, operation, fields(1), counted)).toBe(compiled)
  expect(compilations).toBe(2)
})

test('does not keep a document of a very long text, however often it is asked', async () => {
  const documents = new KeptDocuments()
  await seen(documents, 'long', 3, `{ viewer { id } } # ${'x'.repeat(100_000)}`)
  expect(await documents.get('long')).toBeUndefined()
})

test('does not compile a document of very many fields', async () => {
  const documents = new KeptDocuments()
  const document = await seen(documents, 'wide', 2)
  expect(documents.compiled(document, '', fields(5_000), compile)).toBeNull()
  expect(await documents.get('wide')).toBe(document)
})

test('drops those that were not asked for longest, once all of them are too large', async () => {
  const documents = new KeptDocuments()
  for (let at = 0; at < 100; at++) {
    const document = await seen(documents, `d${at}`, 2, `{ viewer { id } } # ${at}`)
    expect(documents.withText(`{ viewer { id } } # ${at}`)).toBe(document)
    expect(documents.compiled(document, '', fields(900), compile)).toBe(compiled)
    expect(await documents.get('d0')).toBeDefined()
  }
  const kept = await Promise.all(
    Array.from({ length: 100 }, async (_, at) => (await documents.get(`d${at}`)) !== undefined),
  )
  expect(kept.filter(Boolean).length).toBeLessThan(20)
  expect([kept[0], kept[1], kept[99]]).toEqual([true, false, true])
  const byText = Array.from({ length: 100 }, (_, at) => documents.withText(`{ viewer { id } } # ${at}`) !== undefined)
  expect(byText).toEqual(kept)
})
