/** The options of `daydream start`. */
export interface StartOptions {
  readonly state: string
}
