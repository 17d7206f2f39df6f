"""The same model, files and texts through Python's onnxruntime and tokenizers: one at a time and in batches."""

import json
import sys
import time

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

task = json.load(sys.stdin)
tokenizer = Tokenizer.from_file(task["folder"] + "tokenizer.json")
tokenizer.enable_truncation(max_length=256)


def embed(session, texts):
    encodings = tokenizer.encode_batch(texts)
    ids = np.array([e.ids for e in encodings], dtype=np.int64)
    mask = np.array([e.attention_mask for e in encodings], dtype=np.int64)
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    hidden = session.run(None, inputs)[0]
    weights = mask[..., None].astype(np.float32)
    pooled = (hidden * weights).sum(1) / weights.sum(1)
    return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)


for threads in (1, 2):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(task["folder"] + "model.onnx", options, providers=["CPUExecutionProvider"])
    for size, order in ((1, "given"), (32, "given"), (16, "sorted")):
        tokenizer.no_padding() if size == 1 else tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")
        for name, texts in task["sets"].items():
            ordered = sorted(texts, key=len) if order == "sorted" else texts
            embed(session, ordered[:size])
            start = time.perf_counter()
            for at in range(0, len(ordered), size):
                embed(session, ordered[at : at + size])
            rate = len(texts) / (time.perf_counter() - start)
            print(f"Python, {threads} threads, batches of {size}, {order} order: {rate:.0f} {name}/s")
