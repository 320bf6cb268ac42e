"""Connections of Snowflake's programs and of SnowSQL, as their documentation describes them."""

import pytest

from nexcred.errors import InvalidData
from nexcred.services.importing.files import SourceFile
from nexcred.services.importing.request import ImportRequest
from nexcred.services.importing.sources import SOURCES
from tests.support.import_readings import SomeFiles
from tests.support.made_values import private_key
from tests.unit.services.importing.tools.reading import read, told

PEM = private_key()
CONNECTIONS = """
[keys]
account = "myorg-acc1"
user = "ada"
authenticator = "SNOWFLAKE_JWT"
private_key_file = "/k.p8"
private_key_file_pwd = "x-EXAMPLE"
database = "D"
[typed]
account = "myorg-acc1"
user = "ada"
password = "p-EXAMPLE"
[sso]
account = "a"
user = "ada"
authenticator = "externalbrowser"
"""


def test_connections_of_snowflake() -> None:
    files = SomeFiles()
    files.texts = {"/k.p8": PEM.encode()}
    reading = read("snowflake", CONNECTIONS, "connections.toml", files=files)
    assert told(reading) == {
        "keys": (
            "snowflake",
            {"account": "myorg-acc1", "username": "ada", "private_key": PEM, "private_key_passphrase": "x-EXAMPLE"},
        ),
        "typed": ("secret", {"account": "myorg-acc1", "username": "ada", "password": "p-EXAMPLE"}),
    }
    assert reading.notes == ("left out, since they hold no secret: sso",)


def test_config_of_snowflake_and_snowsql() -> None:
    config = '[connections.a]\naccount = "x"\nuser = "u"\npassword = "p-EXAMPLE"\n[cli.logs]\nsave_logs = true\n'
    wanted = {"a": ("secret", {"account": "x", "username": "u", "password": "p-EXAMPLE"})}
    assert told(read("snowflake", config, "config.toml")) == wanted
    assert told(read("snowflake", config)) == wanted
    old = "[connections]\n#comment\n[connections.a]\naccountname = x\nusername = u\npassword = 'p-EXAMPLE'\n"
    assert told(read("snowflake", old)) == wanted
    with pytest.raises(InvalidData, match="line:1 is not TOML"):
        read("snowflake", "= nonsense")


def test_where_there_is_a_connections_file_its_tools_read_no_other() -> None:
    files = (
        SourceFile("a", b'[x]\naccount="a"\npassword="p-EXAMPLE"\n', "connections.toml"),
        SourceFile("b", b'[connections.y]\naccount="a"\npassword="p-EXAMPLE"\n', "config.toml"),
    )
    assert list(told(SOURCES["snowflake"].read_all(ImportRequest(files)))) == ["x"]
