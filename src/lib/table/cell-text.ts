import { limits } from './limits.js'
import { tooLong } from './xml.js'

/**
 * Returns the text of a cell or a shared text: its runs joined, without the marks that say how Japanese is read aloud.
 */
export class CellText {
  private text = ''
  private writing = false
  private aloud = false

  begin(): void {
    this.text = ''
  }

  open(name: string): void {
    if (name === 'rPh') this.aloud = true
    else if (name === 't' || name === 'v') this.writing = !this.aloud
  }

  close(name: string): void {
    if (name === 'rPh') this.aloud = false
    else if (name === 't' || name === 'v') this.writing = false
  }

  add(text: string): void {
    if (!this.writing) return
    this.text += text
    if (this.text.length > limits.cellCharacters * '_x000D_'.length) throw tooLong()
  }

  get value(): string {
    const text = this.text.includes('_x')
      ? this.text.replace(/_x([0-9a-f]{4})_/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
      : this.text
    if (text.length > limits.cellCharacters) throw tooLong()
    return text.replaceAll('\0', '')
  }
}
