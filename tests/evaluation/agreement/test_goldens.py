"""Published agreement of real corpora, and alpha from coincidences; each test says why it skips without files."""

import numpy as np
import pytest

from variorum.corpora import load_corpus
from variorum.evaluation import krippendorff_alpha, krippendorff_alpha_of_votes, label_sets, masi_distance


@pytest.fixture(scope="module")
def corpus(data_root):
    assert data_root.is_dir()
    return load_corpus


def masi_alpha(annotations, rows):
    found = label_sets(annotations.item[rows], annotations.annotator[rows], annotations.label[rows], n_labels=3)
    distance = masi_distance(found.sets)
    return krippendorff_alpha_of_votes(found.item, found.annotator, found.code, distance=distance)


def test_the_three_agreements_of_varierr(corpus):
    # Weber-Genzel et al. 2024 (ACL), section 4: Krippendorff's alpha with MASI distance is .35 for all labels given,
    # .50 for those whose reason their own author validates, .69 for those whose reason two of three peers validate.
    varierr = corpus("varierr")
    votes, judged = varierr.annotations, varierr.validity
    answered = votes.status == 0
    by_author = judged.judge == votes.annotator[judged.annotation]
    own = np.zeros(votes.n_rows, bool)
    own[judged.annotation[by_author & judged.makes_sense]] = True
    peers = np.bincount(judged.annotation[~by_author & judged.makes_sense], minlength=votes.n_rows)
    assert masi_alpha(votes, np.flatnonzero(answered)) == pytest.approx(0.35, abs=0.005)
    assert masi_alpha(votes, np.flatnonzero(answered & own)) == pytest.approx(0.50, abs=0.005)
    assert masi_alpha(votes, np.flatnonzero(answered & (peers >= 2))) == pytest.approx(0.69, abs=0.005)


def coincidences(items, annotators, labels, n_classes):
    """Krippendorff's coincidence matrix, from ordered pairs of answers; each answer a row of label weights."""
    answers, where = {}, {}
    for i, a, label in zip(items.tolist(), annotators.tolist(), labels.tolist(), strict=True):
        answers.setdefault((i, a), np.zeros(n_classes))[label] += 1
        where.setdefault(i, set()).add((i, a))
    table, pool = np.zeros((n_classes, n_classes)), []
    for keys in where.values():
        rows = np.array([answers[key] / answers[key].sum() for key in sorted(keys)])
        if len(rows) > 1:
            pool.append(rows)
            table += (np.outer(rows.sum(axis=0), rows.sum(axis=0)) - rows.T @ rows) / (len(rows) - 1)
    all_ = np.concatenate(pool)
    by_chance = (np.outer(all_.sum(axis=0), all_.sum(axis=0)) - all_.T @ all_) / (len(all_) - 1)
    return table, by_chance


@pytest.mark.parametrize("name", ["varierr", "hs-brexit", "convabuse", "popquorn-offensiveness", "labelme", "web"])
def test_alpha_of_real_votes_is_that_of_their_coincidences(corpus, name):
    votes = corpus(name).annotations
    rows = votes.status == 0
    columns, k = (votes.item[rows], votes.annotator[rows], votes.label[rows]), votes.scheme.n_classes
    table, by_chance = coincidences(*columns, k)
    position = np.array(votes.scheme.positions or range(k))
    ranks = np.cumsum(table.sum(axis=1)) - table.sum(axis=1) / 2
    for metric, values in (("nominal", None), ("interval", position), ("ordinal", ranks)):
        apart = 1 - np.eye(k) if values is None else np.square(np.subtract.outer(values, values))
        expected = 1 - (table * apart).sum() / (by_chance * apart).sum()
        given = columns[2] if metric == "nominal" else position[columns[2]]
        assert krippendorff_alpha_of_votes(*columns[:2], given, distance=metric) == pytest.approx(expected, abs=1e-9)


def test_counts_of_chaosnli_by_the_definition(corpus):
    # 100 votes an item, so that coincidences weigh 1/99 throughout.
    counts = corpus("chaosnli-snli").annotations.counts()
    observed = (10_000 - np.square(counts).sum(axis=1)).sum() / 99 / counts.sum()
    shares = counts.sum(axis=0) / counts.sum()
    expected = (1 - np.square(shares).sum()) * counts.sum() / (counts.sum() - 1)
    assert krippendorff_alpha(counts) == pytest.approx(1 - observed / expected, abs=1e-12)
