/** The names of classes as further examples: what a label says in words is knowledge that no row needs to pay for. */
import type { OutputField } from "@daydream/engine/function"

/** A class number and the text of its label and glossary entry. */
export interface LabelText {
  readonly label: number
  readonly text: string
}

const saysSomething = /\p{L}{3}|\p{Script=Han}/u

/** Texts of the labels that hold a word; "card_arrival" reads "card arrival". Codes such as "A1" are left out. */
export const labelTexts = ({ classes, glossary = {} }: OutputField): readonly LabelText[] =>
  classes.flatMap((name, label) => {
    const meaning = Object.hasOwn(glossary, name) ? glossary[name] : undefined
    const words = name.replaceAll(/[_\-/.]+/g, " ").trim()
    const text = meaning === undefined ? words : `${words}: ${meaning}`
    return saysSomething.test(text) ? [{ label, text }] : []
  })
