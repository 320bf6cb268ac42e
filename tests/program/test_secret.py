"""`secret`: fields that a credential names itself, of every kind, in and out of the program as they were."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.made_certificate import certificate
from tests.support.opened import Opened

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nEXAMPLE\n-----END OPENSSH PRIVATE KEY-----\n"
BINARY = b"\x00\xff EXAMPLE \x00\n"


def add(opened: Opened, name: str, *settings: str, stdin: bytes = b"", **held: str) -> None:
    words = [word for setting in settings for word in ("--set", setting)]
    added = opened("add", "secret", name, *words, stdin=stdin, environment=held)
    assert added.code == 0, added.err


def bytes_of(opened: Opened, reference: str) -> bytes:
    done = opened.run_bytes("get", reference)
    assert done.returncode == 0, done.stderr
    return done.stdout


def variables_of(opened: Opened, name: str) -> dict[str, str]:
    ran = opened("run", "-c", name, "--", "env", "-0")
    assert ran.code == 0, ran.err
    found = dict(line.split("=", 1) for line in ran.out.split("\0") if line)
    return {variable: value for variable, value in found.items() if "EXAMPLE" in value}


def shown(opened: Opened, name: str, *options: str) -> dict[str, object]:
    document = json.loads(opened("show", name, "--json", *options).out)
    assert isinstance(document, dict)
    return document


def test_text_lines_files_and_bytes_come_back_as_they_were(opened: Opened) -> None:
    (opened.home / "key").write_text(KEY)
    (opened.home / "store.p12").write_bytes(BINARY)
    add(
        opened,
        "all",
        "user:public=ada",
        "key=@key",
        "store=@store.p12",
        "line=-",
        "held=env:HELD",
        stdin=b"k\n",
        HELD="h",
    )
    assert bytes_of(opened, "all/key") == KEY.encode()
    assert bytes_of(opened, "all/store") == BINARY
    assert (bytes_of(opened, "all/line"), bytes_of(opened, "all/held")) == (b"k", b"h")
    document = shown(opened, "all", "--reveal")
    assert document["credentials_non_secure_data"] == {"user": "ada"}
    assert opened("vault", "verify").code == 0
    assert document["secret_fields"] == ["key", "store", "line", "held"]
    assert document["credentials"]["store"] == {"base64": "AP8gRVhBTVBMRSAACg=="}  # type: ignore[index]


def test_a_line_loses_the_end_that_echo_gave_it_and_a_document_keeps_its_own(opened: Opened) -> None:
    (opened.home / "line").write_text("one-EXAMPLE\r\n")
    (opened.home / "lines").write_text("one\ntwo-EXAMPLE\n")
    add(opened, "ends", "line=@line", "lines=@lines")
    assert bytes_of(opened, "ends/line") == b"one-EXAMPLE"
    assert bytes_of(opened, "ends/lines") == b"one\ntwo-EXAMPLE\n"


def test_it_is_never_called_proved(opened: Opened) -> None:
    add(opened, "token", "token=env:HELD", HELD="t-EXAMPLE")
    assert shown(opened, "token")["verified_status"] == "UNVERIFIED"
    probed = opened("probe", "token", "--json")
    assert (probed.code, json.loads(probed.out)[0]["status"]) == (5, "unsupported")
    assert "kept as it is" in opened("update", "token", "--set", "token=generate").out


def test_the_end_of_a_certificate_is_when_it_expires(opened: Opened) -> None:
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(days=20)
    (opened.home / "cert.pem").write_text(certificate(end))
    (opened.home / "key.pem").write_text(KEY)
    add(opened, "tls", "cert:public=@cert.pem", "key=@key.pem")
    add(opened, "token", "token=env:HELD", HELD="t-EXAMPLE")
    assert shown(opened, "tls")["expires_at"] == f"{end:%Y-%m-%dT%H:%M:%S}.000Z"
    assert shown(opened, "token")["expires_at"] is None
    due = opened("list", "--expiring-within", "30d", "--fail", "--json")
    assert (due.code, [one["name"] for one in json.loads(due.out)]) == (7, ["tls"])
    assert opened("list", "--expiring-within", "10d", "--fail").code == 0


def test_what_nobody_can_prove_fails_no_probe_of_all_and_no_check(opened: Opened) -> None:
    add(opened, "token", "token=env:HELD", HELD="t-EXAMPLE")
    assert opened("update", "token", "--tag", "ci").code == 0
    for which in (("--all",), ("t*",), ("--tag", "ci"), ("--connector", "secret")):
        probed = opened("probe", *which, "--json")
        assert (probed.code, json.loads(probed.out)[0]["status"]) == (0, "unsupported"), which
    assert opened("check", "-c", "token").code == 0
    assert opened("add", "resci", "--set", "api_key=generate", "--no-probe").code == 0
    assert opened("check", "-c", "token", "-c", "resci").code == 5


def test_a_secret_is_made_and_shown_to_nobody_unasked(opened: Opened) -> None:
    ran = opened("add", "secret", "made", "--set", "password=generate", "--set", "long=generate:64", "--json")
    first, long = bytes_of(opened, "made/password").decode(), bytes_of(opened, "made/long").decode()
    assert (len(first), first.isalnum(), len(long)) == (32, True, 64)
    assert first not in ran.out + ran.err
    assert opened("update", "made", "--set", "password=generate").code == 0
    assert bytes_of(opened, "made/password").decode() != first


def test_a_secret_of_another_connector_is_made_too(opened: Opened) -> None:
    assert opened("add", "resci", "--set", "api_key=generate:40", "--no-probe").code == 0
    assert len(bytes_of(opened, "resci/api_key")) == 40


@pytest.mark.parametrize(
    "text", ["generate:", "generate:3", "generate:99999", "generate:1e3", "generate:x", "generate:٣٢"]
)
def test_a_length_that_is_none_is_refused(opened: Opened, text: str) -> None:
    refused = opened("add", "secret", "--set", f"password={text}")
    assert (refused.code, "a length from 12 to 4096" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ([], "needs at least one field"),
        (["password=pw-EXAMPLE"], "does not belong on the command line"),
        (["a b=-"], "--set takes FIELD=VALUE"),
        (["../x=-"], "--set takes FIELD=VALUE"),
        (["kéy=generate"], "is no name of a field"),
        (["key:hidden=generate"], "--set takes FIELD=VALUE"),
        ([f"{'k' * 129}=generate"], "is no name of a field"),
        (["___=generate"], "is no name of a field"),
        (["api-key=generate", "API_KEY=generate"], "would be the same variable as 'api-key'"),
        (["note:public=\x1b[2J"], "control or invisible character"),
        (["empty:public="], "is empty"),
        (["cert:public=@bytes"], "is binary, but text is needed here"),
        ([f"f{number}=generate" for number in range(513)], "one more than the 512 fields"),
    ],
)
def test_what_is_no_field_is_refused(opened: Opened, settings: list[str], told: str) -> None:
    (opened.home / "bytes").write_bytes(BINARY)
    refused = opened("add", "secret", *(word for setting in settings for word in ("--set", setting)))
    assert (refused.code, refused.out) == (2, "")
    assert told in refused.err
    assert "pw-EXAMPLE" not in refused.err
    assert opened.names == []


def test_what_is_public_stays_public_until_it_is_said_otherwise(opened: Opened) -> None:
    add(opened, "portal", "user:public=ada", "password=env:HELD", HELD="p-EXAMPLE")
    assert opened("update", "portal", "--set", "user=bob", "--set", "url:public=https://example.com").code == 0
    assert shown(opened, "portal")["credentials_non_secure_data"] == {"user": "bob", "url": "https://example.com"}
    hidden = opened("update", "portal", "--set", "user:secret=-", "--unset", "url", stdin=b"carol-EXAMPLE")
    assert hidden.code == 0, hidden.err
    assert shown(opened, "portal")["secret_fields"] == ["user", "password"]
    assert opened("restore", "portal", "--revision", "1").code == 0
    assert shown(opened, "portal")["credentials_non_secure_data"] == {"user": "ada"}


def test_replacing_heeds_what_is_said_to_be_public_or_secret(opened: Opened) -> None:
    def replaced(*settings: str) -> dict[str, object]:
        words = [word for setting in settings for word in ("--set", setting)]
        ran = opened("add", "secret", "portal", *words, "--replace", stdin=b"typed-EXAMPLE")
        assert ran.code == 0, ran.err
        return shown(opened, "portal")

    first = replaced("password=generate", "user:public=ada")
    assert (first["credentials_non_secure_data"], first["secret_fields"]) == ({"user": "ada"}, ["password"])
    assert replaced("user:public=bob")["credentials_non_secure_data"] == {"user": "bob"}
    more = replaced("url:public=https://example.com", "token=generate")
    assert more["credentials_non_secure_data"] == {"user": "bob", "url": "https://example.com"}
    assert sorted(shown(opened, "portal")["secret_fields"]) == ["password", "token"]  # type: ignore[call-overload]
    hidden = replaced("user:secret=-", "url:public=https://example.org")
    assert hidden["credentials_non_secure_data"] == {"url": "https://example.org"}
    body = json.loads(opened("show", "portal", "--reveal", "--json").out)
    body["credentials"]["port"] = body["credentials_non_secure_data"]["port"] = "8080"
    ran = opened("add", "--from", "-", "--replace", stdin=json.dumps(body).encode())
    assert ran.code == 0, ran.err
    assert shown(opened, "portal")["credentials_non_secure_data"] == {"url": "https://example.org", "port": "8080"}


def test_a_field_of_a_connector_is_as_secret_as_that_says(opened: Opened) -> None:
    refused = opened("add", "resci", "--set", "api_key:public=x", "--no-probe")
    assert (refused.code, "as its connector says" in refused.err) == (2, True)


def test_a_field_is_the_variable_of_its_own_name(opened: Opened) -> None:
    settings = ("DATABASE_URL=env:HELD", "api-key=env:HELD", "TF_VAR_db=env:HELD", "tls.key=env:HELD", "2fa=env:HELD")
    add(opened, "app", *settings, HELD="v-EXAMPLE")
    assert sorted(variables_of(opened, "app")) == ["API_KEY", "DATABASE_URL", "TF_VAR_db", "TLS_KEY", "_2FA"]
    exported = opened("export", "app", "--format", "env").out
    assert "export API_KEY='v-EXAMPLE'\n" in exported


def test_no_field_is_a_variable_by_which_programs_run_something(opened: Opened) -> None:
    names = ("PATH", "makeflags", "LD_PRELOAD", "https-proxy", "USER", "lc_all", "NEXCRED_VAULT")
    add(opened, "mine", *(f"{name}=env:HELD" for name in names), HELD="v-EXAMPLE")
    found = variables_of(opened, "mine")
    assert all(variable.startswith("NEXCRED_MINE_") for variable in found)
    assert len(found) == len(names)


def test_bytes_are_handed_over_in_a_file(opened: Opened) -> None:
    (opened.home / "store.p12").write_bytes(BINARY)
    add(opened, "keys", "keystore=@store.p12", "password=env:HELD", HELD="p-EXAMPLE")
    ran = opened("run", "-c", "keys", "--", "sh", "-c", 'cmp "$KEYSTORE" store.p12 && echo "$PASSWORD"')
    assert (ran.code, ran.out) == (0, "p-EXAMPLE\n")
    exported = opened("export", "keys", "--format", "env", "--files", "files")
    assert exported.code == 0, exported.err
    (path,) = (opened.home / "files").rglob("KEYSTORE")
    assert path.read_bytes() == BINARY


def test_all_of_it_comes_back_out_of_json_and_a_backup(opened: Opened, tmp_path: Path) -> None:
    (opened.home / "store.p12").write_bytes(BINARY)
    add(opened, "all", "user:public=ada", "store=@store.p12", "token=env:HELD", HELD="t-EXAMPLE")
    body = opened("show", "all", "--reveal", "--json").out
    again = opened("add", "--from", "-", "secret", "again", stdin=body.encode())
    assert again.code == 0, again.err
    assert shown(opened, "again")["credentials_non_secure_data"] == {"user": "ada"}
    assert bytes_of(opened, "again/store") == BINARY
    bodies = json.dumps([json.loads(body) | {"name": "third"}])
    imported = opened("import", "nexla", "-", "--yes", stdin=bodies.encode())
    assert imported.code == 0, imported.err
    assert shown(opened, "third")["credentials_non_secure_data"] == {"user": "ada"}
    assert opened("import", "nexla", "-", "--yes", stdin=bodies.encode()).err.rstrip().endswith("nothing changed")
    assert opened("vault", "backup", str(tmp_path / "backup")).code == 0
    kept = opened("show", "all", "--json", "--vault", str(tmp_path / "backup"))
    assert json.loads(kept.out)["credentials_non_secure_data"] == {"user": "ada"}


def test_an_env_file_is_moved_whole_and_a_second_run_changes_nothing(opened: Opened) -> None:
    folder = opened.home / "shop"
    folder.mkdir()
    lines = "RESCI_API_KEY=k-EXAMPLE\nPORT=8080\nJWT_SECRET=s-EXAMPLE\n"
    lines += "export TF_VAR_region=eu-EXAMPLE\nMAKEFLAGS=-EXAMPLE\n"
    (folder / ".env").write_text(lines)
    planned = opened("import", "env", "shop/.env", "--dry-run")
    assert (planned.code, opened.names) == (0, [])
    assert "kept in 'shop': PORT, JWT_SECRET, TF_VAR_region, MAKEFLAGS" in planned.err
    assert "in the open for all members of the vault, as settings: PORT" in planned.err
    assert "by no run but with --env, since programs run or load what they say: MAKEFLAGS" in planned.err
    assert opened("import", "env", "shop/.env", "--yes").code == 0
    assert opened.names == ["resci", "shop"]
    again = opened("import", "env", "-", "--yes", "--only", "resci", stdin=lines.encode())
    assert again.err.rstrip().endswith("nothing changed")
    assert opened("import", "env", "shop/.env", "--yes").err.rstrip().endswith("nothing changed")
    found = variables_of(opened, "shop")
    assert sorted(found) == ["JWT_SECRET", "NEXCRED_SHOP_MAKEFLAGS", "TF_VAR_region"]
    assert opened("run", "-c", "shop", "--", "printenv", "PORT").out == "8080\n"
