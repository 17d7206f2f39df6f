"""One measurement of a Python peer, in a process of its own: prints rows, seconds, processor seconds and peak memory as JSON."""
import csv
import json
import resource
import sys
import time

action, peer, path = sys.argv[1:4]


def read_csv_module():
    with open(path, encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def read_pandas():
    import pandas
    return sum(len(chunk) for chunk in pandas.read_csv(path, chunksize=10_000, dtype=str, keep_default_na=False))


def read_pandas_rows():
    import pandas
    rows = 0
    for chunk in pandas.read_csv(path, chunksize=10_000, dtype=str, keep_default_na=False):
        rows += len(chunk.to_dict("records"))
    return rows


def read_json_module():
    with open(path, encoding="utf-8") as file:
        return sum(1 for line in file if json.loads(line))


def read_pyarrow_parquet():
    import pyarrow.parquet
    return sum(len(batch.to_pylist()) for batch in pyarrow.parquet.ParquetFile(path).iter_batches(10_000))


def read_openpyxl():
    import openpyxl
    sheet = openpyxl.load_workbook(path, read_only=True).active
    return sum(1 for _ in sheet.iter_rows(values_only=True)) - 1


def rows_of():
    import pyarrow.parquet
    for batch in pyarrow.parquet.ParquetFile(sys.argv[4]).iter_batches(10_000):
        yield batch.to_pylist()


spent = {"seconds": 0.0, "processorSeconds": 0.0}


def timed(work, *arguments):
    start, before = time.perf_counter(), time.process_time()
    result = work(*arguments)
    spent["seconds"] += time.perf_counter() - start
    spent["processorSeconds"] += time.process_time() - before
    return result


def write(open_writer, put, close):
    rows = 0
    writer = timed(open_writer)
    for batch in rows_of():
        rows += len(batch)
        timed(put, writer, batch)
    timed(close, writer)
    return rows


def write_csv_module(encoding="utf-8"):
    names = ["id", "text", "amount", "date", "label"]

    def open_writer():
        file = open(path, "w", encoding=encoding, newline="")
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        return file, writer

    return write(open_writer, lambda w, batch: w[1].writerows(batch), lambda w: w[0].close())


def write_json_module():
    def put(file, batch):
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in batch)

    return write(lambda: open(path, "w", encoding="utf-8"), put, lambda file: file.close())


def write_pyarrow_parquet():
    import pyarrow
    import pyarrow.parquet
    schema = pyarrow.schema([("id", pyarrow.int64()), ("text", pyarrow.string()), ("amount", pyarrow.float64()),
                             ("date", pyarrow.string()), ("label", pyarrow.string())])
    return write(lambda: pyarrow.parquet.ParquetWriter(path, schema, compression="zstd"),
                 lambda w, batch: w.write_table(pyarrow.Table.from_pylist(batch, schema)), lambda w: w.close())


def write_openpyxl():
    import openpyxl

    def open_writer():
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(["id", "text", "amount", "date", "label"])
        return book, sheet

    def put(writer, batch):
        for row in batch:
            writer[1].append(list(row.values()))

    return write(open_writer, put, lambda w: w[0].save(path))


READERS = {"csv module": read_csv_module, "pandas, frames": read_pandas, "pandas, rows": read_pandas_rows,
           "json module": read_json_module, "pyarrow, rows": read_pyarrow_parquet, "openpyxl": read_openpyxl}
WRITERS = {"csv module": write_csv_module, "csv module, gb18030": lambda: write_csv_module("gb18030"),
           "json module": write_json_module, "pyarrow, rows": write_pyarrow_parquet, "openpyxl": write_openpyxl}

if action == "write":
    rows = WRITERS[peer]()
else:
    # Ours counts the loading of its own modules neither.
    if "pandas" in peer:
        import pandas  # noqa: F401
    if "pyarrow" in peer:
        import pyarrow.parquet  # noqa: F401
    rows = timed(READERS[peer])
print(json.dumps({"rows": rows, **spent, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
