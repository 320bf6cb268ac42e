"""The order of the tests here."""

import pytest

# Git and the program wait between their tries, for minutes in all: these begin first, beside what works meanwhile.
_WAITS = "over_a_bad_line"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _WAITS not in item.path.name)
