import { SingleBar } from 'cli-progress'

export interface Progress {
  update: (done: number, total: number) => void
  stop: () => void
}

/** Shows a bar on standard error if it is a terminal; programs see nothing. */
export function progressBar(title: string, quiet = false): Progress {
  if (quiet || !process.stderr.isTTY) return { update: () => undefined, stop: () => undefined }
  const bar = new SingleBar({
    format: `${title} {bar} {percentage}% | {value}/{total} | {eta_formatted}`,
    stream: process.stderr,
    hideCursor: true,
  })
  bar.start(1, 0)
  return {
    update: (done, total) => {
      bar.setTotal(total)
      bar.update(done)
    },
    stop: () => bar.stop(),
  }
}
