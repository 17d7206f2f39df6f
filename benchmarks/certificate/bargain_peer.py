"""Makes batches with known truth and runs BARGAIN 0.1.3 on them; prints JSON for beside-bargain.ts."""
import json
import sys

import numpy as np
from BARGAIN import BARGAIN_A, Oracle, Proxy

runs, rows, target, delta = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])


class ColumnProxy(Proxy):
    def proxy_func(self, record):
        confidence, _ = record.split(" ")
        return "answer", float(confidence)


class ColumnOracle(Oracle):
    def oracle_func(self, record, proxy_output):
        right = record.split(" ")[1] == "1"
        return right, "answer" if right else "other"


def batch(accuracy, informed, seed):
    """Confidence u; the chance of being right rises with it from low to high and has the given mean over a large population."""
    random = np.random.default_rng(seed)
    confidence = random.random(rows)
    error = (1 - accuracy) * (1 - informed + informed * 9 * (1 - confidence) ** 8)
    return confidence, random.random(rows) > np.minimum(error, 1)


results = []
for accuracy, informed in [(0.985, 0.95), (0.93, 0.95), (0.85, 0.95), (0.93, 0.5)]:
    for run in range(runs):
        confidence, right = batch(accuracy, informed, 1000 * run + int(accuracy * 100))
        records = [f"{c:.17f} {int(r)}" for c, r in zip(confidence, right)]
        oracle = ColumnOracle(verbose=False, max_workers=1)
        method = BARGAIN_A(ColumnProxy(verbose=False, max_workers=1), oracle, target=target, delta=delta, verbose=False, seed=run)
        output = method.process(records)
        agreed = sum(o == ("answer" if r else "other") for o, r in zip(output, right))
        results.append({
            "accuracy": accuracy, "informed": informed, "run": run, "confidence": confidence.tolist(), "right": right.astype(int).tolist(),
            "labels": oracle.get_number_preds(), "quality": agreed / rows,
        })
print(json.dumps(results))
