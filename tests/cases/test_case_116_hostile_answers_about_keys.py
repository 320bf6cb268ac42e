"""Case 116: a provider that answers what is asked about keys otherwise, and what is shown and kept of that."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.parcels import put_parcels
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.parcels import Parcels

SECRETS = ("first-EXAMPLE", "made-2-EXAMPLE", "evil-secret-EXAMPLE")


class Hostile(Parcels):
    """Makes keys as it should, and answers that with `said`; `listed` stands in place of its list."""

    said: Answer | None = None
    listed: object = None

    def answer(self, request: Received) -> Answer:
        found = super().answer(request)
        if (request.method, request.path) == ("POST", "/keys"):
            return self.said or found
        if (request.method, request.path) == ("GET", "/keys") and self.listed is not None:
            return json_answer(self.listed)
        return found


def kept_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("said", "listed"),
    [
        (Answer(302, b"", (("Location", "{elsewhere}/keys"),)), None),
        (Answer(307, b"", (("Location", "{elsewhere}/keys"),)), None),
        (json_answer({"key": ["evil-secret-EXAMPLE"], "id": "k2", "base_url": "{elsewhere}"}, 201), None),
        (json_answer({"key": "evil-secret-EXAMPLE", "id": "../../admin"}, 201), None),
        (json_answer({"key": "evil-secret-EXAMPLE\r\nX-Evil: 1", "id": "k2"}, 201), None),
        (json_answer({"key": "first-EXAMPLE", "id": "k1"}, 201), None),
        (
            Answer(201, b'{"key": "' + b"a" * 20_000_000 + b'", "id": "k2"}', (("Content-Type", "application/json"),)),
            None,
        ),
        (json_answer({"message": "first-EXAMPLE made first-EXAMPLE"}, 500), None),
        (None, {"keys": [{"id": f"\u202e../{n}\x1b]52;c;x\x07", "name": "nexcred x"} for n in range(3)]}),
        (None, {"keys": {"id": "k1"}}),
    ],
    ids=["302", "307", "a list", "an id", "a header", "the same key", "huge", "an echo", "ids", "no list"],
)
def test_case_116_it_is_neither_followed_nor_shown_and_the_present_key_stays(
    opened: Opened, said: Answer | None, listed: object
) -> None:
    put_parcels(opened)
    with Hostile() as parcels, Parcels() as elsewhere:
        places = ("--set", "key_id=k1", "--set", f"base_url={parcels.url}", "--allow-host", parcels.host)
        added = opened("add", "parcels", "post", "--set", "api_key=env:KEY", *places, environment={"KEY": SECRETS[0]})
        assert added.code == 0, added.err
        if said is not None:
            headers = tuple((name, text.replace("{elsewhere}", elsewhere.url)) for name, text in said.headers)
            parcels.said = replace(said, headers=headers)
        parcels.listed = listed
        for words in (
            ("rotate", "post", "--grace", "0", "--yes"),
            ("rotate", "--resume", "--yes"),
            ("status", "--json"),
        ):
            ran = opened("--debug", *words)
            assert ran.code in (0, 4, 5, 8), (words, ran.err)
            assert "Traceback" not in ran.err, ran.err
            assert not any(secret in ran.out + ran.err for secret in SECRETS), (words, ran.err)
            assert not {"\x1b", "\u202e", "\x07"} & set(ran.out + ran.err), words
        assert elsewhere.received == []
        assert "k1" in parcels.keys
        assert opened("get", "post/api_key").out.strip() == SECRETS[0]
        state = kept_in(opened.home / ".local")
        assert not any(secret.encode() in state for secret in SECRETS)
        assert opened("get", "post/base_url").out.strip() == parcels.url
