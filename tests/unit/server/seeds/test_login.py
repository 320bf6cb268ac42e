"""A service key as it stands, for a token that lasts a day."""

from tests.support.service_keys import KEY
from tests.unit.server.seeds.conftest import Seeds


def test_a_key_is_exchanged_for_a_token_which_ends(seeds: Seeds) -> None:
    answered = seeds.ask("POST", "/token", authorization=f"Basic {KEY}")
    assert answered.status == 200
    assert answered.json == {"access_token": "token-1-EXAMPLE", "token_type": "Bearer", "expires_in": 86400}
    assert answered.headers["cache-control"] == "no-store"
    token = answered.json["access_token"]
    assert seeds("GET", "", key=token).status == 200
    assert seeds.ask("POST", "/token/logout", authorization=f"Bearer {token}").status == 200
    assert seeds("GET", "", key=token).status == 401
    assert seeds("GET", "").status == 200


def test_other_keys_and_ways_are_refused(seeds: Seeds) -> None:
    for said in ("Basic wrong-EXAMPLE", f"Bearer {KEY}", KEY, "Basic", "Basic ", ""):
        assert seeds.ask("POST", "/token", authorization=said).status == 401
    assert seeds.keys.issued == {}
