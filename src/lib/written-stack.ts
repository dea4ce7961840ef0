import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'

/** By the addresses of the files that the build made; null where a file has no map. */
const maps = new Map<string, SourceMap | null>()

/**
 * Returns the stack of an error with the files and lines that somebody wrote, instead of those that the build made.
 * With `--enable-source-maps` Node would do so for all errors, and would read all maps of all packages at the start.
 */
export const writtenStack = (stack: string): string => stack.split('\n').map(writtenFrame).join('\n')

function writtenFrame(frame: string): string {
  const from = frame.lastIndexOf('file://')
  if (!frame.startsWith('    at ') || from < 0 || frame.length > 1000) return frame
  const [place, address = '', line, column] = /^([^:]+:[^:]+):(\d+):(\d+)/.exec(frame.slice(from)) ?? []
  const map = mapOf(address)
  const found = place && map?.findEntry(Number(line) - 1, Number(column) - 1)
  if (!found || !('originalSource' in found)) return frame
  const written = `${new URL(found.originalSource, address).href}:${found.originalLine + 1}:${found.originalColumn + 1}`
  return frame.slice(0, from) + written + frame.slice(from + place.length)
}

function mapOf(address: string): SourceMap | null {
  const known = maps.get(address)
  if (known !== undefined) return known
  const map = readMap(address)
  maps.set(address, map)
  return map
}

function readMap(address: string): SourceMap | null {
  if (!address.endsWith('.js') || address.includes('/node_modules/')) return null
  const path = `${fileURLToPath(address)}.map`
  return existsSync(path)
    ? new SourceMap(JSON.parse(readFileSync(path, 'utf8')) as ConstructorParameters<typeof SourceMap>[0])
    : null // as the build made it
}
