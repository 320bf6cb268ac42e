"""The providers that pages talk to, under their own names, and what happens to them in the course of a page."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from tests.support.standins import Aha, Amperity, Aventri, GitHub, Resci, Rest, Slack, StandIn
from tests.support.standins.acme import Acme
from tests.support.standins.faults import server_error
from tests.support.standins.internet import Internet
from tests.support.standins.nexla import Nexla
from tests.support.standins.sts import Sts

Join = Callable[[Internet], Mapping[str, str]]


def nothing_more(_: Internet) -> Mapping[str, str]:
    """Leave it at the providers."""
    return {}


class Providers:
    """Every provider accepts one secret, which pages name by its variable."""

    def __init__(self, folder: Path, join: Join = nothing_more) -> None:
        self._internet = Internet(folder)
        at = self._internet.host_at
        self._aventri = at("api-na.eventscloud.com", Aventri)
        self._resci = at("data.retentionscience.com", Resci)
        self._amperity = at("acme.amperity.com", Amperity)
        self._aha = at("mycompany.aha.io", Aha)
        self._rest = at("api.example.com", Rest)
        self._acme = at("mine.acme.test", Acme)
        self._github = at("api.github.com", GitHub)
        self._slack = at("hooks.slack.com", Slack)
        self._nexla = at("dataops.nexla.io", Nexla)
        at("sts.eu-central-1.amazonaws.com", Sts)
        self._joined = join(self._internet)
        self._named: dict[str, StandIn] = {
            stand_in.name: stand_in for stand_in in (self._aventri, self._resci, self._amperity, self._aha, self._rest)
        }

    def __enter__(self) -> Self:
        self._internet.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._internet.stop()

    @property
    def environment(self) -> dict[str, str]:
        return self._internet.environment | dict(self._joined)

    @property
    def secrets(self) -> dict[str, str]:
        return {
            "AVENTRI_KEY": self._aventri.api_key,
            "RESCI_KEY": self._resci.api_key,
            "AMPERITY_TOKEN": self._amperity.access_token,
            "AHA_KEY": self._aha.api_key,
            "ORDERS_KEY": self._rest.api_key,
            "ACME_KEY": self._acme.api_key,
            "GITHUB_PAT": self._github.access_token,
            "SLACK_WEBHOOK": f"https://hooks.slack.com/services/{self._slack.webhook}",
            "NEXLA_KEY": self._nexla.service_key,
            "GITLAB_PAT": "gitlab-token-EXAMPLE",
            "AWS_SECRET": "aws-secret-key-EXAMPLE",
            "CLUSTER_TOKEN": "cluster-token-EXAMPLE",
            "NEW_RESCI_KEY": "resci-new-key-EXAMPLE",
        }

    def change(self, said: str) -> None:
        """Obey `makes NAME` (it takes NEW_RESCI_KEY too), `revokes NAME` (that alone), `fails NAME` or `works NAME`."""
        deed, name = said.split()
        if deed == "revokes" and name == "resci":
            self._resci.api_key, self._resci.more_keys = self.secrets["NEW_RESCI_KEY"], ()
        elif deed == "makes" and name == "resci":
            self._resci.more_keys = (self.secrets["NEW_RESCI_KEY"],)
        elif deed in ("fails", "works"):
            self._named[name].fault = server_error() if deed == "fails" else None
        else:
            raise ValueError(f"no provider does '{said}'")
