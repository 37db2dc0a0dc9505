import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from variorum.annotations.files.repeats import repeated_rows

ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(-1, 2), st.integers(-1, 1), st.integers(0, 2)), min_size=1, max_size=20
)


@given(ROWS, st.booleans(), st.sampled_from([1, 2**31 - 2]))
def test_repeats_against_a_set(rows, last, stretch):
    # Stretched codes do not fit into one 64-bit key and take the way of renumbering.
    def scaled_row(i, a, k, s):
        return i * (stretch // 2), a * (stretch // 2) if a > 0 else a, k * (stretch - 1) if k > 0 else k, s

    scaled = [scaled_row(*row) for row in rows]
    item, annotator, answer, status = (np.array(c, np.int32) for c in zip(*scaled, strict=True))
    order = range(len(rows))[::-1] if last else range(len(rows))
    seen, expected = set(), []
    for row in order:
        if scaled[row][1] < 0:
            continue
        if scaled[row] in seen:
            expected.append(row)
        seen.add(scaled[row])
    found = repeated_rows(item, annotator, answer, status.astype(np.int8), last=last)
    assert found.tolist() == sorted(expected)
