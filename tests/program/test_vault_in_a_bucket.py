"""A vault in a bucket, used by the whole program from homes of its own, over ways that go wrong."""

import json
import shutil
from pathlib import Path

import pyte
import pytest

from nexcred.vault.checkpoint import read_checkpoint
from nexcred.vault.identity import Identity
from tests.support.bucket_machines import Place, add, joined, machine, place, value
from tests.support.bucket_writers import LOGIN, open_vault
from tests.support.forging import rewrite_overview
from tests.support.opened import Opened
from tests.support.program import Program
from tests.support.standins import Answer
from tests.support.standins.exchange import Received
from tests.support.standins.server import StandIn
from tests.support.terminal import Typed, lines_of, play

__all__ = ["place"]


def test_two_machines_share_a_vault(place: Place, tmp_path: Path) -> None:
    bob = joined(place, tmp_path, "bob")
    checkpoint = {"NEXCRED_CHECKPOINT": place.ada("vault", "checkpoint").out.strip()}
    assert bob("list", environment=checkpoint).code == 0
    assert value(bob, "prod").code == 10
    assert place.ada("share", "prod", "--with", "bob").code == 0
    assert value(bob, "prod").out == "EXAMPLE-prod"
    assert add(bob, "bobs").code == 0
    assert "bobs" in place.ada("list").out
    assert bob("vault", "tidy").code == 10
    assert place.ada("vault", "verify").code == 0


def test_new_keys_go_on(place: Place) -> None:
    done = place.ada("vault", "rekey", "-o", "new-identity")
    assert done.code == 0, done.err
    assert value(place.ada, "prod").code == 10
    place.ada.environment["NEXCRED_IDENTITY_FILE"] = str(place.ada.home / "new-identity")
    assert value(place.ada, "prod").out == "EXAMPLE-prod"
    assert add(place.ada, "later").code == 0


def test_a_backup_begins_another_folder(place: Place) -> None:
    ada = place.ada
    assert ada("vault", "backup", "b.db").code == 0
    assert add(ada, "later").code == 0
    done = ada("vault", "restore-backup", "b.db", "--yes")
    assert done.code == 0, done.err
    assert value(ada, "prod").out == "EXAMPLE-prod"
    assert value(ada, "later").code == 3
    assert len({key.split("/")[1] for key in place.served.memory.objects if "/item/" in key}) == 2
    place.served.memory.later(days=3)
    done = ada("vault", "tidy")
    assert done.code == 0, done.err
    assert len({key.split("/")[1] for key in place.served.memory.objects if "/item/" in key}) == 1
    assert ada("vault", "verify").code == 0


def test_a_clock_of_the_bucket_that_jumps_by_years_loses_nothing(place: Place) -> None:
    """By it is told what may be deleted: what was dropped, and what nothing leads to."""
    ada, memory = place.ada, place.served.memory
    for number, days in enumerate((3_650, -7_300, 3_650)):
        memory.later(days=days)
        assert add(ada, f"name {number}").code == 0
        changed = ada("update", "prod", "--set", "api_key=-", "--no-probe", stdin=f"EXAMPLE-{number}".encode())
        assert changed.code == 0, changed.err
        tidied = ada("vault", "tidy")
        assert tidied.code == 0, tidied.err
        assert value(ada, "prod") == (0, f"EXAMPLE-{number}", "")
        assert ada("vault", "verify").code == 0
    assert [value(ada, f"name {number}").out for number in range(3)] == [f"EXAMPLE-name {n}" for n in range(3)]


def test_what_one_person_spoilt_keeps_no_owner_from_tidying(place: Place, tmp_path: Path) -> None:
    ada, served = place.ada, place.served
    changed = ada("update", "prod", "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": "EXAMPLE-2"})
    assert changed.code == 0, changed.err
    bob = joined(place, tmp_path, "bob")
    seen = read_checkpoint(ada("vault", "checkpoint").out.strip())
    identity = Identity.parse((bob.home / "identity").read_text()).bind(seen.vault_id, seen.floor)
    liar = open_vault(served.url, tmp_path / "liar", identity)
    rewrite_overview(liar, "prod", lambda old: {"access": old.access._replace(signer=liar.state.me.id)})
    served.memory.later(days=3)
    done = ada("vault", "tidy")
    assert done.code == 0, done.err
    assert not done.out.startswith("deleted 0 ")
    assert "'prod'" in done.err
    assert "signed by bob, who may not say that" in done.err
    assert value(ada, "prod").code == 9
    settled = ada("vault", "settle", "prod", "--with", "ada", "--yes")
    assert settled.code == 0, settled.err
    assert value(ada, "prod").out == "EXAMPLE-2"
    assert ada("get", "prod/api_key", "--revision", "1").out == "EXAMPLE-prod"
    assert ada("vault", "verify").code == 0


