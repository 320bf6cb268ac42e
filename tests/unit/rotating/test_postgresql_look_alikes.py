"""What is no PostgreSQL of its own, or takes no hash, is told apart before and after it is asked to change anything."""

import pytest

from nexcred.model.probe import ProbeStatus
from nexcred.rotating.rotator import CallFailed
from tests.unit.rotating.acting import plenty
from tests.unit.rotating.scripted_postgresql import (
    GENUINE,
    Answers,
    refused,
    rotator_at,
    said_by,
    serving,
)


def failure_of(answers: Answers, asked: list[str], *, is_plain: bool = False) -> CallFailed:
    with serving(answers, asked) as port:
        engine = rotator_at(port, is_plain=is_plain)
        with pytest.raises(CallFailed) as failed:
            engine.create(engine.plan(plenty()).fields, plenty())
    return failed.value


@pytest.mark.parametrize(
    "answers",
    [
        said_by("PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2, Redshift 1.0.77467"),
        said_by("CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu, built 2023/09/27 01:53:43, go1.19.10)"),
        said_by("PostgreSQL 11.2-YB-2.18.3.0-b0 on x86_64-pc-linux-gnu, compiled by clang version 15.0.3, 64-bit"),
        said_by("PostgreSQL 12.12 (Greenplum Database 7.0.0 build) on x86_64-pc-linux-gnu, compiled by gcc, 64-bit"),
        said_by("PostgreSQL 9.6.24 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit"),
        said_by(GENUINE, user="pooled"),
        said_by(GENUINE, process=78),
        said_by(GENUINE, form="on"),
    ],
    ids=["redshift", "cockroachdb", "yugabytedb", "greenplum", "too old", "pooler's user", "pooler", "form"],
)
def test_what_keeps_passwords_otherwise_is_not_given_one(answers: Answers) -> None:
    asked: list[str] = []
    failed = failure_of(answers, asked)
    assert (failed.status, failed.is_unknown) == (ProbeStatus.UNSUPPORTED, False)
    assert not any("ALTER" in one for one in asked)


@pytest.mark.parametrize(
    "version",
    [
        "PostgreSQL 16.4 on aarch64-unknown-linux-gnu, compiled by gcc (GCC) 9.5.0, 64-bit",
        "PostgreSQL 17beta1 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit",
        "PostgreSQL 15.2 (EnterpriseDB Advanced Server 15.2.0) on x86_64-pc-linux-gnu, compiled by gcc, 64-bit",
        "PostgreSQL 15.1 on x86_64-pc-linux-gnu, compiled by gcc (Ubuntu 10.3.0) 10.3.0, 64-bit",
    ],
)
def test_builds_of_postgresql_are_known(version: str) -> None:
    asked: list[str] = []
    with serving(said_by(version), asked) as port:
        engine = rotator_at(port)
        planned = engine.plan(plenty()).fields
        assert engine.create(planned, plenty()) == planned
    assert "ALTER ROLE CURRENT_USER PASSWORD E'SCRAM-SHA-256$4096:" in asked[-1]


@pytest.mark.parametrize(
    ("code", "status", "is_unknown", "has_hint"),
    [
        ("42501", ProbeStatus.FORBIDDEN, False, False),
        ("25006", ProbeStatus.FORBIDDEN, False, False),
        ("57014", ProbeStatus.PROVIDER_ERROR, False, False),
        ("53100", ProbeStatus.PROVIDER_ERROR, False, False),
        # Shut down: it may have been in the middle of the commit.
        ("57P01", ProbeStatus.PROVIDER_ERROR, True, False),
        # As credcheck says of a hash, which it can hold against no rule.
        ("28P01", ProbeStatus.INCONCLUSIVE, False, True),
        ("22023", ProbeStatus.INCONCLUSIVE, False, True),
        ("0A000", ProbeStatus.INCONCLUSIVE, False, True),
    ],
)
def test_a_refused_change_is_told_as_what_it_is(
    code: str, status: ProbeStatus, is_unknown: bool, has_hint: bool
) -> None:
    failed = failure_of(said_by(change=refused(code, "no such luck")), [])
    assert (failed.status, failed.is_unknown) == (status, is_unknown)
    assert f"no such luck ({code})" in failed.detail
    assert ("--plain-password" in failed.detail) is has_hint


def test_a_refusal_that_repeats_the_statement_is_told_without_what_was_in_it() -> None:
    asked: list[str] = []

    def answers(statement: str) -> bytes:
        if "ALTER" not in statement:
            return said_by()(statement)
        return refused("42601", f"syntax error: {statement}")

    for is_plain in (False, True):
        failed = failure_of(answers, asked, is_plain=is_plain)
        literal = asked[-1].split("'")[1]
        assert "syntax error" in failed.detail
        assert not any(literal[at : at + 8] in failed.detail for at in range(len(literal) - 8))
