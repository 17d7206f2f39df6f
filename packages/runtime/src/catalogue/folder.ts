/** Where models lie on this machine. */
import { homedir } from "node:os"
import { delimiter, join, resolve } from "node:path"

/** The environment variables that are read here. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The folder of models: `DAYDREAM_CACHE/models` where that is set, else the user's cache folder
 * (`XDG_CACHE_HOME`, `~/.cache`; `LOCALAPPDATA` on Windows) with `daydream/models` in it.
 */
export function modelFolder(env: Environment = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env["DAYDREAM_CACHE"]) return join(resolve(env["DAYDREAM_CACHE"]), "models")
  if (platform === "win32") return join(env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"), "daydream", "models")
  return join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "daydream", "models")
}

/** Folders and files of `DAYDREAM_MODEL_PATH`, in order. */
export function localPaths(env: Environment = process.env): readonly string[] {
  return (env["DAYDREAM_MODEL_PATH"] ?? "").split(delimiter).filter((path) => path !== "").map((path) => resolve(path))
}
