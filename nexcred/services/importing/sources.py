"""Every source, once: its name, what it reads, and where its own tools look for it."""

from collections.abc import Callable, Mapping, Sequence

from nexcred.model.named_tuple import NamedTuple
from nexcred.services.importing.aws import aws_places, read_aws_files
from nexcred.services.importing.dotenv import read_dotenv_file
from nexcred.services.importing.files import FilePlace, NamedFiles, NoFiles, SourceFile
from nexcred.services.importing.found import Reading
from nexcred.services.importing.my_cnf import my_cnf_places, read_my_cnf_files
from nexcred.services.importing.netrc import netrc_places, read_netrc
from nexcred.services.importing.nexla import read_nexla
from nexcred.services.importing.pg_service import pg_service_places, read_pg_service_files
from nexcred.services.importing.pgpass import pgpass_places, read_pgpass


class ImportSource(NamedTuple):
    """`places` are the files that its tools read in this environment; None where a file must be named."""

    about: str
    read_files: Callable[[Sequence[SourceFile], NamedFiles], Reading]
    places: Callable[[Mapping[str, str]], Sequence[FilePlace]] | None = None

    def read(self, data: bytes) -> Reading:
        """Read one text by itself: no other file that it may name."""
        return self.read_files((SourceFile("FILE", data),), NoFiles())


def _of_one(read: Callable[[bytes], Reading]) -> Callable[[Sequence[SourceFile], NamedFiles], Reading]:
    """Make a reader of one file one of files, of which there is one."""

    def read_files(files: Sequence[SourceFile], _: NamedFiles) -> Reading:
        return read(files[0].data)

    return read_files


def _read_env(files: Sequence[SourceFile], _: NamedFiles) -> Reading:
    return read_dotenv_file(files[0])


SOURCES = {
    "nexla": ImportSource("bodies of Nexla's POST /data_credentials, one or an array", _of_one(read_nexla)),
    "env": ImportSource(
        "a .env file; connectors are guessed by the names of its variables, and the rest is one secret", _read_env
    ),
    "aws": ImportSource("profiles with keys of the AWS tools", read_aws_files, aws_places),
    "pgpass": ImportSource("PostgreSQL's password file", _of_one(read_pgpass), pgpass_places),
    "pgservice": ImportSource("PostgreSQL's connection service file", read_pg_service_files, pg_service_places),
    "mysql": ImportSource("an option file of MySQL and MariaDB", read_my_cnf_files, my_cnf_places),
    "netrc": ImportSource("machines with a login, as REST APIs", _of_one(read_netrc), netrc_places),
}
