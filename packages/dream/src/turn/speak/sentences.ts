/** Cuts a growing text into sentences, each as soon as it is whole. */

/** An end of a sentence, with closing marks after it. */
const end = /(?:[。！？!?…]+|\.(?=\s|$|["”’)]))[”’」』）)"]*|\n+/u

/** Sentences of a text that comes in pieces. */
export async function* sentencesOf(pieces: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  let text = ""
  for await (const piece of pieces) {
    text += piece
    for (;;) {
      const found = end.exec(text)
      // What ends at the very end may go on: more dots, a closing mark.
      if (found === null || found.index + found[0].length >= text.length) break
      const sentence = text.slice(0, found.index + found[0].length).trim()
      text = text.slice(found.index + found[0].length)
      if (sentence !== "") yield sentence
    }
  }
  const rest = text.trim()
  if (rest !== "") yield rest
}
