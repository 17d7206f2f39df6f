/** The text of an HTML mail, lightly: tags go, line breaks stay. */

const named: Readonly<Record<string, string>> = {
  amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", copy: "©", reg: "®", trade: "™", euro: "€", pound: "£",
  yen: "¥", cent: "¢", sect: "§", middot: "·", bull: "•", hellip: "…", ndash: "–", mdash: "—", lsquo: "‘", rsquo: "’",
  ldquo: "“", rdquo: "”", laquo: "«", raquo: "»", times: "×", deg: "°", eacute: "é", egrave: "è", agrave: "à",
  auml: "ä", ouml: "ö", uuml: "ü", Auml: "Ä", Ouml: "Ö", Uuml: "Ü", szlig: "ß", ccedil: "ç", ntilde: "ñ",
}

function entity(whole: string, name: string): string {
  if (!name.startsWith("#")) return named[name] ?? whole
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : " "
}

/** Drops scripts, styles, comments and tags; block elements and breaks become line breaks; entities are decoded. */
export function htmlText(html: string): string {
  return html
    .replace(/<!--[\s\S]*?(-->|$)/g, "")
    .replace(/<(script|style)\b[\s\S]*?(<\/\1\s*>|$)/gi, "")
    .replace(/\s+/g, " ")
    .replace(/<(br|\/p|\/div|\/tr|\/h[1-6]|\/li|\/table|\/title|hr)\b[^>]*>/gi, "\n")
    .replace(/<[!/?a-z][^>]*>/gi, " ")
    .replace(/&(#x?[0-9a-f]{1,7}|[a-z]{2,8});?/gi, entity)
}
