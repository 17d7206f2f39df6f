/** A client of a Daydream server's play API, for browsers and Node. */
import type { DreamList, Language, MadePlayer, NewPlayer, OpenSession, SessionList, SessionState } from "./protocol.ts"
import { PlaySession } from "./session.ts"
import { Wire } from "./wire.ts"
import type { ClientOptions } from "./wire.ts"

export type * from "./protocol.ts"
export { DreamClientError } from "./error.ts"
export { PlaySession } from "./session.ts"
export type { PlayOptions } from "./session.ts"
export { PlaySocket } from "./socket.ts"
export type { SocketOptions } from "./socket.ts"
export { protocolVersion } from "./wire.ts"
export type { ClientOptions } from "./wire.ts"

export interface DreamClient {
  dreams(): Promise<DreamList>
  /** Sessions of this player, the one played last first. */
  sessions(): Promise<SessionList["sessions"]>
  /** Opens a session; then `begin()` plays its opening. */
  open(request: OpenSession): Promise<PlaySession>
  /** A session by its id, with its state. */
  session(id: string): Promise<PlaySession>
  /** Joins another player's session. */
  join(id: string, invitation: string): Promise<PlaySession>
  /** Takes a session in from its exported file. */
  import(file: Uint8Array | string): Promise<PlaySession>
  /** With a key only: a token with which one player can play for a while. */
  makePlayer(request?: NewPlayer): Promise<MadePlayer>
}

/** Connects to nothing before it is asked. */
export function createDreamClient(options: ClientOptions & { readonly language?: Language }): DreamClient {
  const wire = new Wire(options)
  const place = (id: string) => `/v1/sessions/${encodeURIComponent(id)}`
  const opened = async (asked: Promise<SessionState>) => {
    const state = await asked
    return new PlaySession(wire, state.session, state)
  }
  return {
    dreams: () => wire.json({ method: "GET", path: "/v1/dreams" }),
    sessions: async () => (await wire.json<SessionList>({ method: "GET", path: "/v1/sessions" })).sessions,
    open: (request) => opened(wire.json({ method: "POST", path: "/v1/sessions", body: request })),
    session: (id) => opened(wire.json({ method: "GET", path: place(id) })),
    join: (id, invitation) => opened(wire.json({ method: "POST", path: `${place(id)}/players`, body: { invitation } })),
    import: (file) => opened(wire.json({ method: "POST", path: "/v1/sessions/import", body: file })),
    makePlayer: (request = {}) => wire.json({ method: "POST", path: "/v1/players", body: request }),
  }
}
