/** Faults of a body that a model in this process cannot take. */
import { UpstreamFault } from "../fault.ts"

/** A refusal as a server would send it: status 400 and a code. */
export const refuse = (code: string, message: string, status = 400): UpstreamFault =>
  new UpstreamFault({ kind: "status", status, code, message, afterFirstToken: false })

/** A field that is not what it must be. */
export const wrong = (field: string, wanted: string): UpstreamFault => refuse("invalid_value", `\`${field}\` must be ${wanted}.`)
