"""Case 54: what is exported comes back unchanged through the real shells and parsers, whatever is in it."""

import configparser
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import jinja2
import pytest
import yaml
from dotenv import dotenv_values
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nexcred.errors import InvalidData
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.services.exporting.aws_profile import write_aws_profile
from nexcred.services.exporting.dbt_profile import write_dbt_profile
from nexcred.services.exporting.documents import write_json, write_yaml
from nexcred.services.exporting.dotenv import write_dotenv
from nexcred.services.exporting.fish import write_fish
from nexcred.services.exporting.github_actions import write_environment, write_masks
from nexcred.services.exporting.powershell import quote, write_powershell
from nexcred.services.exporting.shell import write_shell
from tests.support.exported_readers import runner_values
from tests.support.exported_values import exported_of, secrets_as_variables

NASTY = [
    "$(touch /tmp/x) `id` ${HOME} $HOME",
    "it's \"quoted\" \\ and \\\\ \\' \\n",
    "two\nlines\n\n",
    "\r\n\ttabs and  spaces ",
    " leading #hash",
    "!history; & | > < * ? [a] {b} ~ = %PATH% \x1b[31m \x07",
    "'",
    "\\",
    "''\\''",
    "ünï ‘curly’ ‚quotes‛ 漢字 \U0001f511 \u2028 \u0085",
]
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
# A private character is fish's own sign for a byte that is no text.
FISHABLE = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Co"]), max_size=30)
DOTENV_TEXTS = st.text(st.sampled_from("'\"\\$`(){}#;&|<>!*?~ ab=\r\n\t\x1bé"), max_size=20) | TEXTS
SOME = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])


