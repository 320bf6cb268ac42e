"""CI, SSH and desktops are told apart alike by whoever asks: the keyring, the browser, the prompts."""

import pytest

from nexcred.cli.terminal.browser import has_browser
from nexcred.cli.terminal.capabilities import forbids_input
from nexcred.oskeyring.timeouts import decide_patience

AT_A_DESKTOP = {"DISPLAY": ":0"}


@pytest.mark.parametrize("variable", ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"])
def test_over_ssh_neither_a_browser_nor_a_keyring_waits_for_a_person(variable: str) -> None:
    remote = {**AT_A_DESKTOP, variable: "10.0.0.1 1 10.0.0.2 22"}
    assert (has_browser(AT_A_DESKTOP), has_browser(remote)) == (True, False)
    patient, impatient = (decide_patience(each, "linux", may_wait=True) for each in (AT_A_DESKTOP, remote))
    assert patient.total_s > impatient.total_s


@pytest.mark.parametrize("ci", ["", "0", "false", "False", "1", "true"])
def test_ci_is_the_same_to_prompts_and_to_the_keyring(ci: str) -> None:
    here = {**AT_A_DESKTOP, "CI": ci}
    is_ci = ci in {"1", "true"}
    assert forbids_input(here, no_input=False) == is_ci
    waits = decide_patience(here, "linux", may_wait=True) == decide_patience(AT_A_DESKTOP, "linux", may_wait=True)
    assert waits == (not is_ci)
