/** What a Markdown document names: headings, code, links. */

export interface Heading {
  readonly level: number
  readonly text: string
}

export interface Named {
  readonly line: number
  readonly text: string
}

export interface Markdown {
  readonly headings: readonly Heading[]
  /** Inline code. */
  readonly spans: readonly Named[]
  /** Lines of fenced code. */
  readonly code: readonly Named[]
  /** Targets of links and pictures. */
  readonly links: readonly Named[]
}

/** Reads the parts of a document that can be checked. Fences of kind `text` hold output, not commands, and are left out. */
export function readMarkdown(source: string): Markdown {
  const headings: Heading[] = []
  const spans: Named[] = []
  const code: Named[] = []
  const links: Named[] = []
  let fence: string | undefined
  for (const [at, text] of source.split("\n").entries()) {
    const line = at + 1
    const mark = /^\s*```(\w*)/u.exec(text)
    if (mark) {
      fence = fence === undefined ? mark[1] : undefined
      continue
    }
    if (fence !== undefined) {
      if (fence !== "text") code.push({ line, text })
      continue
    }
    const heading = /^(#{1,6})\s+(.*)$/u.exec(text)
    if (heading) headings.push({ level: (heading[1] as string).length, text: heading[2] as string })
    for (const span of text.matchAll(/`([^`]+)`/gu)) spans.push({ line, text: span[1] as string })
    for (const link of text.matchAll(/\]\(([^)\s]+)\)/gu)) links.push({ line, text: link[1] as string })
  }
  return { headings, spans, code, links }
}
