/** What can be wrong with a table, in the words of the person who has to mend it. */
import { defineErrors } from "@daydream/engine/errors"

const list = (names: readonly string[], limit = 20): string =>
  names.length <= limit ? names.join(", ") : `${names.slice(0, limit).join(", ")} … (${names.length})`

const listZh = (names: readonly string[], limit = 20): string =>
  names.length <= limit ? names.join("、") : `${names.slice(0, limit).join("、")}……（共 ${names.length} 个）`

const shown = (delimiter: string): string => (delimiter === "\t" ? "tab" : delimiter)
const shownZh = (delimiter: string): string => (delimiter === "\t" ? "制表符" : `“${delimiter}”`)

export const tableErrors = defineErrors({
  file_not_found: {
    en: (f: { path: string }) => ({
      message: `There is no file ${f.path}.`,
      hint: "Check the spelling and the folder that the command runs in.",
    }),
    zh: (f) => ({ message: `找不到文件 ${f.path}。`, hint: "请检查文件名和命令所在的文件夹。" }),
  },
  not_a_file: {
    en: (f: { path: string }) => ({ message: `${f.path} is a folder, not a file.`, hint: "Name one table file in it." }),
    zh: (f) => ({ message: `${f.path} 是文件夹，不是文件。`, hint: "请指定其中的一个表格文件。" }),
  },
  file_not_readable: {
    en: (f: { path: string; reason: string }) => ({
      message: `${f.path} cannot be read: ${f.reason}.`,
      hint: "Give this user the right to read it, or copy it to a folder of yours.",
    }),
    zh: (f) => ({ message: `无法读取 ${f.path}：${f.reason}。`, hint: "请给当前用户读取权限，或把文件复制到自己的文件夹。" }),
  },
  empty_file: {
    en: (f: { path: string }) => ({
      message: `${f.path} is empty.`,
      hint: "A table needs a first line with the names of its columns, and rows below it.",
    }),
    zh: (f) => ({ message: `${f.path} 是空文件。`, hint: "表格的第一行应是列名，下面是数据。" }),
  },
  unknown_format: {
    en: (f: { path: string; looksLike: string }) => ({
      message: `${f.path} is ${f.looksLike}, which cannot be read as a table.`,
      hint: "Readable are CSV, TSV, JSON, JSON Lines, Parquet and Excel (.xlsx): export it as one of these.",
    }),
    zh: (f) => ({
      message: `${f.path} 的内容是 ${f.looksLike}，不能作为表格读取。`,
      hint: "可读取的格式有 CSV、TSV、JSON、JSON Lines、Parquet 和 Excel（.xlsx），请先导出为其中一种。",
    }),
  },
  damaged_file: {
    en: (f: { path: string; format: string; reason: string }) => ({
      message: `${f.path} is damaged or is not ${f.format}: ${f.reason}.`,
      hint: "Get the file again, or export it once more from the program that made it.",
    }),
    zh: (f) => ({
      message: `${f.path} 已损坏，或不是 ${f.format} 文件：${f.reason}。`,
      hint: "请重新获取该文件，或从原来的软件再导出一次。",
    }),
  },
  mixed_encodings: {
    en: (f: { path: string; line: number; byte: number; encoding: string; other: string | null }) => ({
      message:
        `${f.path} mixes encodings: read as ${f.encoding}, line ${f.line} breaks off at byte ${f.byte} of the file` +
        (f.other === null ? "." : `; that line is valid ${f.other}.`),
      hint:
        "Probably two files were joined. Convert each to UTF-8 before joining " +
        `(iconv -f GB18030 -t UTF-8), or mend line ${f.line} in an editor.`,
    }),
    zh: (f) => ({
      message:
        `${f.path} 混用了多种编码：按 ${f.encoding} 读取时，第 ${f.line} 行（文件的第 ${f.byte} 字节）无法解码` +
        (f.other === null ? "。" : `；这一行是合法的 ${f.other}。`),
      hint: `可能是把两个文件拼在了一起。请先分别转成 UTF-8 再拼接（iconv -f GB18030 -t UTF-8），或用编辑器改正第 ${f.line} 行。`,
    }),
  },
  unknown_encoding: {
    en: (f: { path: string; line: number; byte: number }) => ({
      message: `${f.path} is neither UTF-8, UTF-16 nor GB18030: line ${f.line} (byte ${f.byte}) fits none of them.`,
      hint:
        "Save it as UTF-8 (in Excel: “CSV UTF-8”), or convert it: iconv -f WINDOWS-1252 -t UTF-8 with the encoding " +
        "that it really has.",
    }),
    zh: (f) => ({
      message: `${f.path} 既不是 UTF-8、UTF-16，也不是 GB18030：第 ${f.line} 行（第 ${f.byte} 字节）都不符合。`,
      hint: "请另存为 UTF-8（Excel 中选“CSV UTF-8”），或按真实编码转换，例如 iconv -f BIG5 -t UTF-8。",
    }),
  },
  wrong_encoding: {
    en: (f: { path: string; line: number; byte: number; encoding: string }) => ({
      message: `${f.path} is not ${f.encoding}: line ${f.line} (byte ${f.byte} of the file) cannot be decoded.`,
      hint: "Leave the encoding out and it will be found, or name the right one.",
    }),
    zh: (f) => ({
      message: `${f.path} 不是 ${f.encoding} 编码：第 ${f.line} 行（文件的第 ${f.byte} 字节）无法解码。`,
      hint: "可以不指定编码，程序会自动识别；或改为正确的编码。",
    }),
  },
  unsupported_encoding: {
    en: (f: { encoding: string; encodings: readonly string[] }) => ({
      message: `The encoding "${f.encoding}" is not supported.`,
      hint: `Supported are: ${list(f.encodings)}.`,
    }),
    zh: (f) => ({ message: `不支持编码“${f.encoding}”。`, hint: `支持的编码：${listZh(f.encodings)}。` }),
  },
  nul_in_text: {
    en: (f: { path: string; line: number }) => ({
      message: `${f.path} holds a NUL character in line ${f.line}: it is not plain text, or was damaged.`,
      hint: "Export the table again; if the file is UTF-16, name that encoding.",
    }),
    zh: (f) => ({
      message: `${f.path} 第 ${f.line} 行含有 NUL 字符：它不是纯文本，或已损坏。`,
      hint: "请重新导出表格；如果文件是 UTF-16，请指定该编码。",
    }),
  },
  broken_quoting: {
    en: (f: { path: string; line: number; reason: "never-closed" | "text-after-quote" }) => ({
      message:
        f.reason === "never-closed"
          ? `${f.path}: the quote that opens in line ${f.line} is never closed.`
          : `${f.path}: in line ${f.line} a quoted cell closes and text follows it before the next delimiter.`,
      hint: 'Inside a quoted cell a quote is written twice (""). Mend that line, or export the table again.',
    }),
    zh: (f) => ({
      message:
        f.reason === "never-closed"
          ? `${f.path}：第 ${f.line} 行开始的引号一直没有结束。`
          : `${f.path}：第 ${f.line} 行的引号结束后、分隔符之前还有文字。`,
      hint: '引号单元格里的引号要写两次（""）。请改正这一行，或重新导出表格。',
    }),
  },
  ragged_row: {
    en: (f: { path: string; line: number; cells: number; columns: number; delimiter: string }) => ({
      message: `${f.path}: line ${f.line} has ${f.cells} cells, but the header has ${f.columns} columns.`,
      hint:
        `The delimiter is "${shown(f.delimiter)}": a cell that contains it must stand in double quotes. ` +
        "Mend that line, or name another delimiter.",
    }),
    zh: (f) => ({
      message: `${f.path}：第 ${f.line} 行有 ${f.cells} 个单元格，而表头有 ${f.columns} 列。`,
      hint: `分隔符是${shownZh(f.delimiter)}：含有它的单元格要用双引号括起来。请改正这一行，或指定别的分隔符。`,
    }),
  },
  ragged_sheet_row: {
    en: (f: { path: string; row: number; cells: number; columns: number }) => ({
      message: `${f.path}: row ${f.row} has ${f.cells} cells, but the header has ${f.columns} columns.`,
      hint: "Name the columns beyond in the header row, or clear the cells beside the table (notes, sums).",
    }),
    zh: (f) => ({
      message: `${f.path}：第 ${f.row} 行有 ${f.cells} 个单元格，而表头有 ${f.columns} 列。`,
      hint: "请在表头中为多出的列命名，或清除表格旁边的单元格（备注、合计）。",
    }),
  },
  unsupported_delimiter: {
    en: (f: { delimiter: string }) => ({
      message: `${JSON.stringify(f.delimiter)} cannot be a delimiter.`,
      hint: "A delimiter is one character, such as a comma, a semicolon, a tab or |; not a quote or a line break.",
    }),
    zh: (f) => ({
      message: `${JSON.stringify(f.delimiter)} 不能作为分隔符。`,
      hint: "分隔符是一个字符，例如逗号、分号、制表符或 |，不能是引号或换行。",
    }),
  },
  cell_too_large: {
    en: (f: { path: string; line: number; limit: number }) => ({
      message: `${f.path}: a cell that begins in line ${f.line} is longer than ${f.limit.toLocaleString("en")} characters.`,
      hint: "Usually a quote was never closed there. If the cell is meant to be so long, raise maxCellCharacters.",
    }),
    zh: (f) => ({
      message: `${f.path}：第 ${f.line} 行开始的一个单元格超过了 ${f.limit.toLocaleString("en")} 个字符。`,
      hint: "通常是那里的引号没有结束。如果单元格确实这么长，请调大 maxCellCharacters。",
    }),
  },
  duplicate_columns: {
    en: (f: { path: string; columns: readonly string[]; positions: readonly (readonly number[])[] }) => ({
      message:
        `${f.path} has columns of the same name: ` +
        `${f.columns.map((name, i) => `"${name}" (columns ${f.positions[i]?.join(", ")})`).join("; ")}.`,
      hint: "Rename them in the header so that each name stands once.",
    }),
    zh: (f: { path: string; columns: readonly string[]; positions: readonly (readonly number[])[] }) => ({
      message:
        `${f.path} 有重名的列：` +
        `${f.columns.map((name, i) => `“${name}”（第 ${f.positions[i]?.join("、")} 列）`).join("；")}。`,
      hint: "请在表头中改名，使每个列名只出现一次。",
    }),
  },
  broken_json: {
    en: (f: { path: string; line: number; reason: string }) => ({
      message: `${f.path}: line ${f.line} is not valid JSON: ${f.reason}.`,
      hint: "Mend that line; common causes are a trailing comma, single quotes, or a file that was cut off.",
    }),
    zh: (f) => ({
      message: `${f.path}：第 ${f.line} 行不是合法的 JSON：${f.reason}。`,
      hint: "请改正这一行；常见原因是多余的逗号、单引号，或文件不完整。",
    }),
  },
  json_not_a_table: {
    en: (f: { path: string; found: string }) => ({
      message: `${f.path} holds ${f.found}, not a list of objects.`,
      hint: 'Write the rows as [{"column": "value", …}, …], or one object a line (JSON Lines).',
    }),
    zh: (f) => ({
      message: `${f.path} 的内容是 ${f.found}，不是对象列表。`,
      hint: '请写成 [{"列名": "值", …}, …]，或每行一个对象（JSON Lines）。',
    }),
  },
  no_such_sheet: {
    en: (f: { path: string; sheet: string; sheets: readonly string[] }) => ({
      message: `${f.path} has no sheet "${f.sheet}".`,
      hint: `Its sheets are: ${list(f.sheets)}.`,
    }),
    zh: (f) => ({ message: `${f.path} 中没有工作表“${f.sheet}”。`, hint: `现有的工作表：${listZh(f.sheets)}。` }),
  },
  unwritable_column: {
    en: (f: { column: string; type: string; reason: string }) => ({
      message: `The column "${f.column}" cannot be written as ${f.type}: ${f.reason}.`,
      hint: "Write that column as text (VARCHAR), or write CSV or JSON Lines instead.",
    }),
    zh: (f) => ({
      message: `列“${f.column}”无法写成 ${f.type}：${f.reason}。`,
      hint: "请把这一列写成文本（VARCHAR），或改为输出 CSV 或 JSON Lines。",
    }),
  },
  too_large_for_excel: {
    en: (f: { path: string; what: "rows" | "cell" | "size"; row: number; limit: number }) => ({
      message:
        f.what === "rows"
          ? `${f.path}: an Excel sheet holds ${f.limit.toLocaleString("en")} rows with its header, and there are more.`
          : f.what === "cell"
            ? `${f.path}: a cell of row ${f.row} is longer than the ${f.limit.toLocaleString("en")} characters of an Excel cell.`
            : `${f.path}: the sheet grows beyond ${f.limit.toLocaleString("en")} bytes at row ${f.row}.`,
      hint: "Write CSV or Parquet instead: name the output with .csv or .parquet.",
    }),
    zh: (f) => ({
      message:
        f.what === "rows"
          ? `${f.path}：一个 Excel 工作表连表头最多 ${f.limit.toLocaleString("en")} 行，数据超出了。`
          : f.what === "cell"
            ? `${f.path}：第 ${f.row} 行有单元格超过 Excel 的上限 ${f.limit.toLocaleString("en")} 个字符。`
            : `${f.path}：写到第 ${f.row} 行时，工作表超过了 ${f.limit.toLocaleString("en")} 字节。`,
      hint: "请改为输出 CSV 或 Parquet：把输出文件名写成 .csv 或 .parquet。",
    }),
  },
  not_writable: {
    en: (f: { path: string; reason: string }) => ({
      message: `${f.path} cannot be written: ${f.reason}.`,
      hint: "Name a folder that exists and that this user may write to; close the file where another program holds it open.",
    }),
    zh: (f) => ({
      message: `无法写入 ${f.path}：${f.reason}。`,
      hint: "请指定一个存在且有写入权限的文件夹；如果文件正被其他程序打开，请先关闭。",
    }),
  },
  no_such_column: {
    en: (f: { column: string; columns: readonly string[]; nearest: string | null }) => ({
      message: `There is no column "${f.column}".` + (f.nearest === null ? "" : ` Did you mean "${f.nearest}"?`),
      hint: `The columns are: ${list(f.columns)}.`,
    }),
    zh: (f) => ({
      message: `没有名为“${f.column}”的列。` + (f.nearest === null ? "" : `您是指“${f.nearest}”吗？`),
      hint: `现有的列：${listZh(f.columns)}。`,
    }),
  },
  output_among_inputs: {
    en: (f: { column: string }) => ({
      message: `The output column "${f.column}" is named as an input too: the answer would be given away.`,
      hint: `Take "${f.column}" out of the inputs.`,
    }),
    zh: (f) => ({
      message: `输出列“${f.column}”同时被指定为输入列，这会泄露答案。`,
      hint: `请从输入列中去掉“${f.column}”。`,
    }),
  },
  no_rows: {
    en: (f: { path: string }) => ({
      message: `${f.path} has no rows.`,
      hint: "It holds at most the names of columns: add rows, or name another file.",
    }),
    zh: (f) => ({ message: `${f.path} 没有数据行。`, hint: "文件中最多只有列名，请添加数据，或换一个文件。" }),
  },
  no_labels: {
    en: (f: { column: string; rows: number }) => ({
      message: `None of the ${f.rows.toLocaleString("en")} rows has a label in the column "${f.column}".`,
      hint: "Label some rows (10 a class is a start), or name the classes so that a language model can begin without labels.",
    }),
    zh: (f) => ({
      message: `${f.rows.toLocaleString("en")} 行数据的“${f.column}”列都没有标签。`,
      hint: "请先标注一些行（每类 10 条即可开始），或列出类别名称，让语言模型在没有标签时先开始。",
    }),
  },
  one_class: {
    en: (f: { column: string; label: string; rows: number }) => ({
      message: `All ${f.rows.toLocaleString("en")} labelled rows have the same label "${f.label}": there is nothing to tell apart.`,
      hint: `Add rows with another label in the column "${f.column}", or name another output column.`,
    }),
    zh: (f) => ({
      message: `${f.rows.toLocaleString("en")} 行有标签的数据都是同一个标签“${f.label}”，没有可区分的类别。`,
      hint: `请在“${f.column}”列中加入其他标签的数据，或指定别的输出列。`,
    }),
  },
  fewer_rows_than_classes: {
    en: (f: { column: string; rows: number; classes: number }) => ({
      message:
        `The column "${f.column}" has ${f.classes.toLocaleString("en")} classes in ` +
        `${f.rows.toLocaleString("en")} labelled rows: hardly a class has a second row to learn from.`,
      hint: "Name a column with few, repeated values as output, or label more rows of each class.",
    }),
    zh: (f) => ({
      message: `“${f.column}”列在 ${f.rows.toLocaleString("en")} 行有标签的数据中有 ${f.classes.toLocaleString("en")} 个类别，几乎每类只有一行，无法学习。`,
      hint: "请指定取值少而重复的列作为输出，或为每个类别多标注一些数据。",
    }),
  },
  labels_do_not_match: {
    en: (f: { path: string; rows: readonly string[]; count: number }) => ({
      message:
        `${f.count.toLocaleString("en")} rows of ${f.path} do not belong to the rows of the table that they name ` +
        `(first: ${list(f.rows, 5)}): the text there is another one.`,
      hint: "The file was sorted or shifted against its row column, or belongs to another table. Use the file as it was given out.",
    }),
    zh: (f) => ({
      message: `${f.path} 中有 ${f.count.toLocaleString("en")} 行与它们所指的表格行对不上（例如：${listZh(f.rows, 5)}），那里的内容不同。`,
      hint: "该文件的行号列可能被排序或错位，或属于别的表格。请使用当初给出的文件填写标签。",
    }),
  },
})