def test_other_vaults_have_nothing_to_tidy(opened: Opened) -> None:
    done = opened("vault", "tidy")
    assert (done.code, "nothing to tidy" in done.out) == (0, True)
    assert json.loads(opened("vault", "tidy", "--json").out) == {"removed": 0, "bytes": 0, "left": 0}


def test_a_passphrase_opens_it_here_and_is_not_in_the_bucket(place: Place, tmp_path: Path) -> None:
    passphrase = "correct horse EXAMPLE staple"
    other = {"NEXCRED_VAULT": place.served.url.replace("/vault?", "/other?"), "NEXCRED_PASSPHRASE": passphrase}
    del place.ada.environment["NEXCRED_IDENTITY_FILE"]
    done = place.ada("vault", "init", environment=other)
    assert done.code == 0, done.err
    assert place.ada("list", environment=other).code == 0
    bob, _ = machine(tmp_path, place.served, "bob")
    del bob.environment["NEXCRED_IDENTITY_FILE"]
    elsewhere = bob("list", environment=other)
    assert (elsewhere.code, "no passphrase on this machine" in elsewhere.err) == (6, True), elsewhere.err


def test_without_its_region_it_is_the_same_vault(place: Place) -> None:
    other = {"NEXCRED_VAULT": place.served.url.replace("region=eu-central-1&", ""), "AWS_REGION": "eu-central-1"}
    first = place.ada("list", environment=other)
    assert (first.code, "another place of a vault that is known here" in first.err) == (0, True), first.err
    changed = place.ada("rename", "prod", "other", environment=other)
    assert (changed.code, changed.err) == (0, ""), changed.err
    assert value(place.ada, "other").out == "EXAMPLE-prod"


def test_the_last_state_is_read_without_asking(place: Place) -> None:
    assert value(place.ada, "prod").code == 0
    asked = len(place.served.memory.asked)
    offline = place.ada("get", "prod/api_key", "--offline")
    assert (offline.code, offline.out) == (0, "EXAMPLE-prod"), offline.err
    assert "the vault as it was" in offline.err
    assert place.ada("vault", "tidy", "--offline").code == 1
    assert len(place.served.memory.asked) == asked


def test_tab_knows_what_was_read_here_and_asks_nobody(place: Place, tmp_path: Path) -> None:
    bob, asked = joined(place, tmp_path, "bob"), place.served.memory.asked
    before = len(asked)
    known = place.ada("complete", "fish", "--", "show", "")
    assert (known.code, known.out, known.err) == (0, "words\nprod\trest\n", "")
    nothing = bob("complete", "fish", "--", "show", "")
    assert (nothing.code, nothing.out, nothing.err) == (0, "words\n", "")
    assert len(asked) == before
    assert add(place.ada, "second").code == 0
    shutil.rmtree(place.ada.home / ".cache/nexcred")
    assert value(place.ada, "prod").code == 0
    in_part = place.ada("complete", "fish", "--", "show", "")
    assert (in_part.code, in_part.out, in_part.err) == (0, "words\n", "")


class Sts(StandIn):
    """Grants a role to whoever signs for it."""

    def answer(self, request: Received) -> Answer:
        assert "Credential=EXAMPLE-base/" in request.headers["authorization"]
        assert request.form["Action"] == "AssumeRole"
        keys = {"AccessKeyId": "EXAMPLE-id", "SecretAccessKey": "EXAMPLE-s", "SessionToken": "EXAMPLE-t"}
        told = "".join(f"<{name}>{value}</{name}>" for name, value in keys.items())
        granted = f"<Credentials>{told}<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
        answer = f"<AssumeRoleResponse><AssumeRoleResult>{granted}</AssumeRoleResult></AssumeRoleResponse>"
        return Answer(200, answer.encode(), (("content-type", "text/xml"),))


