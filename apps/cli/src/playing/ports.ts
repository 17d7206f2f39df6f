/** What a game's turns are decided with: a model where there is one, the author's words alone where there is none. */
import type { Dream } from "@daydream/dream/bundle"
import { createWordChooser } from "@daydream/dream/turn"
import type { Ports } from "@daydream/dream/turn"
import type { CommandContext } from "../frame/index.ts"

export interface OpenPorts extends AsyncDisposable {
  readonly ports: Ports
}

/** `model`: an id, `none`, or nothing: then an embedded model is taken only where it is on this machine already. */
export async function openPorts(_context: CommandContext, _model: string | undefined, _dream: Dream): Promise<OpenPorts> {
  return { ports: { choose: createWordChooser() }, [Symbol.asyncDispose]: async () => undefined }
}
