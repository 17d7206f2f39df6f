/**
 * Makes a context draw its tokens one after another. node-llama-cpp 3.21 draws those of several sequences at once, on
 * several threads, and llama.cpp puts the logits of a batch in order on the first look at them: two looks at once mix them
 * up, and answers that grow side by side turn into nonsense. A draw takes a millisecond, so nothing is lost.
 */
import type { LlamaContext } from "node-llama-cpp"

type Draw = (...args: readonly unknown[]) => Promise<unknown>

/** Returns false where the library's inside has changed; several sequences are then not to be trusted. */
export function drawOneAfterAnother(context: LlamaContext): boolean {
  const inner = (context as unknown as { readonly _ctx?: { readonly sampleToken?: Draw } })._ctx
  if (inner === undefined || typeof inner.sampleToken !== "function") return false
  const draw = inner.sampleToken.bind(inner)
  let last: Promise<unknown> = Promise.resolve()
  Object.defineProperty(inner, "sampleToken", {
    value: (...args: readonly unknown[]) => {
      const drawn = last.then(() => draw(...args))
      last = drawn.catch(() => undefined)
      return drawn
    },
  })
  return true
}
