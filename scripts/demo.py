"""`make demo`: from nothing to a vault with the credentials of four systems, against local stand-ins of the providers.

Every command is run as shown. The demo fails when an exit code, an answer or the vault is not as it should be.
"""

import contextlib
import secrets
import sys
import tempfile
from pathlib import Path

from scripts.session import Session
from tests.support.standins import Aha, Amperity, Aventri, Resci


def main() -> int:
    """Play the demo; return 1 and say why when something is not as expected."""
    with tempfile.TemporaryDirectory(prefix="nexcred-demo-") as folder, contextlib.ExitStack() as running:
        session = Session(Path(folder))
        providers = Providers(running)
        _found(session)
        _add(session, providers)
        _look(session)
        _probe(session, providers)
        _finish(session)
        problems = session.problems()
    for problem in problems:
        print(f"demo: {problem}", file=sys.stderr)
    print("demo: all as expected" if not problems else "demo: FAILED")
    return 1 if problems else 0


class Providers:
    """The four stand-ins, each with a key made for this run."""

    def __init__(self, running: contextlib.ExitStack) -> None:
        self.aventri = running.enter_context(Aventri())
        self.resci = running.enter_context(Resci())
        self.amperity = running.enter_context(Amperity())
        self.aha = running.enter_context(Aha())
        for provider in (self.aventri, self.resci, self.aha):
            provider.api_key = _new_key()


def _new_key() -> str:
    return f"EXAMPLE-{secrets.token_hex(12)}"


def _found(session: Session) -> None:
    session.say("A vault. Here a passphrase file opens it; at a terminal nexcred would ask.")
    session.give_passphrase(secrets.token_hex(16))
    session.run("vault init")
    session.say("Scripts and CI open it with its identity, which is faster than a passphrase.")
    session.keep_identity()


def _add(session: Session, at: Providers) -> None:
    session.say("Aventri: the key comes from a variable, and never stands in the command line.")
    session.secret("AVENTRI_KEY", at.aventri.api_key)
    session.run(
        f"add aventri --set account_id=4711 --set api_key=env:AVENTRI_KEY {_reach(at.aventri)}",
        expect=["account 4711"],
    )
    session.say("ReSci, with a mistyped key: the provider rejects it, and nothing is saved.")
    session.secret("RESCI_KEY", at.resci.api_key[:-1] + "-")
    session.run(f"add resci --set api_key=env:RESCI_KEY {_reach(at.resci)}", code=4, expect=["rejected"])
    session.say("Again with the right one, from standard input this time.")
    session.secret("RESCI_KEY", at.resci.api_key)
    session.run(f"add resci --set api_key=- {_reach(at.resci)}", given=at.resci.api_key)
    session.say("Amperity: a JWT, whose expiry is kept.")
    session.secret("AMPERITY_TOKEN", at.amperity.access_token)
    session.run(
        f"add amperity 'Amperity EU' --set tenant_id=acme --set access_token=env:AMPERITY_TOKEN {_reach(at.amperity)}"
    )
    session.say("Aha! is down: the credential is saved, but not called verified.")
    session.secret("AHA_KEY", at.aha.api_key)
    at.aha.stop()
    session.run(
        f"add aha --set account_domain=mycompany --set api_key=env:AHA_KEY {_reach(at.aha)}", expect=["unreachable"]
    )


def _look(session: Session) -> None:
    session.run("list", expect=["aventri", "resci", "Amperity EU", "aha"])
    session.run("show aventri", expect=["4711", "account 4711"])
    session.run("list --json", expect=['"VERIFIED"'], show=False)
    session.run("get aventri/account_id", exactly="4711")
    session.run("get aventri/api_key", exactly=session.known("AVENTRI_KEY"), show=False)


def _probe(session: Session, at: Providers) -> None:
    session.say("Some time later: ReSci has revoked the key. One command shows what still works.")
    at.resci.api_key = _new_key()
    session.run("probe --all", code=4, expect=["accepted", "rejected", "unreachable"])
    session.say("A new key for ReSci is proved before it takes the place of the old one.")
    session.secret("RESCI_KEY", at.resci.api_key)
    session.run("update resci --set api_key=env:RESCI_KEY")
    session.run("probe resci", expect=["accepted"])


def _finish(session: Session) -> None:
    session.run("history resci", expect=["api_key"])
    session.run("rename aventri 'Events of 2026'")
    session.run("remove aha --yes")
    session.run("list", expect=["Events of 2026", "resci", "Amperity EU"])
    session.run("vault verify")


def _reach(provider: Aventri | Resci | Amperity | Aha) -> str:
    """Point a connector at its stand-in: a private address and plain http, so it must be allowed by name."""
    return f"--set base_url={provider.base_url} --allow-host {provider.host}"


if __name__ == "__main__":
    sys.exit(main())
