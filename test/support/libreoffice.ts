import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { tmpdir } from 'node:os'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { cacheOf, findProgram, librariesBelow, pathFolders, unpackPackages } from './debian-packages.js'

const execute = promisify(execFile)
const root = cacheOf('libreoffice')
const base = join(root, 'usr/lib/libreoffice')
/** Its exit code after setting up a new profile: it wants to be started again. */
const AGAIN = 81
const endWithin = 120_000

/** LibreOffice as it is installed, or from Debian's packages. */
export class LibreOffice {
  private constructor(
    private readonly program: string,
    private readonly options: string[],
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async find(): Promise<LibreOffice> {
    const installed = await findProgram('soffice', pathFolders())
    if (installed) return new LibreOffice(installed, [], process.env)
    if (!(await findUnpacked()))
      await unpackPackages(['libreoffice-calc'], root, async () => Boolean(await findUnpacked()))
    const program = await findUnpacked()
    if (!program)
      throw new Error("No LibreOffice can be had: none is installed, and Debian's package has none for this machine.")
    const libraries = librariesBelow(root)
    // The packages' own scripts would say where its settings are, and which of several algebra libraries is meant.
    const settings = pathToFileURL(join(base, 'share/.registry')).href
    return new LibreOffice(
      program,
      [
        `-env:BRAND_BASE_DIR=${pathToFileURL(base).href}`,
        `-env:CONFIGURATION_LAYERS=xcsxcu:${settings} res:${settings}`,
      ],
      {
        ...process.env,
        LD_LIBRARY_PATH: [
          join(base, 'program'),
          ...libraries,
          ...libraries.flatMap(folder => [join(folder, 'blas'), join(folder, 'lapack')]),
        ].join(delimiter),
      },
    )
  }

  /** Opens the files and saves each of them in another format, under its name with another ending. */
  async save(paths: string[], format: string, folder: string): Promise<void> {
    const profile = await mkdtemp(join(tmpdir(), 'clientela-libreoffice-'))
    await mkdir(folder, { recursive: true })
    const run = () =>
      execute(
        this.program,
        [
          ...this.options,
          `-env:UserInstallation=${pathToFileURL(profile).href}`,
          '--headless',
          '--norestore',
          '--convert-to',
          format,
          '--outdir',
          folder,
          ...paths,
        ],
        { env: this.environment, timeout: endWithin },
      )
    try {
      await run().catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === AGAIN) return run()
        throw error
      })
    } finally {
      await rm(profile, { recursive: true })
    }
  }
}

const findUnpacked = () => findProgram('soffice.bin', [join(base, 'program')])
