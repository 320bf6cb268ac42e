"""Keys in the wrong place at a terminal: another provider's, one whose form several have, one taken back."""

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.terminal import Ended, Typed, lines_of, play
from tests.unit.connectors.specs import changed

OF_STRIPE = "sk_test_EXAMPLE0123456789"
OF_ACME = "acme_EXAMPLE0123456789"
RIGHT = "sk-EXAMPLE0123456789EXAMPLE"
# What every title at which nobody points begins with.
LISTED = "   "


def own(program: Opened, name: str, form: str, title: str = "Acme") -> None:
    text = changed("  secret = true", f'  secret = true\n  key_forms = ["{form}"]').replace("{tenant}.", "")
    put_connector(program, name, text.replace('"acme"', f'"{name}"').replace('"Acme"', f'"{title}"'))


def add(program: Opened, typed: list[Typed], *arguments: str) -> tuple[Ended, list[str]]:
    environment = {**program.environment, "TERM": "xterm"}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(100, 60)
    ended = play(program.command("add", *arguments), typed, screen, environment=environment, folder=program.home)
    return ended, lines_of(screen)


def pasted(key: str) -> str:
    return f"\x1b[200~{key}\x1b[201~"


@pytest.mark.parametrize(("takes", "kept"), [("y", OF_STRIPE), ("n", RIGHT)])
def test_another_providers_key_is_asked_about(opened: Opened, takes: str, kept: str) -> None:
    typed = [Typed("Name", "\r"), Typed("Description", "\r"), Typed("   Admin API key", "\r")]
    typed += [Typed("API key (?", f"{pasted(OF_STRIPE)}\r"), Typed("Take it all the same?", takes)]
    typed += [Typed("API key", f"{RIGHT}\r")] if takes == "n" else []
    ended, shown = add(opened, typed, "openai", "--no-probe")
    assert ended.code == 0, shown
    assert "  this looks like a key of Stripe" in shown
    assert opened("get", "openai/api_key").out.strip() == kept
    assert OF_STRIPE not in ended.seen.decode()


def test_a_key_whose_form_two_have_lets_one_be_chosen(opened: Opened) -> None:
    own(opened, "acme", "acme_.*")
    own(opened, "bcme", "acme_E.*", "Bcme")
    typed = [Typed(LISTED, pasted(OF_ACME)), Typed("Bcme (your own)", "\x1b[B\r"), Typed("Name", "\r")]
    typed += [Typed("Description", "\r"), Typed("Tenant", "mine\r")]
    ended, shown = add(opened, typed, "--no-probe")
    assert ended.code == 0, shown
    assert opened("get", "bcme/api_key").out.strip() == OF_ACME
    assert OF_ACME not in ended.seen.decode()


def test_a_file_of_ones_own_is_not_offered_a_built_in_systems_key(opened: Opened) -> None:
    own(opened, "acme", "sk_.*", "Aa")
    typed = [Typed(LISTED, pasted(OF_STRIPE)), Typed(" » Stripe", "\r"), Typed("Name stripe", "\x03")]
    ended, shown = add(opened, typed)
    assert ended.code == 130, shown


def test_one_that_is_called_like_a_built_in_one_stands_after_it_and_apart(opened: Opened) -> None:
    own(opened, "acme", "acme_.*", "Stripe")
    typed = [Typed(LISTED, "stripe"), Typed("   Stripe (your own)", "\r"), Typed("Name stripe", "\x03")]
    ended, shown = add(opened, typed)
    assert ended.code == 130, shown
    assert any(line.startswith("› Connector Stripe –") for line in shown), shown


def test_a_key_that_is_deleted_again_is_not_taken(opened: Opened) -> None:
    typed = [Typed(LISTED, pasted(OF_STRIPE)), Typed(" » Stripe", "\x15stripe\r"), Typed("Name", "\r")]
    typed += [Typed("Description", "\r"), Typed("API key", "\x03")]
    ended, shown = add(opened, typed)
    assert ended.code == 130, shown
    assert not any("is taken" in line for line in shown)
