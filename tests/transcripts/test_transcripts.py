"""Every transcript, played; `UPDATE_TRANSCRIPTS=1` writes them anew, for the author to read."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.support.signing_in import aha_oauth
from tests.support.standins.aha_oauth import AhaOauth
from tests.support.standins.amperity import Amperity
from tests.support.standins.aventri import Aventri
from tests.support.standins.browser import variable
from tests.support.standins.internet import Internet
from tests.support.standins.resci import Resci
from tests.support.standins.rest import Rest
from tests.transcripts.parts import parse
from tests.transcripts.player import Player
from tests.transcripts.providers import start_providers

__all__ = ["aha_oauth"]
FILES = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.fixture
def home() -> Iterator[Path]:
    """A path that is always of one length: lines are laid out by it."""
    with tempfile.TemporaryDirectory(prefix="play-", dir="/tmp") as folder:
        home = Path(folder) / "home"
        home.mkdir(mode=0o700)
        yield home


class Providers(NamedTuple):
    """What leads to the catalogue's providers, and the secrets that they accept."""

    variables: dict[str, str]
    secrets: dict[str, str]


@pytest.fixture(scope="module")
def providers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Providers]:
    with Internet(tmp_path_factory.mktemp("internet")) as internet:
        secrets = start_providers(internet)
        led = internet.environment
        yield Providers({"INTERNET": led["HTTPS_PROXY"], "AUTHORITY": led["SSL_CERT_FILE"]}, secrets)


@pytest.fixture
def player(
    home: Path,
    aventri: Aventri,
    resci: Resci,
    amperity: Amperity,
    aha_oauth: AhaOauth,
    rest: Rest,
    providers: Providers,
) -> Player:
    hosts = {stand_in.name.upper(): stand_in.host for stand_in in (aventri, resci, amperity, aha_oauth, rest)}
    callback = urlsplit(aha_oauth.redirect_uri).netloc
    hosts |= {"CALLBACK": callback, "AGREEING": variable(), "AHA_CLIENT": aha_oauth.client_id}
    hosts |= providers.variables
    secrets = {
        **providers.secrets,
        "AVENTRI_KEY": aventri.api_key,
        "RESCI_KEY": resci.api_key,
        "AHA_KEY": aha_oauth.api_key,
        "AHA_CLIENT_SECRET": aha_oauth.client_secret,
        "REST_KEY": rest.api_key,
        "AMPERITY_TOKEN": amperity.access_token,
        "WRONG_KEY": "wrong-key-EXAMPLE",
        "PASSPHRASE": "correct horse EXAMPLE staple",
    }
    return Player(home, hosts, secrets)


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_transcript(file: Path, player: Player) -> None:
    steps = parse(file.read_text())
    played = [player.play(step) for step in steps]
    written = "\n".join(line for step in played for line in step.written()) + "\n"
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        file.write_text(written)
    assert written == file.read_text()
