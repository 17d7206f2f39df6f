/** A cut answer is an error, never a short success. */
import { modelErrors } from "./errors.ts"
import type { GenerateResult, MaybeScoringModel, StreamPart } from "./model.ts"
import { wrapLanguageModel } from "./wrap.ts"

const isBroken = (reason: string) => reason === "error" || reason === "interrupted"

/**
 * Makes every stream end in `finish` or fail: an error part, a finish that says `error` or `interrupted`, and an end
 * without finish all become a failure of the stream (`translate` of the error part, else `model_stream_cut`). An answer
 * that was not streamed fails in the same way.
 */
export function withCompleteAnswers<M extends MaybeScoringModel>(
  model: M, translate: (error: unknown) => unknown = (error) => error,
): M {
  const cut = () => modelErrors.model_stream_cut({ modelId: model.modelId })
  const watch = (stream: ReadableStream<StreamPart>) => {
    const reader = stream.getReader()
    let isFinished = false
    const fail = (controller: ReadableStreamDefaultController<StreamPart>, error: unknown) => {
      controller.error(error)
      void reader.cancel(error).catch(() => undefined)
    }
    return new ReadableStream<StreamPart>({
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (done) return isFinished ? controller.close() : controller.error(cut())
          if (value.type === "error") return fail(controller, translate(value.error))
          if (value.type === "finish" && isBroken(value.finishReason.unified)) return fail(controller, cut())
          isFinished ||= value.type === "finish"
          controller.enqueue(value)
        } catch (error) {
          controller.error(translate(error))
        }
      },
      cancel: (reason) => reader.cancel(reason),
    })
  }
  const check = (result: GenerateResult) => {
    if (isBroken(result.finishReason.unified)) throw cut()
    return result
  }
  return wrapLanguageModel(model, {
    generate: async (options) => check(await model.doGenerate(options)),
    stream: async (options) => {
      const result = await model.doStream(options)
      return { ...result, stream: watch(result.stream) }
    },
  })
}
