/**
 * The terms of a text: words, and n-grams of scripts that are written without spaces. No dictionary, so that names that
 * nobody has heard of are found, and mixed text works.
 */

// Scripts without spaces between words; their runs are cut into n-grams.
const unspaced = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]`
const runs = new RegExp(String.raw`(${unspaced}+)|([[\p{L}\p{N}]--${unspaced}]+)`, "gv")

/** Single characters (few letters tell little, but a query may be one) and pairs: the shortest that carry most words. */
function addGrams(run: string, into: string[]): void {
  const characters = Array.from(run)
  for (const [index, character] of characters.entries()) {
    into.push(character)
    const next = characters[index + 1]
    if (next !== undefined) into.push(character + next)
  }
}

const hasVowel = /[aeiouy]/u

/** Takes an ending off where a vowel is left before it; a doubled consonant becomes one ("stopped", "stop"). */
function withoutEnding(word: string, ending: string): string {
  const stem = word.slice(0, -ending.length)
  if (!word.endsWith(ending) || stem.length < 3 || !hasVowel.test(stem)) return word
  return /([bdfgmnprt])\1$/u.test(stem) ? stem.slice(0, -1) : stem
}

/**
 * An English word without the endings of number and tense, crudely: the same for the forms of one word matters, not
 * that it is a word. Other words are left as they are.
 */
export function stem(word: string): string {
  if (!/^[a-z]{4,}$/u.test(word)) return word
  let base = word
  if (base.endsWith("ies") && base.length > 4) base = `${base.slice(0, -3)}y`
  else if (base.endsWith("s") && !/(?:ss|us|is)$/u.test(base)) base = base.slice(0, -1)
  const shorter = withoutEnding(base, "ing")
  base = shorter === base ? withoutEnding(base, "ed") : shorter
  if (base.length > 3 && base.endsWith("e")) base = base.slice(0, -1)
  return base.length > 3 && base.endsWith("y") ? `${base.slice(0, -1)}i` : base
}

/** Terms in the order of the text, repeated as often as they occur. Case, width and accents make no difference. */
export function termsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replaceAll(/\p{M}+/gu, "").normalize("NFKC").toLowerCase().replaceAll(/['’]s\b/gu, "")
  const terms: string[] = []
  for (const [, run, word] of plain.matchAll(runs)) {
    if (run !== undefined) addGrams(run, terms)
    else if (word !== undefined) terms.push(stem(word))
  }
  return terms
}

const functionWords = new Set(`a an the and or of to in on at for with by from about is are was were be been am do does did have has
  had will would can could should what which who whom whose where when why how that this these those it its i me my we our you
  your he his she her they them their not no so if then than as there here now`.split(/\s+/u).map(stem))
const functionCharacters = new Set("的了是在吗呢吧啊么什哪谁我你他她它们这那个就也都和与及着过会要为把被给对从到")

const isFunction = (term: string) =>
  functionWords.has(term) || Array.from(term).every((character) => functionCharacters.has(character))

/**
 * What a question asks for: its terms without those that carry no matter ("what", "是谁"), unless there is nothing else.
 * The memories keep theirs: a short list that is wrong for one text loses nothing that is remembered.
 */
export function queryTermsOf(text: string): string[] {
  const terms = termsOf(text)
  const matter = terms.filter((term) => !isFunction(term))
  return matter.length > 0 ? matter : terms
}
