"""The table itself: how many it labels, and that each says something of its own."""

from collections import Counter

from nexcred.model.probe import ProbeStatus
from tests.labelled.table import KINDS, Row, rows

ALL = [row for kind in KINDS for row in rows(kind)]


def _answered(row: Row) -> tuple[object, ...]:
    return row.scheme, row.status, row.headers, row.body, tuple(sorted(map(str, row.said.items())))


FEWEST = 400


def test_hundreds_of_answers_are_labelled() -> None:
    assert len(ALL) >= FEWEST


def test_no_answer_is_labelled_twice() -> None:
    assert [row for row, times in Counter(map(_answered, ALL)).items() if times > 1] == []


def test_every_verdict_is_one_and_those_that_prove_are_among_them() -> None:
    assert {row.verdict for row in ALL} <= {status.value for status in ProbeStatus}
    assert {"accepted", "rejected", "expired", "forbidden", "inconclusive", "blocked"} <= {row.verdict for row in ALL}


def test_most_wordings_are_somebodys() -> None:
    assert sum(1 for row in ALL if row.source) >= 0.8 * len(ALL)
