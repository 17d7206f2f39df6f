/** Bounds on what the process holds at once: calls beyond them are shed before they take memory. */

export interface Admission {
  readonly openRequests: number
  readonly bytesInFlight: number
  /** Takes a place; false where all are taken. */
  enter(): boolean
  leave(): void
  /** Takes room for so many bytes of a body; false where there is none. */
  hold(bytes: number): boolean
  free(bytes: number): void
}

export function createAdmission(limits: { readonly openRequests: number; readonly bodyBytesInFlight: number }): Admission {
  let open = 0
  let bytes = 0
  return {
    get openRequests() { return open },
    get bytesInFlight() { return bytes },
    enter() {
      if (open >= limits.openRequests) return false
      open++
      return true
    },
    leave() { open-- },
    hold(more) {
      if (bytes + more > limits.bodyBytesInFlight) return false
      bytes += more
      return true
    },
    free(less) { bytes -= less },
  }
}
