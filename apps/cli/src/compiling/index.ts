export { compileFile } from "./compile-file.ts"
