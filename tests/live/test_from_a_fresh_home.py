"""A fresh home, a real PostgreSQL, an API, Python, and a CI job that sees what it was granted: as it is written."""

from pathlib import Path

from scripts.pages import differences, run_page
from tests.live.postgresql import Database

STORY = Path(__file__).with_name("from_a_fresh_home.md")


def test_from_a_fresh_home_to_a_job_that_holds_one_credential(postgresql: Database) -> None:
    told = STORY.read_text()
    meant = {
        "host=db.example.com --set port=5432": f"host=127.0.0.1 --set port={postgresql.port}",
        "@ca.pem": f"@{postgresql.ca}",
    }
    assert differences(told, run_page(told, meant, DB_PASSWORD=postgresql.password)) == []
