"""Nexla's API held against the service's own `openapi.json` by schemathesis, with everything allowed."""

import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from nexcred.local.service_tokens import ServiceTokens
from nexcred.model.right import RIGHTS
from nexcred.server import seeds
from nexcred.server.access_tokens import AccessTokens
from nexcred.server.known_tokens import KnownTokens
from nexcred.server.openapi import with_document
from nexcred.server.token_gate import TokenGate
from tests.live.test_schemathesis import schemathesis
from tests.support.opened import Opened
from tests.support.own_process import home
from tests.support.people import keep
from tests.support.serving import OpenedSource, Served, access_here, serving

__all__ = ["home", "schemathesis"]

# That what fits the schema is taken cannot be asked here. Which values a credential has to have depends on its type,
# in part by rules that are none of a schema's (one field or another; a host that may be used), and a type may be one
# of the user's own connectors. What an accessor may name is in the vault, and `from` has to be a day that the
# calendar has.
_EXCLUDED = ("--exclude-checks", "positive_data_acceptance")
_RUN = ("run", "--checks", "all", *_EXCLUDED, "--max-examples", "25", "--seed", "4711", "--continue-on-failure")


@pytest.fixture
def served(home: Opened) -> Iterator[Served]:
    keep(home, "prod", "two words")
    access = access_here()
    known = KnownTokens(ServiceTokens(home.home / ".local/state/nexcred", access.read(lambda vault: vault.vault_id)))
    tokens = AccessTokens(known)

    def gate(port: int) -> TokenGate:
        minutes = count(step=60)  # so that however many wrong tokens are tried, none is one too many
        return TokenGate(known, tokens, {f"127.0.0.1:{port}"}, lambda: float(next(minutes)))

    with serving(with_document(seeds.endpoints(tokens)), gate, OpenedSource(access)) as served:
        yield served


# 501 is what there is to be told of these.
_NOT_THERE = "/probe/(tree|sample)$"


@pytest.mark.parametrize(
    ("paths", "word"),
    [(("--exclude-path-regex", f"^/token$|{_NOT_THERE}"), "Bearer"), (("--include-path-regex", "^/token$"), "Basic")],
)
def test_every_answer_is_told(
    home: Opened, served: Served, schemathesis: str, tmp_path: Path, paths: tuple[str, str], word: str
) -> None:
    rules = [part for right in RIGHTS for part in ("--may", f"{right}:*")]
    token = home("serve", "token", "new", "st", *rules).out.strip()
    document = tmp_path / "openapi.json"
    document.write_bytes(served.get("/openapi.json", authorization=f"Bearer {token}").body)
    header = ("-H", f"Authorization: {word} {token}")
    done = subprocess.run(
        [schemathesis, *_RUN, *paths, *header, "--url", served.url, str(document)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
