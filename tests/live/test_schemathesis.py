"""The service held against its own `openapi.json` by schemathesis: no failure of ours, no answer that is not told."""

import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from nexcred.local.service_tokens import ServiceTokens
from nexcred.server import programs
from nexcred.server.access_tokens import AccessTokens
from nexcred.server.known_tokens import KnownTokens
from nexcred.server.openapi import with_document
from nexcred.server.token_gate import TokenGate
from tests.support.opened import Opened
from tests.support.own_process import home
from tests.support.people import keep
from tests.support.serving import OpenedSource, Served, access_here, serving

__all__ = ["home"]

# That what fits the schema is taken cannot be asked of these paths. A field that a credential lacks is 400, since a
# 404 would delete a cluster's copy (`missing.py`), and no schema knows the fields of a vault. And what can be no name
# is 400 as well: that goes by Unicode's categories (`model/name.py`), for which the patterns of JSON Schema, as
# Python reads them, have no word; a narrower pattern would deny names that there are.
_EXCLUDED = ("--exclude-checks", "positive_data_acceptance")
_RUN = ("run", "--checks", "all", *_EXCLUDED, "--max-examples", "25", "--seed", "4711", "--continue-on-failure")


@pytest.fixture
def schemathesis() -> str:
    path = Path(sysconfig.get_path("scripts"), "schemathesis")
    if not path.exists():
        pytest.skip("needs schemathesis: pip install --group live")
    return str(path)


@pytest.fixture
def served(home: Opened) -> Iterator[Served]:
    keep(home, "prod", "two words")
    access = access_here()
    tokens = ServiceTokens(home.home / ".local/state/nexcred", access.read(lambda vault: vault.vault_id))
    known = KnownTokens(tokens)
    with ExitStack() as stack:

        def gate(port: int) -> TokenGate:
            return TokenGate(known, AccessTokens(known), {f"127.0.0.1:{port}"})

        yield stack.enter_context(serving(with_document(programs.endpoints()), gate, OpenedSource(access)))


@pytest.mark.parametrize(("paths", "word"), [("--exclude-path-regex", "Bearer "), ("--include-path-regex", "")])
def test_every_answer_is_told(
    home: Opened, served: Served, schemathesis: str, tmp_path: Path, paths: str, word: str
) -> None:
    rules = [part for right in ("list", "read", "token") for part in ("--may", f"{right}:*")]
    token = home("serve", "token", "new", "st", *rules).out.strip()
    document = tmp_path / "openapi.json"
    document.write_bytes(served.get("/openapi.json", authorization=f"Bearer {token}").body)
    done = subprocess.run(
        [
            schemathesis,
            *_RUN,
            paths,
            "^/aws",
            "-H",
            f"Authorization: {word}{token}",
            "--url",
            served.url,
            str(document),
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
