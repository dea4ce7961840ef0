import type { DocumentNode } from 'graphql'
import type { CompiledQuery } from 'graphql-jit'

/**
 * Measured: what a document takes once it is parsed, for each letter of its text, and once it is compiled, for each of
 * its fields.
 */
const bytes = { perLetter: 80, perField: 4_000 }
const mebi = 2 ** 20
/** The size of all documents together, and of one: a longer one is parsed again each time, and never compiled. */
const most = { all: 64 * mebi, one: 4 * mebi, seen: 1_000 }

/** A document that is kept, with its operations as they were compiled, by their names. */
interface Kept {
  key: string
  text: string
  document: DocumentNode
  size: number
  operations: Map<string, CompiledQuery | null>
}

/**
 * Parsed and compiled documents, as many as fit a number of bytes. One is kept from the second time on: what is asked
 * once, such as a document with its values written into it, leaves nothing behind. Apollo keeps by it what it parsed
 * and validated.
 */
export class KeptDocuments {
  private readonly kept = new Map<string, Kept>()
  private readonly byText = new Map<string, Kept>()
  private readonly byDocument = new WeakMap<DocumentNode, Kept>()
  private readonly seen = new Set<string>()
  private size = 0

  async get(key: string): Promise<DocumentNode | undefined> {
    const found = this.kept.get(key)
    if (found) this.touch(found)
    return found?.document
  }

  /** The document of a text, as `get` gives it. */
  withText(text: string): DocumentNode | undefined {
    const found = this.byText.get(text)
    if (found) this.touch(found)
    return found?.document
  }

  async set(key: string, document: DocumentNode) {
    const text = document.loc?.source.body
    if (text === undefined) return
    const size = bytes.perLetter * text.length
    if (size > most.one || this.kept.has(key) || !this.wasSeen(key)) return
    const made = { key, text, document, size, operations: new Map<string, CompiledQuery | null>() }
    this.byDocument.set(document, made)
    this.byText.set(text, made)
    this.size += size
    this.touch(made)
  }

  async delete(key: string) {
    const found = this.kept.get(key)
    if (found) this.drop(found)
    return found !== undefined
  }

  /** An operation as `compile` makes it, once; null where its document is not kept, or it would take too much. */
  compiled(
    document: DocumentNode,
    operation: string,
    fields: () => number,
    compile: () => CompiledQuery | null,
  ): CompiledQuery | null {
    const kept = this.byDocument.get(document)
    if (!kept || this.kept.get(kept.key) !== kept) return null
    const known = kept.operations.get(operation)
    if (known !== undefined) return known
    const size = bytes.perField * fields()
    const made = kept.size + size > most.one ? null : compile()
    kept.operations.set(operation, made)
    if (made) {
      kept.size += size
      this.size += size
      this.touch(kept)
    }
    return made
  }

  private wasSeen(key: string): boolean {
    if (this.seen.delete(key)) return true
    this.seen.add(key)
    const [first] = this.seen
    if (this.seen.size > most.seen && first !== undefined) this.seen.delete(first)
    return false
  }

  /** Puts it last, and drops the first ones while all are too large. */
  private touch(kept: Kept) {
    this.kept.delete(kept.key)
    this.kept.set(kept.key, kept)
    for (const first of this.kept.values()) {
      if (this.size <= most.all) break
      this.drop(first)
    }
  }

  private drop(kept: Kept) {
    this.kept.delete(kept.key)
    this.byText.delete(kept.text)
    this.size -= kept.size
  }
}
