"""crowd-kit's Dawid-Skene as a process: ``crowdkit_dawid_skene.py VOTES.parquet``.

Votes have the columns task, worker and label. Each line on standard input is a JSON object: ``n_iter`` and ``tol`` as
crowd-kit has them (a ``tol`` of null never stops early), and optionally ``posterior``, a Parquet file to write. Each
answer is a JSON object: ``seconds`` of the fit alone, ``iterations`` done.
"""

from __future__ import annotations

import json
import sys
import time
import warnings

import pandas as pd
from crowdkit.aggregation import DawidSkene

warnings.simplefilter("ignore")


def main() -> None:
    votes = pd.read_parquet(sys.argv[1])
    print("ready", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        tolerance = float("-inf") if request["tol"] is None else request["tol"]
        model = DawidSkene(n_iter=request["n_iter"], tol=tolerance)
        start = time.perf_counter()
        model.fit(votes)
        seconds = time.perf_counter() - start
        if request.get("posterior"):
            table = model.probas_.sort_index()
            table = table.reindex(columns=sorted(table.columns))
            table.columns = [f"class_{c}" for c in table.columns]
            table.rename_axis("task").reset_index().to_parquet(request["posterior"])
        print(json.dumps({"seconds": seconds, "iterations": len(model.loss_history_)}), flush=True)


if __name__ == "__main__":
    main()
