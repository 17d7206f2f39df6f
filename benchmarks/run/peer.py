"""What a data team writes instead: pandas in chunks, scikit-learn's TF-IDF and a linear model. Keeps nothing if killed.

usage: peer.py train.csv input.csv output.csv, prints {"fitSeconds", "seconds", "rows", "peakMegabytes"}
"""
import json
import resource
import sys
import time

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

train, source, target = sys.argv[1:]
table = pd.read_csv(train)
features = make_union(
    TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)),
    TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5)),
)
start = time.perf_counter()
model = make_pipeline(features, LogisticRegression(C=10, max_iter=1000)).fit(table["text"], table["label"])
fitted = time.perf_counter()
rows = 0
for chunk in pd.read_csv(source, chunksize=20_000):
    scores = model.predict_proba(chunk["text"])
    chunk["predicted"] = model.classes_[scores.argmax(axis=1)]
    chunk["confidence"] = scores.max(axis=1).round(6)
    chunk.to_csv(target, mode="w" if rows == 0 else "a", header=rows == 0, index=False)
    rows += len(chunk)
json.dump({
    "fitSeconds": fitted - start,
    "seconds": time.perf_counter() - fitted,
    "rows": rows,
    "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
}, sys.stdout)
