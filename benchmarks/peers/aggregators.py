"""crowd-kit's and cleanlab's aggregators on one set of votes: ``aggregators.py FOLDER``.

FOLDER holds ``votes.parquet`` (task, worker, label: whole numbers in order of appearance) and the starts to inject,
``start.json``: ``spam_free`` and ``strategy`` (MACE), ``messages`` (KOS), ``left`` and ``right`` (M-MSR). For CROWDLAB
it holds ``predictions.parquet``. Each line on standard input is a JSON object with ``method`` and its options, and
``posterior``, a Parquet file to write. Each answer is a JSON object: ``seconds`` of the fit alone, ``memory`` that it
took beyond what was resident before (MB), ``iterations`` where the tool tells, and what else the tool estimated.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
import cleanlab.multiannotator as cleanlab
import crowdkit.aggregation.classification.kos as kos_module
import crowdkit.aggregation.classification.m_msr as mmsr_module
import numpy as np
import pandas as pd
from crowdkit.aggregation import (
    GLAD,
    KOS,
    MACE,
    MMSR,
    DawidSkene,
    MajorityVote,
    OneCoinDawidSkene,
    Wawa,
    ZeroBasedSkill,
)

from memory import high_water

warnings.simplefilter("ignore")


class StartedMACE(MACE):
    """MACE from a given start."""

    start: dict

    def _initialize(self, n_workers, n_labels):
        super()._initialize(n_workers, n_labels)
        knows = np.array(self.start["spam_free"])
        self.spamming_ = np.column_stack((1 - knows, knows))
        self.thetas_ = np.array(self.start["strategy"])


class MendedMMSR(MMSR):
    """M-MSR that never trims fewer than no values, and takes pairs without a common task for strangers, not enemies."""

    def _construnct_covariation_matrix(self, answers):
        super()._construnct_covariation_matrix(answers)
        self._covariation_matrix[self._n_common_tasks == 0] = 0

    @staticmethod
    def _remove_largest_and_smallest_F_value(x, F, a, n_tasks):  # noqa: N802
        return MMSR._remove_largest_and_smallest_F_value(x, max(F, 0), a, n_tasks)


class UnsignedMMSR(MendedMMSR):
    """The same, taking everybody for helpful: finding the signs needs a dense matrix over all pairs squared."""

    @staticmethod
    def _sign_determination_valid(_, s_abs):
        return s_abs


class Constant:
    """Stands for a random source, and hands out what was given."""

    def __init__(self, *values):
        self.values = list(values)

    def take(self, *_, **__):
        """The next value."""
        return self.values.pop(0)


def crowdlab(votes, predictions):
    """CROWDLAB's posterior, which cleanlab computes but does not return."""
    wide = np.full((votes.task.max() + 1, votes.worker.max() + 1), np.nan)
    wide[votes.task, votes.worker] = votes.label
    seen = []
    original = cleanlab._get_consensus_stats

    def record(*args, **options):
        result = original(*args, **options)
        seen.append(result)
        return result

    cleanlab._get_consensus_stats = record
    start = time.perf_counter()
    cleanlab.get_label_quality_multiannotator(
        wide, predictions, return_detailed_quality=False, return_annotator_stats=False, verbose=False
    )
    seconds = time.perf_counter() - start
    cleanlab._get_consensus_stats = original
    return seconds, seen[-1][2], {"model_weight": float(seen[-1][3]), "skill": seen[-1][4].tolist()}


def fit(name, options, votes, start):
    """Seconds, posterior as a data frame, and what else there is."""
    extra = {}
    if name == "kos":
        normal = np.random.normal
        kos_module.np.random.normal = Constant(np.array(start["messages"])).take
    if name.startswith("mmsr"):
        rvs = mmsr_module.sps.uniform.rvs
        both = [np.array(start[side])[:, None] for side in ("left", "right")]
        mmsr_module.sps.uniform.rvs = Constant(*both).take
    kinds = {
        "majority": MajorityVote,
        "wawa": Wawa,
        "zero-based-skill": ZeroBasedSkill,
        "dawid-skene": DawidSkene,
        "one-coin": OneCoinDawidSkene,
        "glad": GLAD,
        "mace": StartedMACE,
        "mmsr": MMSR,
        "mmsr-mended": MendedMMSR,
        "mmsr-unsigned": UnsignedMMSR,
        "kos": KOS,
    }
    model = kinds[name](**options)
    model.start = start
    begin = time.perf_counter()
    model.fit_predict(votes)
    seconds = time.perf_counter() - begin
    if name == "kos":
        np.random.normal = normal
        table = pd.get_dummies(model.labels_, dtype=float)
    elif name.startswith("mmsr"):
        mmsr_module.sps.uniform.rvs = rvs
        table = model.scores_
        extra["skill"] = model.skills_.sort_index().tolist()
    else:
        table = model.probas_
    if name == "glad":
        extra = {"alpha": model.alphas_.sort_index().tolist(), "beta": model.betas_.sort_index().tolist()}
    if getattr(model, "loss_history_", None) is not None and name != "mace":
        extra["iterations"] = len(model.loss_history_)
    return seconds, table, extra


def main() -> None:
    folder = Path(sys.argv[1])
    votes = pd.read_parquet(folder / "votes.parquet")
    start = json.loads((folder / "start.json").read_text())
    print("ready", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        high_water(reset=True)
        before = high_water(reset=False)
        if request["method"] == "crowdlab":
            predictions = pd.read_parquet(folder / "predictions.parquet").to_numpy()
            seconds, posterior, extra = crowdlab(votes, predictions)
            table = pd.DataFrame(posterior)
        else:
            try:
                seconds, table, extra = fit(request["method"], request["options"], votes, start)
            except (KeyError, ValueError) as error:
                # crowd-kit's KOS has no label for an item whose messages cancel; its M-MSR divides by 0.
                print(json.dumps({"error": f"the peer fails: {type(error).__name__}"}), flush=True)
                continue
            table = table.sort_index()
            table = table.reindex(columns=sorted(table.columns))
        extra["memory"] = high_water(reset=False) - before
        table.columns = [f"class_{c}" for c in table.columns]
        table.reset_index(drop=True).to_parquet(request["posterior"])
        print(json.dumps({"seconds": seconds, **extra}), flush=True)


if __name__ == "__main__":
    main()