def variables_after(command: list[str]) -> dict[str, str]:
    """Return the environment that a shell hands to `env -0`."""
    done = subprocess.run(command, capture_output=True, check=True, env={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"})
    assert done.stderr == b""
    pairs = (entry.partition("=") for entry in done.stdout.decode().split("\0") if entry)
    return {name: value for name, _, value in pairs if name.startswith("V")}


def named(values: list[str]) -> dict[str, str]:
    return {f"V{index}_API_KEY": value for index, value in enumerate(values)}


@pytest.mark.parametrize("shell", ["sh", "bash", "dash", "zsh"])
@SOME
@given(values=st.lists(TEXTS, min_size=1, max_size=20))
@example(values=NASTY)
def test_case_54_posix_shells(shell: str, values: list[str], tmp_path: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"needs {shell}: apt-get install {shell}")
    (tmp_path / "exported").write_bytes(write_shell(secrets_as_variables(values)).encode())
    command = [shell, "-c", f'eval "$(cat {tmp_path}/exported)"; exec env -0']
    assert variables_after(command) == named(values)


@pytest.mark.skipif(not shutil.which("fish"), reason="install fish: apt-get install fish")
@SOME
@given(values=st.lists(FISHABLE, min_size=1, max_size=20))
@example(values=NASTY)
def test_case_54_fish(values: list[str], tmp_path: Path) -> None:
    (tmp_path / "exported").write_bytes(write_fish(secrets_as_variables(values)).encode())
    assert variables_after(["fish", "-N", "-c", f"source {tmp_path}/exported; env -0"]) == named(values)


@given(values=st.lists(TEXTS, min_size=1, max_size=20))
@example(values=NASTY[1:])
def test_case_54_dotenv(values: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Read back as python-dotenv reads by itself: it takes ${…} for a variable, which no quotes prevent."""
    exported = secrets_as_variables(values)
    if any(map(no_dotenv_can_hold, values)):
        with pytest.raises(InvalidData, match=r"readers of \.env files|no \.env file can"):
            write_dotenv(exported)
        return
    path = tmp_path_factory.getbasetemp() / "case54.env"
    path.write_bytes(write_dotenv(exported).encode())
    assert dotenv_values(path) == named(values)


def no_dotenv_can_hold(value: str) -> bool:
    return "${" in value or bool(set(value) & set("$`") and set(value) & set("'\r\n"))


@pytest.mark.parametrize("value", ["${HOME}", "it's $5", "`\n"])
def test_case_54_what_a_dotenv_reader_would_read_or_run_otherwise_is_refused_by_its_name(value: str) -> None:
    with pytest.raises(InvalidData, match="V1_API_KEY of 'v1' holds"):
        write_dotenv(secrets_as_variables(["plain", value]))


@SOME
@given(values=st.lists(DOTENV_TEXTS, min_size=1, max_size=20))
@example(values=["'; touch pwned #", "'\\' ; touch pwned #", '"; touch pwned #', "\\"])
def test_case_54_a_shell_that_reads_a_dotenv_file_runs_none_of_it(values: list[str], tmp_path: Path) -> None:
    """Many do `set -a; . ./.env`, though line breaks and some backslashes come to them as they are written."""
    kept = [value for value in values if not no_dotenv_can_hold(value)]
    written = write_dotenv(secrets_as_variables(kept))
    assert written.count("\n") == len(kept)
    (tmp_path / "exported").write_bytes(written.encode())
    for shell in ("bash", "dash"):
        found = variables_after([shell, "-c", f"set -a; . {tmp_path}/exported; exec env -0"])
        assert found.keys() == named(kept).keys()
        plain = {name: value for name, value in named(kept).items() if not set(value) & set("\r\n\\")}
        assert {name: found[name] for name in plain} == plain


@given(values=st.lists(TEXTS, min_size=1, max_size=20))
@example(values=NASTY)
def test_case_54_github_actions(values: list[str]) -> None:
    """Read back by the rules of the runner: a value ends at a line that is the word its first line said."""
    assert runner_values(write_environment(secrets_as_variables(values))) == named(values)


def test_case_54_masks_hold_every_line_of_a_secret_and_nothing_public() -> None:
    key = "-----BEGIN KEY-----\n50%EXAMPLE\r\n}\n-----END KEY-----\n"
    fields: dict[str, Secret | str] = {"api_key": Secret(key), "base_url": "https://api.example.com"}
    masks = write_masks([exported_of("rest", fields)])
    assert masks.splitlines() == [
        "::add-mask::-----BEGIN KEY-----%0A50%25EXAMPLE%0D%0A}%0A-----END KEY-----%0A",
        "::add-mask::-----BEGIN KEY-----",
        "::add-mask::50%25EXAMPLE",
        "::add-mask::-----END KEY-----",
    ]


@given(values=st.lists(TEXTS, min_size=1, max_size=20))
@example(values=NASTY)
def test_case_54_json_and_yaml(values: list[str]) -> None:
    exported = secrets_as_variables(values)
    wanted = {f"v{index}": {"api_key": value} for index, value in enumerate(values)}
    assert json.loads(write_json(exported)) == wanted
    assert yaml.safe_load(write_yaml(exported)) == wanted


def test_case_54_powershell_doubles_all_that_it_takes_for_a_quote() -> None:
    """By about_Quoting_Rules, since there is no PowerShell here."""
    assert quote("a'b‘c’d‚e‛f\"g$h`i") == "'a''b‘‘c’’d‚‚e‛‛f\"g$h`i'"
    assert write_powershell(secrets_as_variables(["x y"])) == "$env:V0_API_KEY = 'x y'\n"


def test_case_54_powershell_gets_no_line_break_since_it_reads_lines_and_joins_them_its_own_way() -> None:
    """By about_Special_Characters: a backtick makes what follows it stand for itself, or for a line break."""
    assert quote("a'b\"c“d”e„f$g`h\r\n\r") == '"a\'b`"c`“d`”e`„f`$g``h`r`n`r"'


PRINTABLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40)


@given(key=PRINTABLE, secret=PRINTABLE)
def test_case_54_aws_profiles(key: str, secret: str) -> None:
    """Read back as botocore does: by this parser, with these settings."""
    fields: Mapping[str, Secret | str] = {"access_key_id": key, "secret_key": Secret(secret), "region": "eu-central-1"}
    parser = configparser.RawConfigParser()
    parser.read_string(write_aws_profile([exported_of("s3", fields, name="prod data")]))
    profile = parser["prod data"]
    assert (profile["aws_access_key_id"], profile["aws_secret_access_key"]) == (key, secret)


@given(password=TEXTS)
@example(password="{{ env_var('HOME') }} it's \\ {% x %} \n")
def test_case_54_dbt(password: str) -> None:
    """Read back as dbt does: YAML, and then every value as a template of Jinja."""
    login: dict[str, Value] = {"host": "h", "port": 5432, "database": "d", "username": "u"}
    written = write_dbt_profile([exported_of("postgres", {**login, "password": Secret(password)})])
    profile = yaml.safe_load(written)["one"]
    output = profile["outputs"][profile["target"]]
    assert jinja2.Environment().from_string(output["password"]).render() == password
    assert (output["port"], output["type"], output["sslmode"]) == (5432, "postgres", "verify-full")
