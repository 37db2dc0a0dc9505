"""The counts of the published files: what every reader must find in them."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from .miniatures import MINIATURES
from .real_files import DATA, published, spec_of, votes_per_item

# Items, annotators, answered rows, (item, annotator) pairs, fewest and most annotators of an item (all asked, the
# unsure ones included). Where people may give several labels, rows are labels.
SIZES = {
    "varierr": (500, 4, 1933, 1856, 2, 4),
    "chaosnli_mnli": (1599, 0, 159_900, 159_900, 100, 100),
    "chaosnli_snli": (1514, 0, 151_400, 151_400, 100, 100),
    "chaosnli_anli": (1532, 0, 153_200, 153_200, 100, 100),
    "cifar10h": (10_000, 0, 511_000, 511_000, 47, 63),
    "hs_brexit": (1120, 6, 6720, 6720, 6, 6),
    # One annotator answers one item twice: four people there, and a pair less than rows.
    "md_agreement": (10_753, 819, 53_765, 53_764, 4, 5),
    "convabuse": (4050, 8, 12_168, 12_168, 2, 8),
    "paraphrase": (500, 4, 2000, 2000, 4, 4),
    "varierr_lewidi": (488, 4, 1891, 1816, 1, 4),
    "multipico": (6761, 506, 33_871, 33_871, 2, 19),
    "popquorn_offensiveness": (1500, 262, 13_036, 13_036, 5, 10),
    # 43,050 answers, 2,694 of them "Unsure".
    "dices_350": (350, 123, 40_356, 40_356, 123, 123),
    "livenli": (122, 48, 1653, 1405, 10, 38),
}


@pytest.mark.parametrize("module", SIZES)
def test_sizes(module: str) -> None:
    corpus = published(module)
    found = (len(corpus.items), len(corpus.annotators), len(corpus.annotations), corpus.annotations.n_pairs)
    assert (*found, *votes_per_item(corpus)) == SIZES[module]


@pytest.mark.parametrize("module", MINIATURES)
def test_the_spec_states_the_sizes(module: str) -> None:
    spec = spec_of(module)
    assert (spec.n_items, spec.n_annotators, spec.n_annotations) == SIZES[module][:3]


@pytest.mark.parametrize("module", SIZES)
def test_files_are_the_pinned_ones(module: str) -> None:
    published(module)
    for file in spec_of(module).files:
        assert hashlib.sha256((Path(str(DATA)) / file.path).read_bytes()).hexdigest() == file.sha256, file.path


@pytest.mark.parametrize("module", SIZES)
def test_annotators_bear_the_name_of_the_corpus(module: str) -> None:
    corpus = published(module)
    assert all(name.startswith(f"{corpus.name}:") for name in corpus.annotators.ids)
    assert (corpus.name, corpus.scheme) == (spec_of(module).name, spec_of(module).scheme)


@pytest.mark.parametrize("module", sorted(set(SIZES) - {"cifar10h"}))
def test_no_text_is_blank_and_every_item_has_a_group(module: str) -> None:
    items = published(module).items
    assert all(text and text.strip() for text in items.text)
    assert all(items.group)


# Items that share a premise, context or post with another one.
@pytest.mark.parametrize(
    ("module", "n_sharing"),
    [("chaosnli_mnli", 467), ("chaosnli_snli", 474), ("md_agreement", 62), ("dices_350", 141)],
)
def test_items_that_share_a_group(module: str, n_sharing: int) -> None:
    groups = published(module).items.group
    sizes = Counter(groups)
    assert sum(size for size in sizes.values() if size > 1) == n_sharing
