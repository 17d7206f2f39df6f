/**
 * Makes a context draw its tokens one after another, and tell them all at once. node-llama-cpp 3.21 draws those of several
 * sequences at once, on several threads, and llama.cpp puts the logits of a batch in order on the first look at them: two
 * looks at once mix them up, and answers that grow side by side turn into nonsense. A draw takes a millisecond, so nothing
 * is lost. Told as they come, the answer that was drawn first would ask for its next batch while the last one is being
 * drawn, and four answers would grow in batches of three; matrix kernels take rows by fours.
 */
import type { LlamaContext } from "node-llama-cpp"

type Draw = (...args: readonly unknown[]) => Promise<unknown>

/** The same draw, but one after another; results come when no draw is under way. */
export function inGroups(draw: Draw): Draw {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let group = Promise.withResolvers<void>()
  const settle = () => {
    if (--waiting > 0) return
    group.resolve()
    group = Promise.withResolvers()
  }
  return (...args) => {
    waiting++
    const { promise: whole } = group
    const drawn = last.then(() => draw(...args))
    last = drawn.then(settle, settle)
    return drawn.then(
      (result) => whole.then(() => result),
      (error: unknown) => whole.then(() => Promise.reject(error)),
    )
  }
}

/** Returns false where the library's inside has changed; several sequences are then not to be trusted. */
export function drawOneAfterAnother(context: LlamaContext): boolean {
  const inner = (context as unknown as { readonly _ctx?: { readonly sampleToken?: Draw } })._ctx
  if (inner === undefined || typeof inner.sampleToken !== "function") return false
  Object.defineProperty(inner, "sampleToken", { value: inGroups(inner.sampleToken.bind(inner)) })
  return true
}
