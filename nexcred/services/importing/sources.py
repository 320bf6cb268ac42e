"""Every source, once: its name, what it reads, and where its own tools look for it."""

from collections.abc import Callable, Mapping, Sequence

from nexcred.model.named_tuple import NamedTuple
from nexcred.services.importing.aws import aws_places, read_aws_files
from nexcred.services.importing.dotenv import read_dotenv_file
from nexcred.services.importing.files import FilePlace, NamedFiles, SourceFile
from nexcred.services.importing.found import Reading
from nexcred.services.importing.managers.bitwarden import read_bitwarden
from nexcred.services.importing.managers.gopass import read_gopass
from nexcred.services.importing.managers.keepass import read_keepass
from nexcred.services.importing.managers.onepassword import read_onepassword
from nexcred.services.importing.managers.openbao import read_openbao
from nexcred.services.importing.managers.password_store import read_pass
from nexcred.services.importing.managers.table import read_table
from nexcred.services.importing.my_cnf import my_cnf_places, read_my_cnf_files
from nexcred.services.importing.netrc import netrc_places, read_netrc
from nexcred.services.importing.nexla import read_nexla
from nexcred.services.importing.pg_service import pg_service_places, read_pg_service_files
from nexcred.services.importing.pgpass import pgpass_places, read_pgpass
from nexcred.services.importing.request import ImportRequest
from nexcred.services.importing.tools.airflow import read_airflow
from nexcred.services.importing.tools.databricks import databricks_places, read_databricks
from nexcred.services.importing.tools.dbt import dbt_places, read_dbt
from nexcred.services.importing.tools.gcloud import gcloud_places, read_gcloud
from nexcred.services.importing.tools.snowflake import read_snowflake, snowflake_places

_Places = Callable[[Mapping[str, str]], Sequence[FilePlace]]


class ImportSource(NamedTuple):
    """`places` are the files that its tools read in this environment; None where a file must be named.

    One that `asks` is read without a file too: by its own program, of its folder, or from the environment; one that
    `takes_place` also where what is named is no file, but a folder or a path of its own.
    """

    about: str
    read_all: Callable[[ImportRequest], Reading]
    places: _Places | None = None
    asks: bool = False
    takes_place: bool = False

    def read(self, data: bytes) -> Reading:
        """Read one text by itself: no other file that it may name, and nothing that is asked for."""
        return self.read_all(ImportRequest((SourceFile("FILE", data),)))


def _of_one(about: str, read: Callable[[bytes], Reading], places: _Places | None = None) -> ImportSource:
    """Make a source of what one file says."""
    return ImportSource(about, lambda request: read(request.data), places)


def _of_files(about: str, read: Callable[[Sequence[SourceFile], NamedFiles], Reading], places: _Places) -> ImportSource:
    """Make a source of what several files say together, and those that they name."""
    return ImportSource(about, lambda request: read(request.files, request.beside), places)


SOURCES = {
    "nexla": _of_one("bodies of Nexla's POST /data_credentials, one or an array", read_nexla),
    "env": ImportSource(
        "a .env file; connectors are known by names of variables, hosts and forms of keys; the rest is one secret",
        lambda request: read_dotenv_file(request.files[0]),
    ),
    "aws": _of_files("profiles with keys of the AWS tools", read_aws_files, aws_places),
    "pgpass": _of_one("PostgreSQL's password file", read_pgpass, pgpass_places),
    "pgservice": _of_files("PostgreSQL's connection service file", read_pg_service_files, pg_service_places),
    "mysql": _of_files("an option file of MySQL and MariaDB", read_my_cnf_files, my_cnf_places),
    "netrc": _of_one("machines with a login, as REST APIs", read_netrc, netrc_places),
    "pass": ImportSource("the password store, by pass", read_pass, asks=True, takes_place=True),
    "gopass": ImportSource("gopass's secrets, by gopass", read_gopass, asks=True, takes_place=True),
    "bitwarden": ImportSource("an export of Bitwarden: JSON, encrypted or not, or CSV", read_bitwarden),
    "1password": ImportSource("an export of 1Password (1PUX, CSV), or all items, by op", read_onepassword, asks=True),
    "keepass": ImportSource("a KeePass database (KDBX)", read_keepass),
    "csv": _of_one("a table with a heading, as browsers and password managers export it", read_table),
    "airflow": ImportSource("connections of Airflow: JSON, YAML, URIs", read_airflow, asks=True),
    "dbt": ImportSource("profiles.yml of dbt", read_dbt, dbt_places),
    "snowflake": ImportSource("connections of Snowflake's programs", read_snowflake, snowflake_places),
    "databricks": ImportSource("profiles of Databricks", read_databricks, databricks_places),
    "gcloud": ImportSource("keys of service accounts that gcloud uses", read_gcloud, gcloud_places),
    "openbao": ImportSource("KV secrets of OpenBao or Vault, by bao", read_openbao, asks=True, takes_place=True),
}
