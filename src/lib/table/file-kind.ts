import { open, type FileHandle } from 'node:fs/promises'
import { UserError } from '../user-error.js'
import { empty, encrypted, notATable, oldType, tooLarge } from './file-error.js'
import { limits } from './limits.js'
import { type TableFormat } from './table.js'

const NO_TABLE = /^(\xef\xbb\xbf)?\s*(%PDF-|\{\\rtf|<\?xml|<!DOCTYPE|<html|<table|<svg)/i

/** Returns the format by the first bytes of the file; its name, and the type that a browser gives, are not trusted. */
export async function formatOf(path: string): Promise<TableFormat> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    if (size === 0) throw empty()
    if (size > limits.fileBytes) throw tooLarge(`The file is larger than ${limits.fileBytes / 2 ** 20} MB`)
    const beginning = await read(file, 0)
    if (beginning.readUInt32BE() === 0x504b0304) return 'XLSX'
    if (beginning.toString('hex', 0, 8) === 'd0cf11e0a1b11ae1') throw await compoundError(file, beginning)
    if (NO_TABLE.test(beginning.toString('latin1'))) throw notATable()
    return 'CSV'
  } finally {
    await file.close()
  }
}

/**
 * Excel encrypts a workbook into a compound file, which an .xls is as well. The directory in the file tells the two
 * apart.
 */
async function compoundError(file: FileHandle, header: Buffer): Promise<UserError> {
  const sectorSize = 2 ** (header.readUInt16LE(30) % 16)
  const folder = await read(file, (header.readUInt32LE(48) + 1) * sectorSize)
  return folder.includes('EncryptedPackage', 0, 'utf16le') ? encrypted() : oldType('an old Excel file (.xls)')
}

async function read(file: FileHandle, position: number): Promise<Buffer> {
  const { buffer } = await file.read(Buffer.alloc(4096), 0, 4096, position)
  return buffer
}
