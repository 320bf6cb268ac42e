"""Cases 42 to 48, 50 and 52 with the program itself: exit codes, what is saved, and what was sent."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.standins import Aha, Aventri, Fault, Resci, Rest, faults, json_answer
from tests.support.standins.authority import Authority
from tests.support.standins.proxy import Proxy

_MEMORY_KIB = 700_000


def test_case_42_a_redirect_takes_the_key_nowhere(opened: Opened, rest: Rest) -> None:
    with Rest() as other:
        rest.fault = faults.redirect(other.url + "/health")
        ran = opened.add(rest, "--allow-host", other.host)
        assert ran.code == 0
        assert "not verified" in ran.err
        assert other.received == []
    assert opened.names == ["rest"]


@pytest.mark.parametrize(
    "fault",
    [
        faults.redirect("https://elsewhere.example/", faults.bomb(1024 * 1024 * 1024), encoding="gzip"),
        faults.gzip_bomb(1024 * 1024 * 1024),
        faults.endless_chunks(),
        faults.many_headers(),
    ],
    ids=["43", "44 bomb", "44 endless chunks", "44 many headers"],
)
def test_case_43_44_a_bomb_fits_into_little_memory(opened: Opened, aha: Aha, fault: Fault) -> None:
    assert opened.add(aha, "--no-probe").code == 0
    aha.fault = fault
    limited = ["sh", "-c", f'ulimit -v {_MEMORY_KIB} && exec "$@"', "sh", *opened.command("probe", "aha", "--json")]
    done = subprocess.run(limited, env=opened.environment, cwd=opened.home, capture_output=True, check=False)
    assert done.returncode == 5
    assert json.loads(done.stdout)[0]["status"] == "inconclusive"


@pytest.mark.parametrize("fault", [faults.drip(), faults.drip_headers(), faults.silence()])
def test_case_44_a_dripping_answer_ends_at_the_timeout(opened: Opened, aha: Aha, fault: Fault) -> None:
    assert opened.add(aha, "--no-probe").code == 0
    aha.fault = fault
    ran = opened("probe", "aha", "--timeout", "0.5", "--json")
    assert ran.code == 5
    assert json.loads(ran.out)[0]["status"] == "unreachable"
    assert "within 0.5 s" in json.loads(ran.out)[0]["detail"]


@pytest.mark.parametrize("probe", [(), ("--no-probe",)])
@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}", "http://2130706433:{port}", "http://[::ffff:7f00:1]:{port}"]
)
def test_case_45_a_private_host_is_refused_and_nothing_kept(
    opened: Opened, aha: Aha, url: str, probe: tuple[str, ...]
) -> None:
    settings = ("--set", "account_domain=mycompany", "--set", "api_key=env:HELD")
    url = url.format(port=aha.port)
    ran = opened("add", "aha", *settings, "--set", f"base_url={url}", *probe, environment={"HELD": aha.api_key})
    assert ran.code == 2
    assert "--allow-host" in ran.err
    assert aha.received == []
    assert opened.names == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "https://ada@{host}/", "http://ada:pw-EXAMPLE@{host}/"])
def test_case_45_no_flag_allows_a_file_or_a_user(opened: Opened, rest: Rest, url: str) -> None:
    settings = ("--set", f"base_url={url.format(host=rest.host)}", "--set", "api_key=env:HELD")
    ran = opened("add", "rest", *settings, "--allow-host", rest.host, environment={"HELD": rest.api_key})
    assert ran.code == 2
    assert "pw-EXAMPLE" not in ran.err
    assert rest.received == []
    assert opened.names == []


def test_case_45_no_variable_and_no_answer_opens_a_host(opened: Opened, aha: Aha) -> None:
    settings = ("--set", "account_domain=mycompany", "--set", "api_key=env:HELD", "--set", f"base_url={aha.base_url}")
    environment = {"HELD": aha.api_key, "NEXCRED_ALLOW_HOST": aha.host, "ALLOW_HOST": aha.host}
    assert opened("add", "aha", *settings, environment=environment).code == 2
    assert aha.received == []


def test_case_45_an_allowed_host_is_kept_with_its_credential_alone(opened: Opened, aha: Aha, rest: Rest) -> None:
    assert opened.add(aha).code == 0
    assert aha.host in opened("show", "aha").out
    assert json.loads(opened("show", "aha", "--json").out)["allowed_hosts"] == [aha.host]
    assert opened("probe", "aha").code == 0
    ran = opened("update", "aha", "--set", f"base_url={rest.url}")
    assert ran.code == 2
    assert rest.received == []
    assert opened("probe", "aha").code == 0


def test_case_46_a_wrong_certificate_is_not_spoken_to(opened: Opened, authority: Authority) -> None:
    with Aha(tls=authority.expired_context()) as aha:
        ran = opened.add(aha, SSL_CERT_FILE=str(authority.bundle))
        assert ran.code == 0
        assert "its certificate has expired" in ran.err
        assert opened("probe", "aha", environment={"SSL_CERT_FILE": str(authority.bundle)}).code == 5
        assert aha.received == []


def test_case_47_proxy_and_bundle_come_from_the_environment_and_netrc_does_not(
    opened: Opened, authority: Authority
) -> None:
    (opened.home / ".netrc").write_text("default login thief password thief-EXAMPLE\n")
    (opened.home / ".netrc").chmod(0o600)
    settings = (
        "--set",
        "base_url=https://api.example.com",
        "--set",
        "health_path=/health",
        "--set",
        "api_key=env:HELD",
    )
    with Rest(tls=authority.server_context("api.example.com")) as rest, Proxy(rest) as proxy:
        environment = {
            "HELD": rest.api_key,
            "HTTPS_PROXY": proxy.url,
            "REQUESTS_CA_BUNDLE": str(authority.bundle),
        }
        ran = opened("add", "rest", *settings, environment=environment)
        assert (ran.code, opened.names) == (0, ["rest"])
        assert "accepted" in ran.out
        assert [request.target for request in proxy.received] == ["api.example.com:443"] * 2
        assert rest.received[0].headers["authorization"] == f"Bearer {rest.api_key}"
        assert not rest.received[1].holds(rest.api_key)  # the control's made-up key
        assert not any(request.holds("thief") for request in rest.received)


@pytest.mark.parametrize("bad", ["\r\nX-Injected: 1", "\n\nx", "\x01", "ü"])
def test_case_48_a_value_that_no_header_takes_is_refused_unsaved(
    opened: Opened, aha: Aha, tmp_path: Path, bad: str
) -> None:
    key = tmp_path / "key"
    key.write_text(f"{aha.api_key}{bad}")
    settings = ("--set", "account_domain=mycompany", "--set", f"api_key=@{key}", "--set", f"base_url={aha.base_url}")
    ran = opened("add", "aha", *settings, "--allow-host", aha.host)
    assert ran.code == 2
    assert aha.api_key not in ran.err
    assert aha.received == []
    assert opened.names == []


def test_case_50_an_answer_cannot_drive_the_terminal(opened: Opened, aha: Aha) -> None:
    aha.email = faults.ESCAPES
    outputs = [opened.add(aha), *(opened(*words) for words in (("list",), ("show", "aha"), ("probe", "aha")))]
    for ran in outputs:
        assert ran.code == 0
        text = ran.out + ran.err
        assert all(character.isprintable() or character == "\n" for character in text)
    assert r"\x1b" in outputs[1].out
    assert "[/x]" in outputs[2].out


def test_case_50_a_refusal_cannot_drive_the_terminal(opened: Opened, resci: Resci) -> None:
    resci.fault = lambda request, proper: json_answer({"message": faults.ESCAPES}, 401)
    ran = opened.add(resci)
    assert ran.code == 4
    assert all(character.isprintable() or character == "\n" for character in ran.out + ran.err)


@pytest.mark.parametrize(("headers", "wait_s"), [((), None), ((("Retry-After", "7"),), 7)])
def test_case_52_a_limit_is_never_called_invalid(
    opened: Opened, aventri: Aventri, headers: tuple[tuple[str, str], ...], wait_s: float | None
) -> None:
    aventri.fault = faults.rate_limited(*headers)
    ran = opened.add(aventri)
    assert ran.code == 0
    assert "rejected" not in ran.out + ran.err
    probed = opened("probe", "aventri", "--json")
    assert probed.code == 5
    found = json.loads(probed.out)[0]
    assert (found["status"], found["http_status"], found["retry_after_s"]) == ("rate_limited", 429, wait_s)
    assert json.loads(opened("show", "aventri", "--json").out)["verified_status"] == "UNVERIFIED"
