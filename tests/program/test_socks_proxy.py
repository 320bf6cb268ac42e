"""A SOCKS proxy that the environment names, as a process."""

from pathlib import Path

from tests.support.opened import Opened
from tests.support.standins import Aha
from tests.support.standins.authority import Authority
from tests.support.standins.socks import Socks

_SETTINGS = ("--set", "account_domain=mycompany", "--set", "api_key=env:HELD")


def test_a_provider_is_reached_through_it(opened: Opened, authority: Authority) -> None:
    with Aha(tls=authority.server_context("mycompany.aha.io")) as aha, Socks(aha) as proxy:
        environment = {"ALL_PROXY": f"socks5h://{proxy.host}", "SSL_CERT_FILE": str(authority.bundle)}
        added = opened("add", "aha", *_SETTINGS, environment={"HELD": aha.api_key, **environment})
        asked = opened("request", "aha", "me", environment=environment)
    assert (added.code, asked.code) == (0, 0)
    assert proxy.asked == [("mycompany.aha.io", 443)] * 2


def test_without_pysocks_it_says_what_to_install(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "socks.py").write_text("raise ImportError")
    environment = {"ALL_PROXY": "socks5://127.0.0.1:1", "PYTHONPATH": str(tmp_path / "without"), "HELD": "EXAMPLE"}
    added = opened("add", "aha", *_SETTINGS, environment=environment)
    told = "ALL_PROXY names a SOCKS proxy, and PySocks is not installed: pip install PySocks"
    assert (added.code, told in added.err) == (0, True)
    assert told in opened("doctor", environment=environment).out
