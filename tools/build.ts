/** `npm run build`: compiles every workspace to JavaScript and declarations in its `dist`, ready to publish. */
import { BuildError, buildWorkspace, workspacesInOrder } from "./build/index.ts"

try {
  for (const workspace of workspacesInOrder(process.cwd())) {
    buildWorkspace(process.cwd(), workspace)
    console.log(`built ${workspace}`)
  }
} catch (error) {
  if (!(error instanceof BuildError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
