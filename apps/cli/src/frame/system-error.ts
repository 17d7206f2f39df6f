/** Errors of the operating system that a user can mend, as our own. */
import { isDaydreamError } from "@daydream/engine/errors"
import { frameErrors } from "./errors.ts"

/** `error` itself, or the error of ours that says the same to a user. */
export function translateSystemError(error: unknown): unknown {
  if (isDaydreamError(error) || !(error instanceof Error)) return error
  const { code, path = "" } = error as NodeJS.ErrnoException
  if (code === "ENOENT" && path !== "") return frameErrors.file_not_found({ path }, error)
  if (code === "EEXIST" && path !== "") return frameErrors.file_exists({ path }, error)
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") return frameErrors.not_permitted({ path }, error)
  if (code === "EISDIR") return frameErrors.is_a_folder({ path }, error)
  if (code === "ENOTDIR") return frameErrors.not_a_folder({ path }, error)
  if (code === "ENOSPC" || code === "EDQUOT") return frameErrors.disk_full({ path }, error)
  return error
}
