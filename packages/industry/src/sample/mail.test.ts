import { expect, test } from "vitest"
import { htmlText } from "./html-text.ts"
import { decodeHeader, parseMail } from "./mail.ts"

const mail = (...lines: readonly (string | Buffer)[]) =>
  parseMail(Buffer.concat(lines.map((line) => Buffer.concat([typeof line === "string" ? Buffer.from(line, "latin1") : line, Buffer.from("\n")]))))

test("only subject and body are kept; a mailbox line and folded headers are understood", () => {
  expect(
    mail("From someone@example.com  Thu Aug 22 12:36:23 2002", "Received: from x", "X-Spam-Flag: YES", "Subject: a long", "\tsubject", "", "line  one ", "", "", "", "end"),
  ).toEqual({ subject: "a long subject", body: "line one\n\nend" })
})

test("encoded words are decoded, also adjacent ones and Chinese", () => {
  expect(decodeHeader("=?UTF-8?B?5L2g5aW9?= =?utf-8?q?,_w=C3=B6rld?=")).toBe("你好, wörld")
  expect(decodeHeader("Re: =?gb2312?B?xOO6ww==?= (fwd)")).toBe("Re: 你好 (fwd)")
  expect(decodeHeader("=?no-such-set?Q?caf=E9?=")).toBe("café")
  expect(decodeHeader("plain =? text")).toBe("plain =? text")
})

test("transfer encodings and charsets are decoded", () => {
  expect(mail("Content-Transfer-Encoding: quoted-printable", "Content-Type: text/plain; charset=iso-8859-1", "", "caf=E9 is =", "open").body).toBe("café is open")
  expect(mail("Content-Transfer-Encoding: base64", 'Content-Type: text/plain; charset="utf-8"', "", Buffer.from("你好").toString("base64")).body).toBe("你好")
  expect(mail("Content-Type: text/plain; charset=gb2312", "", Buffer.from("c4e3bac3", "hex")).body).toBe("你好")
  expect(mail("", Buffer.from("naïve", "utf8")).body).toBe("naïve")
})

test("of alternatives the plain one is taken, attachments are left out, a forwarded mail is read", () => {
  const parts = (type: string) => [
    `Content-Type: multipart/${type}; boundary="=_x"`, "", "preamble", "--=_x", "Content-Type: text/html", "", "<b>html</b>", "--=_x", "Content-Type: text/plain", "", "plain",
    "--=_x", "Content-Type: application/pdf", "", "JVBERi0x", "--=_x", "Content-Type: text/plain", "Content-Disposition: attachment", "", "attached",
    "--=_x", "Content-Type: message/rfc822", "", "Subject: inner", "", "forwarded", "--=_x--", "epilogue",
  ]
  expect(mail(...parts("alternative")).body).toBe("plain")
  expect(mail(...parts("mixed")).body).toBe("html\nplain\nforwarded")
})

test("HTML becomes text with its line breaks", () => {
  expect(htmlText("<html><style>p{}</style><p>a &amp; b&nbsp;&#8364;&#x4e2d;</p><!-- x --><br>c<a href='y'>link</a>&unknown;").trim()).toBe("a & b €中\n\nc link &unknown;")
  expect(htmlText("<script>alert('<p>')</script>5 < 6 > 4")).toBe("5 < 6 > 4")
})
