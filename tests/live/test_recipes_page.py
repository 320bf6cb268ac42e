"""docs/recipes.md is run, with a PostgreSQL and an S3 for the servers that it names."""

import shutil
from pathlib import Path

import pytest

from scripts.pages import differences, run_page
from tests.live.aws import Aws
from tests.live.postgresql import Database

PAGE = Path(__file__).parents[2] / "docs" / "recipes.md"


@pytest.mark.skipif(
    not (shutil.which("kubectl") and shutil.which("pg_dump")),
    reason="needs kubectl and pg_dump: apt-get install kubernetes-client postgresql-client",
)
def test_the_recipes_do_what_they_say(postgresql: Database, aws: Aws) -> None:
    written = PAGE.read_text()
    meant = {
        "host=db.example.com --set port=5432": f"host=127.0.0.1 --set port={postgresql.port}",
        "@ca.pem": f"@{postgresql.ca}",
        "AKIAIOSFODNN7EXAMPLE": aws.reader.access_key_id,
        'boto3.client("s3")': f'boto3.client("s3", endpoint_url="{aws.s3_url}")',
    }
    ran = run_page(written, meant, DB_PASSWORD=postgresql.password, AWS_SECRET=aws.reader.secret_key)
    assert differences(written, ran) == []
