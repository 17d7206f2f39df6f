/** Everything outside the program that the frame touches, passed in so that tests hold it in their hands. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

export interface Io {
  readonly stdout: Output
  readonly stderr: Output
  readonly environment: Readonly<Record<string, string | undefined>>
  /** BCP 47, used where the environment names no locale. */
  readonly systemLocale: string
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  /** Aborted by SIGINT or SIGTERM; the reason is the signal's name. */
  readonly abortSignal: AbortSignal
  /** Writes what is needed to find a fault of the program; gives the file's path, or undefined where it cannot be written. */
  readonly writeLog: (text: string) => string | undefined
}
