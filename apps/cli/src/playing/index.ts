export { playDream } from "./game.ts"
export type { PlayOptions } from "./game.ts"
export { libraryFor, ownDreams } from "./dreams.ts"
export { openPorts } from "./ports.ts"
