export { BuildError, buildWorkspace, rewriteExtensions } from "./build-workspace.ts"
export { workspacesInOrder } from "./workspaces.ts"
