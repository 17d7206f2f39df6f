/** Play over HTTP and WebSocket, for game engines, pages and other programs. */
export { createPlayService } from "./service.ts"
export type { PlayService } from "./service.ts"
export { defaultPlayLimits } from "./options.ts"
export type { Account, PlayLimits, PlayLog, PlayServiceOptions } from "./options.ts"
export { playDocument } from "./document.ts"
export { serviceErrors } from "./errors.ts"
