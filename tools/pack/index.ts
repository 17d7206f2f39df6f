export { CommandFailed, install, pack, run } from "./project.ts"
