"""A key is not revoked while it is rotated: which of the keys is to end, and when, the rotation knows."""

import json

from tests.support.opened import Opened
from tests.support.parcels import keep
from tests.support.people import said_no
from tests.support.standins.parcels import Parcels


def states(program: Opened) -> list[str]:
    return [one["state"] for one in json.loads(program("history", "parcels", "--json").out)]


def test_it_waits_for_the_end_of_a_rotation(opened: Opened, parcels: Parcels) -> None:
    program = keep(opened, parcels)
    assert program("rotate", "parcels", "--yes").code == 0
    for revision in ("1", "2"):
        assert said_no(program("revoke", "parcels", "--revision", revision, "--yes"), 8, "is being rotated", "--undo")
    assert states(program) == ["present", "unknown"]
    assert program("rotate", "--resume", "parcels", "--grace", "0").code == 0
    assert states(program) == ["present", "dead"]
    revoked = program("revoke", "parcels", "--yes")  # no former key may work: it is the present one
    assert (revoked.code, "is refused, and dead" in revoked.out) == (0, True), revoked.err
    assert states(program) == ["dead", "dead"]
