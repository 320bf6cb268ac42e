import pytest

from nexcred.errors import InvalidData
from nexcred.services.importing.found import ImportCandidate, Unreadable
from tests.unit.services.importing.tools.reading import read


@pytest.mark.parametrize("source", ["airflow", "dbt", "snowflake", "databricks", "gcloud"])
def test_other_shapes_are_named_or_refused(source: str) -> None:
    for text in (
        "",
        "{}",
        "[]",
        "5",
        '{"a": 5}',
        '{"a": {"outputs": 5}}',
        '{"a": {"outputs": {"b": 5}}}',
        "a = 5\n",
        "[a]\n",
    ):
        try:
            reading = read(source, text)
        except InvalidData:
            continue
        assert all(isinstance(one, ImportCandidate | Unreadable) for one in reading.found)
