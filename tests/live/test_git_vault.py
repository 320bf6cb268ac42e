"""A vault in a repository behind sshd, behind https with a password, and with many who write at once."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.live.git_hosts import SshHost, answering, at_home, authority, https_host, ssh_host, with_helper
from tests.support.git_repository import BRANCH, bare_repository, git
from tests.support.program import Program, Ran
from tests.support.standins import Answer, Received, StandIn, faults
from tests.support.standins.authority import Authority
from tests.support.standins.exchange import Fault
from tests.support.standins.git import GitServer

__all__ = ["authority", "https_host", "ssh_host"]

SECRET = "canary-EXAMPLE"


def add(program: Program, name: str) -> Ran:
    return program("add", "resci", name, "--set", "api_key=-", "--no-probe", stdin=SECRET.encode())


def names(program: Program) -> set[str]:
    listed = program("list", "--json")
    assert listed.code == 0, listed.err
    return {entry["name"] for entry in json.loads(listed.out)}


def founded(program: Program) -> Program:
    """Make the vault, and one credential in it."""
    made = program("vault", "init", "--member", "ada", "-o", "me.identity")
    assert made.code == 0, made.err
    program.environment["NEXCRED_IDENTITY_FILE"] = str(program.home / "me.identity")
    added = add(program, "first")
    assert added.code == 0, added.err
    return program


def over_https(folder: Path, host: GitServer, authority: Authority, name: str = "ada") -> Program:
    address = f"git+https://{host.host}/vault.git?fresh=0s"
    program = at_home(folder, name, address, GIT_SSL_CAINFO=str(authority.bundle))
    return with_helper(program, answering(GitServer.password))


@pytest.mark.parametrize("form", ["address", "short_address"])
def test_from_two_homes_over_ssh(ssh_host: SshHost, tmp_path: Path, form: str) -> None:
    address = f"{getattr(ssh_host, form)}?fresh=0s"
    ada = founded(at_home(tmp_path, "ada", address, GIT_SSH_COMMAND=ssh_host.command))
    bob = at_home(tmp_path, "bob", address, GIT_SSH_COMMAND=ssh_host.command)
    public = bob("identity", "new", "bob", "--unbound", "-o", "me.identity").out.strip()
    bob.environment["NEXCRED_IDENTITY_FILE"] = str(bob.home / "me.identity")
    assert ada("member", "add", "bob", public, "--role", "member", "--yes").code == 0
    bob.environment["NEXCRED_CHECKPOINT"] = ada("vault", "checkpoint").out.strip()
    assert ada("share", "first", "--with", "bob").code == 0
    assert bob("get", "first/api_key").out == SECRET
    assert add(bob, "second").code == 0
    assert names(ada) == names(bob) == {"first", "second"}


def test_what_is_wrong_with_ssh_is_told(ssh_host: SshHost, tmp_path: Path) -> None:
    ada = founded(at_home(tmp_path, "ada", f"{ssh_host.address}?fresh=0s", GIT_SSH_COMMAND=ssh_host.command))
    refused = ada("list", environment={"GIT_SSH_COMMAND": f"{ssh_host.command} -i {ssh_host.folder}/other_key -F none"})
    assert (refused.code, refused.out) == (1, "")
    assert "refuses the login" in refused.err
    (ssh_host.folder / "known_hosts").write_text("")
    strange = ada("list")
    assert (strange.code, strange.out) == (1, "")
    assert "Host key verification failed" in strange.err


def test_over_https_with_a_password_that_git_keeps(https_host: GitServer, authority: Authority, tmp_path: Path) -> None:
    ada = founded(over_https(tmp_path, https_host, authority))
    assert ada("get", "first/api_key").out == SECRET
    assert ada("vault", "verify").code == 0
    with_helper(ada, answering("rotten-EXAMPLE"))
    refused = ada("list")
    assert (refused.code, refused.out) == (1, "")
    assert "refuses the login" in refused.err
    assert "rotten-EXAMPLE" not in refused.err


def test_a_certificate_of_nobody_is_refused_whatever_a_variable_says(
    https_host: GitServer, authority: Authority, tmp_path: Path
) -> None:
    ada = founded(over_https(tmp_path, https_host, authority))
    del ada.environment["GIT_SSL_CAINFO"]
    before = len(https_host.received)
    refused = ada("list", environment={"GIT_SSL_NO_VERIFY": "1"})
    assert refused.code == 1
    assert "certificate" in refused.err
    assert len(https_host.received) == before


def test_out_of_reach_the_last_values_are_read_with_a_warning(authority: Authority, tmp_path: Path) -> None:
    git("config", "http.receivepack", "true", folder=bare_repository(tmp_path))
    with GitServer(tmp_path, tls=authority.server_context()) as host:
        ada = founded(over_https(tmp_path, host, authority))
    read = ada("get", "first/api_key")
    assert (read.code, read.out) == (0, SECRET)
    assert "cannot be reached" in read.err
    assert "this is the vault as it was" in read.err
    written = add(ada, "second")
    assert (written.code, written.out) == (1, "")


@pytest.mark.parametrize("cut", [faults.hang_up(), faults.reset(), faults.broken_off()], ids=["end", "reset", "half"])
def test_so_they_are_where_the_line_is_cut(
    https_host: GitServer, authority: Authority, tmp_path: Path, cut: Fault
) -> None:
    ada = founded(over_https(tmp_path, https_host, authority))
    https_host.fault = cut
    read = ada("get", "first/api_key")
    assert (read.code, read.out, "this is the vault as it was" in read.err) == (0, SECRET, True), read.err
    written = add(ada, "second")
    assert (written.code, written.out, "cannot be reached" in written.err) == (1, "", True), written.err
    https_host.fault = None
    assert names(ada) == {"first"}


def test_a_redirect_is_not_followed(https_host: GitServer, authority: Authority, tmp_path: Path) -> None:
    class Elsewhere(StandIn):
        def answer(self, request: Received) -> Answer:
            return Answer(302, b"", (("Location", f"{https_host.url}{request.target}"),))

    with Elsewhere(tls=authority.server_context()) as elsewhere:
        ada = over_https(tmp_path, https_host, authority)
        ada.environment["NEXCRED_VAULT"] = f"git+https://{elsewhere.host}/vault.git"
        refused = ada("vault", "init", "-o", "me.identity")
    assert refused.code == 1
    assert "sends elsewhere" in refused.err
    assert https_host.received == []


def test_who_may_not_push_reads(https_host: GitServer, authority: Authority, tmp_path: Path) -> None:
    ada = founded(over_https(tmp_path, https_host, authority))
    https_host.fault = lambda request, proper: Answer(403, b"") if "receive-pack" in request.target else proper
    refused = add(ada, "second")
    assert (refused.code, refused.out) == (10, "")
    assert "may not" in refused.err
    assert names(ada) == {"first"}


@pytest.mark.parametrize("status", [500, 502, 503])
def test_an_answer_lost_after_the_write_is_settled(
    https_host: GitServer, authority: Authority, tmp_path: Path, status: int
) -> None:
    ada = founded(over_https(tmp_path, https_host, authority))

    def lose(request: Received, proper: Answer) -> Answer:
        return Answer(status, b"") if request.method == "POST" and "receive-pack" in request.target else proper

    https_host.fault = lose
    assert add(ada, "second").code == 0
    https_host.fault = None
    assert names(ada) == {"first", "second"}
    assert len(git("rev-list", BRANCH, folder=tmp_path / "https/vault.git").split()) == 3


def test_a_helper_that_is_nexcred_answers_from_another_vault_and_never_from_this_one(
    https_host: GitServer, authority: Authority, tmp_path: Path
) -> None:
    ada = founded(over_https(tmp_path, https_host, authority))
    own = at_home(tmp_path, "ada", "logins.db", NEXCRED_PASSPHRASE="passphrase of EXAMPLE")
    assert own("vault", "init").code == 0
    login = ("--method", "basic", "--set", f"base_url={https_host.url}", "--set", "username=ada", "--no-probe")
    given = own("add", "rest", "host", *login, "--set", "password=-", "--allow-host", https_host.host,
                stdin=GitServer.password.encode())  # fmt: skip
    assert given.code == 0, given.err
    helper = ada.home / "helper"
    calls = tmp_path / "calls"

    def help_from(variables: str) -> None:
        program = " ".join(ada.command("helper", "git"))
        helper.write_text(f'#!/bin/sh\necho "$1" >> {calls}\n{variables} exec {program} "$@"\n')
        helper.chmod(0o700)
        with_helper(ada, str(helper))

    help_from(f"NEXCRED_VAULT={ada.home}/logins.db NEXCRED_PASSPHRASE='passphrase of EXAMPLE'")
    assert ada("get", "first/api_key").out == SECRET
    calls.unlink()
    identity = ada.environment["NEXCRED_IDENTITY_FILE"]
    help_from(f"NEXCRED_VAULT='{ada.environment['NEXCRED_VAULT']}' NEXCRED_IDENTITY_FILE={identity}")
    refused = ada("get", "first/api_key", environment={"GIT_TERMINAL_PROMPT": "0"})
    assert (refused.code, refused.out) == (1, "")
    assert "refuses the login" in refused.err
    assert calls.read_text().split().count("get") == 1


def test_each_of_48_writes_by_16_writers_on_four_machines_is_there(tmp_path: Path) -> None:
    bare_repository(tmp_path)
    address = f"git+file://{tmp_path}/vault.git?fresh=0s"
    ada = founded(at_home(tmp_path, "ada", address))
    identity = ada.environment["NEXCRED_IDENTITY_FILE"]
    opens = {"NEXCRED_IDENTITY_FILE": identity, "NEXCRED_CHECKPOINT": ada("vault", "checkpoint").out.strip()}
    homes = [ada, *(at_home(tmp_path, f"home-{number}", address, **opens) for number in range(3))]
    # `busy` (exit 8) says that nothing was written.
    script = """for n in 1 2 3; do
        until printf %s EXAMPLE | {} add resci w$0-$n --set api_key=- --no-probe; do test $? = 8 || exit; done
    done"""
    writers = [
        subprocess.Popen(
            ["sh", "-c", script.format(" ".join(home.command())), str(writer)],
            env=home.environment,
            cwd=home.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for writer, home in zip(range(16), homes * 4, strict=True)
    ]
    for process in writers:
        _, told = process.communicate(timeout=300)
        assert process.returncode == 0, told
    assert names(ada) == {"first", *(f"w{writer}-{n}" for writer in range(16) for n in (1, 2, 3))}
    assert ada("vault", "verify").code == 0
