"""Nobody has a time-out of his own: those that go without saying stand in one place."""

import inspect

from nexcred.api.credential import Credential
from nexcred.cli.commands.connectors.check import command as check
from nexcred.cli.commands.probe import command as probe
from nexcred.local.settings import KNOWN_SETTINGS
from nexcred.services.proving.probe_options import ProbeOptions
from nexcred.services.proving.prober import Prober
from nexcred.services.requests.request import Requester
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S, REQUEST_TIMEOUT_S


def default_of(function: object, name: str) -> object:
    assert callable(function)
    return inspect.signature(function).parameters[name].default


def test_a_question_to_a_provider_waits_as_long_wherever_it_is_asked() -> None:
    asked = [(check, "timeout"), (Prober.probe, "timeout_s"), (ProbeOptions, "timeout_s")]
    assert {default_of(*each) for each in asked} == {DEFAULT_TIMEOUT_S}
    assert default_of(probe, "timeout") is None  # the setting says it, whose default is
    assert KNOWN_SETTINGS["probe_timeout"].default in (None, DEFAULT_TIMEOUT_S)


def test_a_request_waits_as_long_from_python_as_from_the_command_line() -> None:
    asked = [(Credential.session, "timeout_s"), (Credential.token, "timeout_s"), (Requester, "timeout_s")]
    assert {default_of(*each) for each in asked} == {REQUEST_TIMEOUT_S}