def test_what_botocore_runs_is_given_nothing_that_opens_the_vault(place: Place, tmp_path: Path) -> None:
    base = {"Version": 1, "AccessKeyId": "EXAMPLE-base", "SecretAccessKey": "EXAMPLE-base-secret"}
    (tmp_path / "program.sh").write_text(f"env > {tmp_path}/seen\ncat <<'END'\n{json.dumps(base)}\nEND\n")
    (tmp_path / "config").write_text(
        "[profile job]\nrole_arn = arn:aws:iam::000000000000:role/EXAMPLE\nsource_profile = base\n"
        f"region = eu-central-1\n[profile base]\ncredential_process = /bin/sh {tmp_path}/program.sh\n"
    )
    for name in LOGIN:
        del place.ada.environment[name]
    given = {"AWS_PROFILE": "job", "AWS_CONFIG_FILE": f"{tmp_path}/config", "NEXCRED_PASSPHRASE": "canary-EXAMPLE"}
    with Sts() as sts:
        ran = place.ada("get", "prod/api_key", environment={**given, "AWS_ENDPOINT_URL_STS": sts.url})
    assert (ran.code, ran.out) == (0, "EXAMPLE-prod"), ran.err
    seen = (tmp_path / "seen").read_text()
    assert "AWS_PROFILE=job" in seen
    assert "NEXCRED_" not in seen


def test_a_locked_vault_that_has_the_login_is_named(place: Place) -> None:
    ada, passphrase = place.ada, "four random words EXAMPLE"
    mine = Program(ada.home, NEXCRED_PASSPHRASE=passphrase, HELD=LOGIN["AWS_SECRET_ACCESS_KEY"])
    assert mine("vault", "init").code == 0
    keys = ("--set", f"access_key_id={LOGIN['AWS_ACCESS_KEY_ID']}", "--set", "secret_access_key=env:HELD")
    kept = mine("add", "s3", "login", *keys, "--no-probe")
    assert kept.code == 0, kept.err
    assert ada("vault", "add", "lake", place.served.url, "--credential", "personal:login").code == 0
    for name in LOGIN:
        del ada.environment[name]
    ada.environment["NEXCRED_VAULT"] = "lake"
    ran = ada("list", environment={"NEXCRED_NO_INPUT": "1"})
    assert ran.code == 6
    assert "the login lies in the vault 'personal': the vault is locked" in ran.err
    assert "nexcred vault unlock --vault personal" in ran.err
    screen, typed = pyte.Screen(110, 30), [Typed("Passphrase of the vault 'personal'", f"{passphrase}\r")]
    ended = play(ada.command("list"), typed, screen, environment=ada.environment, folder=ada.home)
    shown = lines_of(screen)
    assert (ended.code, any("prod" in line for line in shown)) == (0, True), shown


@pytest.mark.parametrize(
    ("query", "variables", "host"),
    [
        ("?region=eu-central-1", {}, "sts.eu-central-1.amazonaws.com"),
        ("?region=eu-central-1", {"AWS_REGION": "us-west-2"}, "sts.eu-central-1.amazonaws.com"),
        ("?region=cn-north-1", {}, "sts.cn-north-1.amazonaws.com.cn"),
        ("", {"AWS_REGION": "us-west-2"}, "sts.us-west-2.amazonaws.com"),
        ("?region=eu-central-1", {"AWS_ENDPOINT_URL_STS": "https://sts.example.com"}, "sts.example.com"),
    ],
)
def test_a_token_is_shown_in_the_region_of_the_bucket(
    opened: Opened, query: str, variables: dict[str, str], host: str
) -> None:
    (opened.home / "token").write_text("EXAMPLE.jwt")
    job = {"AWS_ROLE_ARN": "arn:EXAMPLE:role", "AWS_WEB_IDENTITY_TOKEN_FILE": f"{opened.home}/token"}
    nobody = {"HTTPS_PROXY": "http://127.0.0.1:9", "NEXCRED_VAULT": f"s3://example-bucket/vault{query}"}
    ran = opened("list", environment={**job, **nobody, **variables})
    assert ran.code == 1
    assert f"the login cannot be asked for at https://{host}: " in ran.err


def test_a_key_in_the_url_is_not_repeated(place: Place) -> None:
    done = place.ada("list", "--vault", "s3://EXAMPLE-id:EXAMPLE-secret@bucket/vault")
    assert (done.code, "EXAMPLE" in done.err) == (2, False)
    assert "holds no key" in done.err
