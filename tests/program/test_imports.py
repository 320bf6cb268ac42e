"""What is on the way of the commands that others start again and again: nothing slow, nothing of others."""

import sys

import pexpect
import pytest

from tests.support.imported import NEVER, imported
from tests.support.program import Program
from tests.support.program_fixtures import nexcred, vaulted
from tests.support.standins import Rest
from tests.support.standins.issuer import Issuer

__all__ = ["nexcred", "vaulted"]

# What asks a provider needs a connector's spec, decoded, and an HTTP client.
OFFLINE = NEVER | {"urllib3", "msgspec", "dataclasses", "email"}
# Of cryptography: what it imports for the question whether it has X25519.
OFFLINE |= {"cryptography.hazmat.backends"}
# They link a second OpenSSL, beside the one that opens the vault.
OFFLINE |= {"_hashlib", "_ssl"}
# What belongs to few records, or to none that these commands print.
OF_FEW = {"nexcred.model.lifecycle", "nexcred.vault.policy", "nexcred.vault.terms", "nexcred.vault.journal"}
OF_FEW |= {"nexcred.rotating", "nexcred.services.rotation", "nexcred.services.notices"}
# What is for writing, for names of vaults, for passphrases and for messages.
RARE = {"fcntl", "signal", "heapq", "nexcred.local.locking", "nexcred.local.fair_lines", "nexcred.vault.memory"}
RARE |= {"nexcred.model.span", "nexcred.model.suggest", "nexcred.unlock.slots", "nexcred.unlock.secret_file"}
RARE |= {"nexcred.project.spec", "nexcred.vault.in_parts", "nexcred.cli.app.command_table"}
RARE |= {"cryptography.hazmat.primitives.kdf"}
# What reads a command line that is not plain, and takes as long to import as all the rest of `get`.
PARSER = {"typer", "click", "nexcred.cli.app.command_loader"}
# Masked, it stays to say what it imported; otherwise it becomes the command.
RUN = ["run", "-c", "s3", "--mask", "--", "true"]
KUBE = ["helper", "kube", "rest"]
WAYS = [["--help"], ["list", "--json"], ["get", "s3/access_key_id"], ["helper", "aws", "s3"], KUBE, RUN]
ASKING = [["probe", "rest", "--json"], ["request", "rest", "me"]]


@pytest.mark.parametrize("arguments", WAYS, ids=" ".join)
def test_no_slow_library_isimported(vaulted: Program, arguments: list[str]) -> None:
    _add_keys(vaulted)
    needed = {"ctypes"} if arguments is RUN else set()  # no other way to prctl(2)
    assert not ((OFFLINE | OF_FEW) - needed) & imported(vaulted, arguments)


@pytest.mark.parametrize("arguments", [["get", "s3/access_key_id"], ["helper", "aws", "s3"], KUBE], ids=" ".join)
def test_a_value_is_read_without_what_few_branches_need(vaulted: Program, arguments: list[str]) -> None:
    _add_keys(vaulted)
    vaulted("list")  # what was written since is seen
    assert not RARE & imported(vaulted, arguments)


def test_a_long_list_imports_nothing_of_expiry_and_rotation(vaulted: Program) -> None:
    listing = "import sys\nimport nexcred.vault.fast_overview\nprint(*sys.modules, file=sys.stderr)"
    assert not OF_FEW & imported(vaulted, [], listing=listing)


def test_a_kept_token_needs_no_spec(vaulted: Program) -> None:
    with Issuer() as issuer:
        place = {"base_url": issuer.url, "token_url": issuer.token_url, "health_path": "/me"}
        fields = place | {"client_id": issuer.client_id, "client_secret": "-"}
        settings = [word for name, value in fields.items() for word in ("--set", f"{name}={value}")]
        kind = ("rest", "it", "--method", "client_credentials", "--allow-host", issuer.host)
        added = vaulted("add", *kind, *settings, stdin=issuer.client_secret.encode())
        assert added.code == 0, added.err
        assert vaulted("token", "it").code == 0
    for way in (["token", "it"], ["token", "it", "--json"], ["helper", "kube", "it"]):
        assert not OFFLINE & imported(vaulted, way)


_LIST_COMPILED = """
import sys
compiled = []
sys.addaudithook(lambda event, about: compiled.append(about) if event == "compile" else None)
from nexcred.cli.app.main import main
code = main(sys.argv[1:])
# A record's own way to be made is of the standard library.
print(*(text for text, file in compiled if file == "<string>" and b"_tuple_new(_cls" not in text), file=sys.stderr)
sys.exit(code)
"""


def test_get_compiles_no_type_in_quotes(vaulted: Program) -> None:
    _add_keys(vaulted)
    assert not imported(vaulted, ["get", "rest/api_key"], listing=_LIST_COMPILED)


