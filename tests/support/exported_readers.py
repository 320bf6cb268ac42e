"""What other programs find in a file that was exported for them: read by them, or by their own rules."""

import configparser
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import yaml
from dotenv import dotenv_values

Values = dict[str, Any]
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/home-of-EXAMPLE"}

_OF_SHELLS = ("_", "PWD", "OLDPWD", "SHLVL", "USER")


def text_of(path: Path) -> str:
    """Return the text with its line ends as they are."""
    return path.read_bytes().decode()


def of_runner(path: Path) -> Values:
    return runner_values(text_of(path))


def runner_values(text: str) -> Values:
    """Read by the rules of GitHub's runner: a value ends at a line that is the word its first line said."""
    found: Values = {}
    lines = iter(text.split("\n"))
    for line in lines:
        name, mark, delimiter = line.partition("<<")
        if not mark:
            assert line == ""
            continue
        value = []
        for inside in lines:
            if inside == delimiter:
                break
            value.append(inside)
        found[name] = "\n".join(value)
    return found


def of_shell(*command: str) -> Callable[[Path], Values]:
    def read(path: Path) -> Values:
        """Return what a shell has set besides what it had before, and see that it did nothing else."""
        done = subprocess.run([*command, str(path)], capture_output=True, env=ENVIRONMENT, cwd=path.parent, check=True)
        assert (done.stderr, done.returncode) == (b"", 0)
        assert [each.name for each in path.parent.iterdir()] == [path.name]
        pairs = (entry.partition("=") for entry in done.stdout.decode().split("\0") if entry)
        return {name: value for name, _, value in pairs if name not in (*ENVIRONMENT, *_OF_SHELLS)}

    return read


def of_nexla(path: Path) -> Values:
    body = json.loads(path.read_text())
    assert set(body) <= {"name", "description", "credentials_type", "credentials", "method"}
    return dict(body["credentials"])


def of_dbt(path: Path) -> Values:
    """Read as dbt does: YAML, and every value as a template in which a variable of the environment can be had."""

    def env_var(name: str) -> str:
        raise AssertionError(f"{name} was read")

    (profile,) = yaml.safe_load(path.read_text()).values()
    ((_, output),) = profile["outputs"].items()
    output.pop("sslrootcert", None)
    assert set(output) == {"type", "host", "port", "user", "password", "dbname", "sslmode", "schema", "threads"}
    templates = jinja2.Environment()
    rendered = {
        key: templates.from_string(text, {"env_var": env_var}).render() if isinstance(text, str) else text
        for key, text in output.items()
    }
    assert "DBT_SECRET_START" not in str(rendered)
    assert (rendered.pop("type"), rendered.pop("schema"), rendered.pop("threads")) == ("postgres", "public", 4)
    names = {"user": "username", "dbname": "database"}
    return {names.get(key, key): value for key, value in rendered.items()}


def of_pgpass(path: Path) -> Values:
    """Read as libpq does (fe-connect.c, passwordFromFile): a backslash makes the next character stand for itself."""
    text = text_of(path)
    assert text.count("\n") == 1
    assert not text.startswith(("#", "*"))
    parts, rest = [""], iter(text.removesuffix("\n"))
    for character in rest:
        if character == ":" and len(parts) < 5:
            parts.append("")
        else:
            parts[-1] += next(rest) if character == "\\" else character
    return dict(zip(("host", "port", "database", "username", "password"), parts, strict=True))


def of_pg_service(path: Path) -> Values:
    """Read as libpq does (fe-connect.c, parseServiceFile): lines of `key=value`, which lose blanks at their end."""
    section, *lines = text_of(path).split("\n")
    assert section == "[one]"
    assert lines.pop() == ""
    names = {"user": "username", "dbname": "database"}
    pairs = (line.rstrip().partition("=") for line in lines)
    found = {names.get(key, key): value for key, _, value in pairs}
    found.pop("sslrootcert", None)
    for key in ("hostaddr", "options"):  # what stands there empty is nothing
        if not found.get(key):
            found.pop(key, None)
    return found


def of_my_cnf(path: Path) -> Values:
    command = ["my_print_defaults", f"--defaults-file={path}", "client", "mysql"]
    printed = subprocess.run(command, capture_output=True, check=True).stdout.decode().removesuffix("\n")
    before, *found = re.split(r"(?:\A|\n)--(host|port|database|user|password|ssl-ca)=", printed)
    assert before == "--protocol=tcp"
    names = {"user": "username"}
    values = {names.get(key, key): value for key, value in zip(found[::2], found[1::2], strict=True)}
    values.pop("ssl-ca", None)
    return values


def of_aws(path: Path) -> Values:
    parser = configparser.RawConfigParser()
    parser.read_string(text_of(path))
    assert (parser.sections(), dict(parser.defaults())) == (["one"], {})
    names = {
        "aws_access_key_id": "access_key_id",
        "aws_secret_access_key": "secret_key",
        "aws_session_token": "session_token",
    }
    return {names.get(key, key): value for key, value in parser["one"].items()}


READERS: dict[str, Callable[[Path], Values]] = {
    "env": of_shell("sh", "-c", '. "$0"; env -0'),
    "fish": of_shell("fish", "-N", "-c", "source $argv[1]; env -0"),
    "dotenv": lambda path: dict(dotenv_values(path)),
    "gha": of_runner,
    "json": lambda path: dict(json.loads(path.read_text())["one"]),
    "yaml": lambda path: dict(yaml.safe_load(path.read_text())["one"]),
    "nexla": of_nexla,
    "pgpass": of_pgpass,
    "pg_service": of_pg_service,
    "my.cnf": of_my_cnf,
    "aws": of_aws,
    "dbt": of_dbt,
}
