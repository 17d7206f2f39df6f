"""Makes reference-embeddings.json with the Python libraries: pip install onnxruntime tokenizers numpy, then run it with the
folder of all-minilm-l6-v2 (`daydream models list` shows it) as its argument."""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

folder = Path(sys.argv[1])
here = Path(__file__).parent
tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
tokenizer.no_padding()
tokenizer.enable_truncation(max_length=256)
session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])

TEXTS = [
    "I am still waiting on my card?",
    "How do I top up by transfer from my bank account abroad?",
    "",
    "Café naïve RÉSUMÉ — “quotes” & ½ emoji 🙂",
    "你好，世界",
    "The quick brown fox jumps over the lazy dog. " * 40,
    "a",
    "Tabs\tand\nnewlines   and    spaces",
    "don't stop-believing, state-of-the-art!!!",
]


def row(text: str) -> dict:
    ids = np.array([tokenizer.encode(text).ids])
    inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    mean = session.run(None, inputs)[0][0].mean(0)
    return {
        "text": text,
        "tokens": int(ids.shape[1]),
        "embedding": [round(float(x), 6) for x in mean / np.linalg.norm(mean)],
    }


(here / "reference-embeddings.json").write_text(json.dumps({"rows": [row(text) for text in TEXTS]}) + "\n")
