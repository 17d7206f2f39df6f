/** Dates as people write them, as milliseconds since 1970 in UTC. */

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
const name = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?"
const weekday = "(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\\.?,?\\s+|(?:周|星期)[一二三四五六日天]\\s*)?"
const clock =
  "(?:[T\\s]*(?<half>上午|下午|中午|晚上|凌晨|早上)?\\s*(?<hour>\\d{1,2})(?::|时|点)(?:(?<minute>\\d{1,2})分?)?" +
  "(?::?(?<second>\\d{1,2})(?:[.,](?<fraction>\\d{1,9}))?秒?)?\\s*(?<half2>[ap]\\.?m\\.?)?)?"
const zone = "\\s*(?<zone>z|utc|gmt|[+-]\\d{2}:?\\d{2})?(?:\\s*\\([^)]*\\))?"

const shapes = [
  "(?<year>\\d{4})(?<sep>[-/.])(?<month>\\d{1,2})\\k<sep>(?<day>\\d{1,2})(?:\\s*(?:周|星期)[一二三四五六日天])?",
  "(?<year>\\d{4})年\\s*(?<month>\\d{1,2})月(?:\\s*(?<day>\\d{1,2})[日号]?)?(?:\\s*(?:周|星期)[一二三四五六日天])?",
  "(?<year>\\d{4})(?<month>\\d{2})(?<day>\\d{2})",
  "(?<year>\\d{4})[-/](?<month>\\d{1,2})",
  `(?<day>\\d{1,2})(?:st|nd|rd|th)?[\\s-]+(?<name>${name})[\\s,-]+(?<year>\\d{4})`,
  `(?<name>${name})\\s+(?<day>\\d{1,2})(?:st|nd|rd|th)?,?\\s+(?<year>\\d{4})`,
  "(?<first>\\d{1,2})(?<sep>[-/.])(?<other>\\d{1,2})\\k<sep>(?<year>\\d{4})",
].map((shape) => new RegExp(`^${weekday}${shape}${clock}${zone}$`, "iu"))

type Groups = Readonly<Record<string, string | undefined>>

function monthAndDay(groups: Groups): readonly [number, number] {
  if (groups["name"] !== undefined) {
    return [months.indexOf(groups["name"].slice(0, 3).toLowerCase()) + 1, Number(groups["day"])]
  }
  if (groups["first"] === undefined) return [Number(groups["month"]), Number(groups["day"] ?? 1)]
  const first = Number(groups["first"])
  const other = Number(groups["other"])
  // With points the day leads (5.3.2024); otherwise the month, unless it cannot be one.
  return groups["sep"] === "." || first > 12 ? [other, first] : [first, other]
}

function hourOf(groups: Groups): number {
  const hour = Number(groups["hour"] ?? 0)
  const half = (groups["half"] ?? groups["half2"] ?? "").toLowerCase()
  const isAfternoon = half === "下午" || half === "晚上" || half.startsWith("p") || (half === "中午" && hour < 11)
  if (isAfternoon && hour < 12) return hour + 12
  return (half.startsWith("a") || half === "上午" || half === "凌晨") && hour === 12 ? 0 : hour
}

function zoneMinutes(zone: string | undefined): number {
  const found = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? "")
  return found === null ? 0 : (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3]))
}

/**
 * ISO 8601, 2024/3/5, 2024年3月5日 下午3点20分, 20240305, 5 Mar 2024, March 5, 2024, 03/05/2024 (month first unless it cannot
 * be one), mail dates; without a zone it counts as UTC. Null where `text` is no date.
 */
export function parseDate(text: string): number | null {
  if (text.length < 6 || text.length > 64) return null
  const plain = text.normalize("NFKC").trim()
  for (const shape of shapes) {
    const groups = shape.exec(plain)?.groups
    if (groups === undefined) continue
    const [month, day] = monthAndDay(groups)
    const year = Number(groups["year"])
    const hour = hourOf(groups)
    const minute = Number(groups["minute"] ?? 0)
    const second = Number(groups["second"] ?? 0)
    if (year < 1000 || month < 1 || month > 12 || day < 1 || hour > 24 || minute > 59 || second > 60) return null
    const days = new Date(Date.UTC(year, month - 1, day))
    if (days.getUTCDate() !== day || days.getUTCMonth() !== month - 1) return null
    const milliseconds = Math.floor(Number(`0.${groups["fraction"] ?? "0"}`) * 1_000)
    const time = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds)
    return time - zoneMinutes(groups["zone"]) * 60_000
  }
  return null
}
