"""Every source, once: its name, what it reads, and where it is when no file is named."""

from collections.abc import Callable

from nexcred.model.named_tuple import NamedTuple
from nexcred.services.importing.aws import read_aws
from nexcred.services.importing.dotenv import read_dotenv
from nexcred.services.importing.found import Reading
from nexcred.services.importing.my_cnf import read_my_cnf
from nexcred.services.importing.netrc import read_netrc
from nexcred.services.importing.nexla import read_nexla
from nexcred.services.importing.pg_service import read_pg_service
from nexcred.services.importing.pgpass import read_pgpass


class ImportSource(NamedTuple):
    """`default` is below the home folder; "" where a file must be named."""

    about: str
    read: Callable[[bytes], Reading]
    default: str = ""


SOURCES = {
    "nexla": ImportSource("bodies of Nexla's POST /data_credentials, one or an array", read_nexla),
    "env": ImportSource("a .env file; the connector is guessed by the names of its variables", read_dotenv),
    "aws": ImportSource("profiles with keys of the AWS tools", read_aws, ".aws/credentials"),
    "pgpass": ImportSource("PostgreSQL's password file", read_pgpass, ".pgpass"),
    "pgservice": ImportSource("PostgreSQL's connection service file", read_pg_service, ".pg_service.conf"),
    "mysql": ImportSource("an option file of MySQL and MariaDB", read_my_cnf, ".my.cnf"),
    "netrc": ImportSource("machines with a login, as REST APIs", read_netrc, ".netrc"),
}
