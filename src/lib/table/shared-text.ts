import { CellText } from './cell-text.js'
import { damaged, tooMuchSharedText } from './file-error.js'
import { limits } from './limits.js'
import { listen } from './xml.js'

const blockBytes = 2 ** 20

/**
 * The texts that cells refer to by number, read as far as cells need them. They are kept as bytes, since a million
 * strings take several times as much memory.
 */
export class SharedText {
  private readonly blocks: Buffer[] = []
  /** How much of the last block is used. */
  private used = blockBytes
  /** Where each text begins, over all blocks, and how long it is. */
  private spans = new Uint32Array(2048)
  private count = 0
  private readonly pieces: AsyncGenerator<void>

  constructor(bytes: AsyncIterable<Buffer>) {
    const written = new CellText()
    this.pieces = listen(bytes, {
      open: name => {
        if (name === 'si') written.begin()
        else written.open(name)
      },
      text: text => {
        written.add(text)
      },
      close: name => {
        if (name === 'si') this.keep(written.value)
        else written.close(name)
      },
    })
  }

  async readTo(index: number): Promise<void> {
    while (index >= this.count) {
      if ((await this.pieces.next()).done) throw damaged('The file refers to a text that it does not have')
    }
  }

  at(index: number): string {
    const [start = 0, length = 0] = [this.spans[index * 2], this.spans[index * 2 + 1]]
    const from = start % blockBytes
    return this.blocks[Math.floor(start / blockBytes)]?.toString('utf8', from, from + length) ?? ''
  }

  async close(): Promise<void> {
    await this.pieces.return(undefined)
  }

  private keep(text: string): void {
    const length = Buffer.byteLength(text)
    if (this.used + length > blockBytes) this.addBlock()
    const block = this.blocks.length - 1
    this.blocks[block]?.write(text, this.used)
    if (this.spans.length === this.count * 2) this.growSpans()
    this.spans.set([block * blockBytes + this.used, length], this.count * 2)
    this.used += length
    this.count++
  }

  private addBlock(): void {
    this.blocks.push(Buffer.allocUnsafe(blockBytes))
    this.used = 0
    if (this.blocks.length * blockBytes > limits.sharedTextBytes) throw tooMuchSharedText()
  }

  private growSpans(): void {
    const grown = new Uint32Array(this.spans.length * 2)
    grown.set(this.spans)
    this.spans = grown
    if (this.count >= limits.sharedTexts) throw tooMuchSharedText()
  }
}
