"""A program that imports nexcred."""

import pytest

import nexcred
from tests.support.opened import Opened
from tests.support.own_process import home

__all__ = ["home"]


@pytest.fixture
def vault(home: Opened) -> nexcred.Vault:
    return nexcred.open()