_LIST_COSTLY_RECORDS = """
import sys, typing
from nexcred.cli.app.main import main
code = main(sys.argv[1:])
modules = [module for name, module in sys.modules.items() if name.startswith("nexcred.")]
kinds = {kind for module in modules for kind in vars(module).values() if isinstance(kind, type)}
costly = [kind for kind in kinds if typing.NamedTuple in getattr(kind, "__orig_bases__", ())]
print(*(f"{kind.__module__}.{kind.__name__}" for kind in costly), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("arguments", [["get", "rest/api_key"], ["list", "--json"], KUBE], ids=" ".join)
def test_no_record_compiles_its_constructor(vaulted: Program, arguments: list[str]) -> None:
    _add_keys(vaulted)
    below_the_model = {"nexcred.errors.Problem"}
    assert imported(vaulted, arguments, listing=_LIST_COSTLY_RECORDS) == below_the_model


PLAIN = [
    ["--help"],
    ["get", "s3/access_key_id"],
    ["list", "--json"],
    RUN,
    ["helper", "aws", "s3"],
    ["helper", "git", "get"],
    ["helper", "docker", "list"],
    KUBE,
    ["token", "rest"],  # which has none
]
CODES = {"token": 2}
# What asks a provider, and takes half of all that it takes to hand out what is there.
HTTP = {"urllib3", "ssl", "http.client", "_hashlib"}


@pytest.mark.parametrize("arguments", PLAIN, ids=" ".join)
def test_plain_forms_do_without_the_parser(vaulted: Program, arguments: list[str]) -> None:
    _add_keys(vaulted)
    assert not (NEVER - {"ctypes"} | PARSER | HTTP) & imported(vaulted, arguments, code=CODES.get(arguments[0], 0))


@pytest.mark.parametrize("arguments", ASKING, ids=" ".join)
def test_asking_a_provider_imports_one_http_client_and_no_more(
    vaulted: Program, rest: Rest, arguments: list[str]
) -> None:
    fields = ("--set", f"base_url={rest.url}/v1", "--set", "health_path=/me", "--set", "api_key=-")
    added = vaulted("add", "rest", *fields, "--allow-host", rest.host, "--no-probe", stdin=rest.api_key.encode())
    assert added.code == 0, added.err
    modules = imported(vaulted, arguments)
    assert "http.client" in modules
    assert not (NEVER | PARSER | {"urllib3", "logging", "importlib.metadata", "dataclasses"}) & modules
    assert not {"hashlib", "hmac", "secrets", "cryptography.hazmat.primitives.asymmetric.rsa"} & modules
    assert not {"nexcred.connectors.language.toml_bounds", "nexcred.databases", "nexcred.connectors.lint"} & modules
    assert not {"xml", "typing_extensions", "inspect"} & modules
    if arguments[0] == "request":  # whose answer was a success
        assert not {"nexcred.probing.plan", "nexcred.connectors.guidance", "signal", "fcntl"} & modules


def test_what_reads_answers_is_imported_when_one_is_due(vaulted: Program) -> None:
    _add_keys(vaulted)
    modules = imported(vaulted, ["request", "rest", "https://elsewhere.example/me"], code=2)
    assert "nexcred.http.connected" in modules
    assert not {"http", "email"} & modules


def test_the_first_question_stands_there_before_anything_slow_is_imported(vaulted: Program) -> None:
    environment = {**vaulted.environment, "TERM": "xterm"}
    command = [sys.executable, "-X", "importtime", "-m", "nexcred", "add", "openai"]
    # Each module is told on the terminal as it is imported.
    with pexpect.spawn(command[0], command[1:], env=environment, cwd=vaulted.home, timeout=60) as child:
        child.expect_exact("Name")
        before = {line.rpartition(b"|")[2].strip().decode() for line in child.before.splitlines()}
        child.sendintr()
        child.expect(pexpect.EOF)
    assert child.exitstatus == 130
    assert "nexcred.vault.vault" in before
    assert not (OFFLINE | PARSER | HTTP | {"nexcred.connectors.language.spec"}) & before


def test_changing_a_value_without_a_probe_imports_no_http_client(vaulted: Program) -> None:
    fields = ("--set", "access_key_id=AKIAIOSFODNN7EXAMPLE", "--set", "secret_key=-")
    added = vaulted("add", "s3", *fields, "--no-probe", stdin=b"secret-key-EXAMPLE")
    assert added.code == 0, added.err
    modules = imported(vaulted, ["update", "s3", "--set", "region=eu-central-1", "--no-probe"])
    assert "msgspec" in modules
    assert not {*NEVER, "urllib3", "http", "ssl", "email"} & modules


_LIST_OF_EVERY_COMMAND = """
import contextlib, io, sys
from nexcred.cli.app.command_table import COMMANDS
from nexcred.cli.app.main import main
with contextlib.redirect_stdout(io.StringIO()):
    codes = {main([*name.split(), "--help"]) for name in COMMANDS}
print(*sys.modules, file=sys.stderr)
sys.exit(max(codes))
"""
# What `serve` and `ui` alone need, once they serve.
SERVING = {"nexcred.server", "starlette", "uvicorn", "h11", "anyio", "jinja2"}


def test_no_command_imports_the_service_before_it_serves(vaulted: Program) -> None:
    modules = imported(vaulted, [], listing=_LIST_OF_EVERY_COMMAND)
    assert {"nexcred.cli.commands.serve.command", "nexcred.cli.commands.ui", "nexcred.cli.commands.list"} <= modules
    assert not SERVING & modules


@pytest.mark.parametrize("arguments", [["list"], ["status"], ["serve", "token", "list"]], ids=" ".join)
def test_what_runs_beside_the_service_imports_nothing_of_it(vaulted: Program, arguments: list[str]) -> None:
    _add_keys(vaulted)
    made = vaulted("serve", "token", "new", "etl", "--may", "read:*")
    assert made.code == 0, made.err
    assert not SERVING & imported(vaulted, arguments)


def _add_keys(program: Program) -> None:
    fields = ("--set", "access_key_id=AKIAIOSFODNN7EXAMPLE", "--set", "secret_key=-", "--set", "region=eu-west-1")
    added = program("add", "s3", *fields, "--no-probe", stdin=b"secret-key-EXAMPLE")
    assert added.code == 0, added.err
    reach = ("--set", "base_url=https://api.example.com", "--set", "api_key=-", "--allow-host", "api.example.com")
    added = program("add", "rest", "--method", "bearer", *reach, "--no-probe", stdin=b"key-EXAMPLE")
    assert added.code == 0, added.err
