"""Every labelled answer of a database, really given to the driver and asked for as a probe does."""

import pytest

from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_values
from nexcred.model.credential import Details
from nexcred.services.proving.prober import Prober
from tests.labelled.database_servers import script_of
from tests.labelled.table import Row, rows
from tests.unit.databases.hostile import serving

CONNECTORS = {"postgresql": "postgres", "mysql": "mysql"}


@pytest.mark.parametrize("row", rows("database"), ids=lambda row: f"{row.place} {row.what}")
def test_a_login_is_judged_as_labelled(row: Row) -> None:
    connector = load_connector(CONNECTORS[row.scheme])
    method = connector.methods[0]
    with serving(script_of(row.said)) as port:
        given = {"host": "127.0.0.1", "port": port, "username": "ada", "password": "pw-EXAMPLE", "sslmode": "disable"}
        values = check_values(connector, method, {**given, "database": "analytics", **row.values})
        details = Details(connector.name, connector.digest, method.name, (), values)
        result = Prober({}).probe(method, details)
    assert (result.status.value, result.detail) == (row.verdict, row.reason), row.source
