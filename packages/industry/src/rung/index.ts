export type { Resources, Rung, Task } from "./rung.ts"
