/** Dream: characters that remember, in a world that no generated sentence can contradict. Each folder is an entrance. */
export type { World } from "./world/index.ts"
export type { Story, StoryState } from "./story/index.ts"
export { dreamSchemas } from "./schemas.ts"
