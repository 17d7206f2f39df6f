"""The same features and linear models in scikit-learn. Reads one JSON task from standard input, prints one JSON answer.

task: {"train": [text], "labels": [int], "test": [text], "testLabels": [int], "draws": [[row]] | null,
       "models": ["logistic" | "svc"], "repeat": rows are labelled this many times over}
answer: one {"model", "accuracy", "fitSeconds", "rowsPerSecond"} a draw (or one for all rows) and model
"""
import json
import sys
import time

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC


def pipeline(model):
    features = make_union(
        TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)),
        TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5)),
    )
    if model == "logistic":
        return make_pipeline(features, LogisticRegression(C=10, max_iter=1000))
    return make_pipeline(features, LinearSVC())


def measure(model, train, labels, test, test_labels, repeat):
    start = time.perf_counter()
    fitted = pipeline(model).fit(train, labels)
    seconds = time.perf_counter() - start
    many = test * repeat
    start = time.perf_counter()
    found = fitted.predict(many)
    labelling = time.perf_counter() - start
    accuracy = float(np.mean(found[: len(test)] == test_labels))
    return {"model": model, "accuracy": accuracy, "fitSeconds": seconds, "rowsPerSecond": len(many) / labelling}


task = json.load(sys.stdin)
labels = np.array(task["labels"])
test_labels = np.array(task["testLabels"])
draws = task["draws"] or [list(range(len(labels)))]
answers = [
    measure(model, [task["train"][row] for row in draw], labels[draw], task["test"], test_labels, task["repeat"])
    for model in task["models"]
    for draw in draws
]
json.dump(answers, sys.stdout)
