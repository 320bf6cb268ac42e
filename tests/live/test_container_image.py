"""The image reads a shared vault as a user whom nobody knows, on a read-only root, by an identity in a Secret."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.live.container_image import Image
from tests.live.postgresql_vault import Schema, keeper, schema
from tests.live.wheelhouse import wheelhouse
from tests.support.git_repository import bare_repository, git
from tests.support.program import Program
from tests.support.standins.authority import Authority
from tests.support.standins.git import GitServer

__all__ = ["keeper", "schema", "wheelhouse"]
SECRET = "canary-EXAMPLE"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory, wheelhouse: Path) -> Image:
    unshare = shutil.which("unshare")
    tried = unshare and subprocess.run([unshare, "-Urm", "true"], capture_output=True, check=False).returncode == 0
    if not tried:
        pytest.skip("needs unshare, and namespaces for every user: apt-get install util-linux")
    return Image(tmp_path_factory.mktemp("image"), wheelhouse)


def identity_for_a_pod(program: Program) -> str:
    """Have the owner of a vault add two credentials, and let a pod open one."""
    for name in ("load", "other"):
        added = program("add", "resci", name, "--set", "api_key=-", "--no-probe", stdin=SECRET.encode())
        assert added.code == 0, added.err
    made = program("identity", "new", "pod", "--grant", "load", "-o", "pod.identity")
    assert made.code == 0, made.err
    return (program.home / "pod.identity").read_text()


def reads_its_own(image: Image, identity: str, *files: Path, **given: str) -> str:
    """Have a pod read what it may, and nothing else; return what was said beside the value."""
    given = {"NEXCRED_IDENTITY_FILE": "/run/nexcred/identity", **given}
    ran = image.run("get", "load/api_key", secret=identity, files=files, **given)
    assert (ran.returncode, ran.stdout) == (0, SECRET), ran.stderr
    other = image.run("get", "other/api_key", secret=identity, files=files, **given)
    assert (other.returncode, other.stdout) == (10, ""), other.stderr
    words = ("run", "-c", "load", "--", "sh", "-c", "id -u; echo $RESCI_API_KEY")
    handed = image.run(*words, secret=identity, files=files, **given)
    assert (handed.returncode, handed.stdout) == (0, f"12345\n{SECRET}\n"), handed.stderr
    return ran.stderr


def test_the_image_is_for_no_particular_user(image: Image) -> None:
    assert image.made.user == "65532:65532"
    tried = image.run("--version")
    assert (tried.returncode, tried.stderr) == (0, "")
    image.made.entrypoint, kept = (), image.made.entrypoint
    try:
        written = image.run("sh", "-c", "touch /opt/nexcred/x || touch /x || touch /run/x")
        assert (written.returncode, written.stderr.count("Read-only file system")) == (1, 3)
    finally:
        image.made.entrypoint = kept


def test_it_reads_a_vault_in_postgresql(image: Image, keeper: Program, schema: Schema) -> None:
    identity = identity_for_a_pod(keeper)
    login = schema.environment()
    reads_its_own(image, identity, schema.server.ca, NEXCRED_VAULT=schema.url(), **login)


def test_it_reads_a_vault_in_git(image: Image, tmp_path: Path) -> None:
    """Git asks for the password by a program, as there is no home with a setting of git's."""
    authority = Authority(tmp_path)
    git("config", "http.receivepack", "true", folder=bare_repository(tmp_path))
    ask = tmp_path / "ask"
    ask.write_text(f"#!/bin/sh\ncase $1 in User*) echo {GitServer.username};; *) echo {GitServer.password};; esac\n")
    ask.chmod(0o755)
    with GitServer(tmp_path, tls=authority.server_context()) as server:
        given = {
            "NEXCRED_VAULT": f"git+{server.url}/vault.git",
            "GIT_SSL_CAINFO": str(authority.bundle),
            "GIT_ASKPASS": str(ask),
        }
        owner = Program(tmp_path / "owner", NEXCRED_NO_INPUT="1", **given)
        owner.home.mkdir()
        made = owner("vault", "init", "--organisation", "acme", "--member", "ada", "-o", "me.identity")
        assert made.code == 0, made.err
        owner.environment["NEXCRED_IDENTITY_FILE"] = str(owner.home / "me.identity")
        reads_its_own(image, identity_for_a_pod(owner), authority.bundle, ask, **given)
