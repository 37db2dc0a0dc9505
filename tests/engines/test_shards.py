from __future__ import annotations

import numpy as np
import pytest

from variorum.engines import shards
from variorum.engines.coding import Coding
from variorum.engines.shards import pack, stored_votes
from variorum.errors import DuplicateError


def coding_of(cell_annotator, n_votes, n_annotators=2):
    cell_annotator = np.array(cell_annotator)
    n_cells = cell_annotator.size
    votes = np.array(n_votes)
    return Coding(("n", "y"), n_annotators, cell_annotator, np.arange(n_cells) % 2, votes, int(votes.sum()))


def packed_of(database, tmp_path, rows, coding, **options):
    database.rows("CREATE TABLE votes (item VARCHAR, cell INTEGER)")
    database.rows("CREATE TABLE annotators AS SELECT * FROM (VALUES ('ann', 0), ('ben', 1)) t(annotator, code)")
    database.rows(f"INSERT INTO votes VALUES {', '.join(f'({item!r}, {cell})' for item, cell in rows)}")
    folder = tmp_path / "packed"
    folder.mkdir()
    chosen = {"chunk_rows": 100, "keep_repeated": None, "repeats": 0, "watch": lambda *_: None, **options}
    return pack(database, folder, coding, **chosen)


ROWS = [("a", 0), ("a", 2), ("b", -1), ("b", -1), ("c", -1), ("c", 1), ("d", 0), ("d", 1), ("d", 3)]


@pytest.mark.parametrize("chunk_rows", [1, 2, 3, 4, 100])
@pytest.mark.parametrize(("shard_items", "shard_votes"), [(16_384, 1 << 22), (1, 1), (2, 1 << 22), (16_384, 3)])
def test_shards_hold_every_vote_of_every_item(database, tmp_path, monkeypatch, chunk_rows, shard_items, shard_votes):
    monkeypatch.setattr(shards, "_SHARD_ITEMS", shard_items)
    monkeypatch.setattr(shards, "_SHARD_VOTES", shard_votes)
    coding = coding_of([0, 0, 1, 1], [2, 2, 1, 1])
    # An item of three rows does not fit into chunks of one or two, which then grow.
    packed = packed_of(database, tmp_path, ROWS, coding, chunk_rows=chunk_rows)
    assert (packed.n_items, packed.n_voted, packed.n_repeated) == (4, 3, 0)
    votes = stored_votes(packed, coding, np.float64)
    whole = np.concatenate([shard.toarray() for shard in votes.shards])
    np.testing.assert_array_equal(whole, [[1, 0, 1, 0], [0, 1, 0, 0], [1, 1, 0, 1]])
    assert votes.voted.tolist() == [0, 2, 3]
    assert (votes.starts[0], votes.starts[-1], votes.n_votes) == (0, 3, 6)
    assert [row for chunk in packed.chunks for row in (packed.voted(chunk) + chunk.items[0]).tolist()] == [0, 2, 3]
    assert packed.chunks[-1].rows[1] == len(ROWS)
    with pytest.raises(IndexError):
        votes.shards[len(votes.shards)]


def test_a_shard_ends_before_its_votes_are_too_many_unless_one_item_has_them(database, tmp_path, monkeypatch):
    # The most is then 8, eight times the number of cells.
    monkeypatch.setattr(shards, "_SHARD_VOTES", 1)
    coding = coding_of([0], [18], n_annotators=0)
    packed = packed_of(database, tmp_path, [(item, 0) for item in "aaabbbbcccccccccdd"], coding)
    assert stored_votes(packed, coding, np.float64).starts.tolist() == [0, 2, 3, 4]


def test_many_cells_need_wider_codes(database, tmp_path):
    coding = coding_of(np.repeat(np.arange(40_000), 2), np.r_[1, np.zeros(79_998, int), 1], n_annotators=40_000)
    packed = packed_of(database, tmp_path, [("a", 0), ("a", 79_999)], coding)
    assert packed.code == np.int32
    assert stored_votes(packed, coding, np.float32).shards[0].indices.tolist() == [0, 79_999]


AGAIN = [("a", 0), ("a", 0), ("b", 0), ("b", 2), ("b", 2), ("b", 2), ("c", 3), ("c", 3)]


def test_repeated_votes_are_found_across_chunks_and_not_across_items(database, tmp_path):
    # Cells 0 and 2 are ann's and ben's; cell 3 is of unknown annotators, who may be two people.
    coding = coding_of([0, 0, 1, 2], [3, 0, 3, 2])
    with pytest.raises(DuplicateError, match=r"\(item 'a', annotator 'ann', label 'n'\) stands .* 3 of 8 rows"):
        packed_of(database, tmp_path, AGAIN, coding, chunk_rows=1)


def test_repeated_votes_are_kept_left_out_or_forgiven(database, tmp_path):
    coding = coding_of([0, 0, 1, 2], [3, 0, 3, 2])
    packed = packed_of(database, tmp_path, AGAIN, coding, keep_repeated=False, chunk_rows=1)
    assert packed.n_repeated == 3
    assert packed.cell_votes.tolist() == [2, 0, 1, 2]
    votes = stored_votes(packed, coding, np.float64)
    np.testing.assert_array_equal(votes.shards[0].toarray(), [[1, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 2]])
    for options in ({"keep_repeated": True}, {"repeats": 3}):
        shards_of = pack(
            database, tmp_path / "packed", coding,
            **{"chunk_rows": 9, "keep_repeated": None, "repeats": 0, "watch": lambda *_: None, **options},
        )  # fmt: skip
        assert shards_of.cell_votes.tolist() == [3, 0, 3, 2]
        assert shards_of.n_repeated == 0
