"""What a command asks of a bucket, and imports, where this machine has read the vault before."""

import pytest

from tests.support.bucket_machines import Place, place
from tests.support.imported import NEVER_FOR_A_READING, imported

__all__ = ["place"]


@pytest.mark.parametrize("words", [["get", "prod/api_key"], ["list", "--json"]], ids=" ".join)
def test_what_was_read_before_takes_one_request_and_no_library_for_it(place: Place, words: list[str]) -> None:
    assert place.ada(*words).code == 0
    place.served.memory.asked.clear()
    modules = imported(place.ada, words)
    assert place.served.memory.asked == [("GET", "vault/head")]
    assert not NEVER_FOR_A_READING & modules
