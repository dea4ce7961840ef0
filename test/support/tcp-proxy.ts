import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** Stands between a server and its database: passes on what both say, falls silent, cuts them off, or is not there. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>()
  private server: Server | undefined
  private isSilent = false
  port = 0

  private constructor(private readonly target: { host: string; port: number }) {}

  static async to(url: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(url)
    const proxy = new TcpProxy({ host: hostname, port: Number(port || 3306) })
    await proxy.listen()
    return proxy
  }

  /** An address of the target that leads through here. */
  through(url: string): string {
    const led = new URL(url)
    led.hostname = '127.0.0.1'
    led.port = String(this.port)
    return led.href
  }

  /** Takes what is sent and connections as well, and says nothing more. */
  fallSilent() {
    this.isSilent = true
    for (const socket of this.sockets) socket.pause()
  }

  speakAgain() {
    this.isSilent = false
    for (const socket of this.sockets) socket.resume()
  }

  /** Breaks off every connection; new ones are taken. */
  cut() {
    for (const socket of this.sockets) socket.resetAndDestroy()
  }

  /** Is not there any more, until `listen`. */
  async refuse() {
    const { server } = this
    this.server = undefined
    server?.close()
    this.cut()
    if (server?.listening) await once(server, 'close')
  }

  async listen() {
    this.server = createServer(near => {
      this.join(near)
    }).listen(this.port, '127.0.0.1')
    await once(this.server, 'listening')
    this.port = (this.server.address() as AddressInfo).port // it listens on a port
  }

  async close() {
    await this.refuse()
  }

  private join(near: Socket) {
    const far = connect(this.target)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket)
      socket.on('data', (bytes: Buffer) => {
        if (!this.isSilent) other.write(bytes)
      })
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        this.sockets.delete(socket)
        other.destroy()
      })
      if (this.isSilent) socket.pause()
    }
  }
}
