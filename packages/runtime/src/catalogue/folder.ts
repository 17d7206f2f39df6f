/** Where models lie on this machine. */
import { homedir } from "node:os"
import { delimiter, join, resolve } from "node:path"

/** The environment variables that are read here. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The folder of what can be made or fetched again: `DAYDREAM_CACHE` where that is set, else the user's cache folder
 * (`XDG_CACHE_HOME`, `~/.cache`; `LOCALAPPDATA` on Windows) with `daydream` in it.
 */
function cacheFolder(env: Environment, platform: NodeJS.Platform): string {
  if (env["DAYDREAM_CACHE"]) return resolve(env["DAYDREAM_CACHE"])
  if (platform === "win32") return join(env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"), "daydream")
  return join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "daydream")
}

/** The folder of models: `models` in the cache folder. */
export const modelFolder = (env: Environment = process.env, platform: NodeJS.Platform = process.platform): string =>
  join(cacheFolder(env, platform), "models")

/** The folder of prompts' beginnings that language models have read: `prefixes` in the cache folder. */
export const prefixFolder = (env: Environment = process.env, platform: NodeJS.Platform = process.platform): string =>
  join(cacheFolder(env, platform), "prefixes")

/** Folders and files of `DAYDREAM_MODEL_PATH`, in order. */
export function localPaths(env: Environment = process.env): readonly string[] {
  return (env["DAYDREAM_MODEL_PATH"] ?? "").split(delimiter).filter((path) => path !== "").map((path) => resolve(path))
}
