from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from decomposition.naive_reading import naive, reading
from decomposition.reading_votes import crowd
from variorum.decomposition import decompose


@pytest.mark.parametrize("given", ["nothing", "prior", "groups"])
def test_share_of_answers_that_do_not_depend_on_the_item(given: str) -> None:
    # Seen: with a prior the weights of the types, which the prior is yet to tilt, were taken for how common they are,
    # and an annotator who seldom says anything but the first label was 0.39 for 0.53. Groups have priors, too.
    theta = np.random.default_rng(3).beta(2.0, 0.3, 120)
    theta = np.column_stack((theta, 1 - theta))
    plain = crowd(3, n_items=120, theta=theta, n_classes=2, votes=6)
    label = np.where((plain.annotator == 0) & (np.arange(plain.n_rows) % 4 > 0), 0, plain.label)
    votes = replace(plain, label=label.astype(np.int32))
    prior = 0.7 * theta + 0.15 if given == "prior" else None
    found = decompose(votes, prior=prior, groups=np.arange(8) % 2 if given == "groups" else None)
    model = found.model
    types, common = model.types.distribution, naive(model).posterior.mean(axis=0)
    for a in range(8):
        q = np.array([reading(theta_m, model.responses.leaning[a]) for theta_m in types])
        moves = sum(w * 0.5 * np.abs(q_m - common @ q).sum() for w, q_m in zip(common, q, strict=True))
        most = sum(w * 0.5 * np.abs(t_m - common @ types).sum() for w, t_m in zip(common, types, strict=True))
        expected = 1 - (1 - model.responses.rate[a]) * min(moves / most, 1.0)
        assert found.annotators.careless[a] == pytest.approx(expected, abs=0.005)
