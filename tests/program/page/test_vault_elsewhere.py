"""The vault is locked, moved or written to by another process while somebody is in the middle of a form."""

from tests.support.kernel_keyring import needs_kernel_keyring
from tests.support.opened import Opened
from tests.support.running_ui import Browser, RunningUi, running_ui, text_of
from tests.support.standins.resci import Resci
from tests.support.waiting import wait_until


def typed(resci: Resci) -> dict[str, str]:
    return {
        "name": "resci",
        "field.api_key": resci.api_key,
        "field.base_url": resci.base_url,
        "allow_host": resci.host,
    }


def test_a_vault_that_moved_takes_nothing_more_and_says_where_it_is(
    opened: Opened, resci: Resci, ui: RunningUi
) -> None:
    own = Browser(ui)
    sent = own.post("/add/resci", None, None, **typed(resci), action="test")
    word = own.path_to(sent).partition("draft=")[2]
    goal = (opened.home / "elsewhere.db").as_uri()
    assert opened("vault", "move", "--to", goal, "--yes").code == 0
    late = own.post("/add/resci", None, None, **typed(resci), action="save", draft=word)
    assert late.status == 403, text_of(late)
    assert f"moved to {goal}" in text_of(late)
    assert own.get("/credentials").status == 200
    assert opened("list", "--vault", goal).out == ""


def test_a_file_that_is_gone_is_told_and_the_page_goes_on_when_it_is_back(
    opened: Opened, resci: Resci, ui: RunningUi
) -> None:
    own = Browser(ui)
    [vault] = opened.home.rglob("vault.db")
    aside = vault.rename(vault.with_name("aside.db"))
    for path in ("/credentials", "/board"):
        gone = own.get(path)
        assert (gone.status, "Not done" in gone.text) == (503, True), text_of(gone)
    late = own.post("/add/resci", None, None, **typed(resci), action="save")
    assert (late.status, "Not done" in late.text) == (503, True), text_of(late)
    assert not vault.exists()
    aside.rename(vault)
    assert own.get("/credentials").status == 200
    assert own.post("/add/resci", None, None, **typed(resci), action="save").status == 303


@needs_kernel_keyring
def test_a_vault_that_is_locked_shows_nothing_and_keeps_what_was_typed(opened: Opened, resci: Resci) -> None:
    identity = {"NEXCRED_IDENTITY": opened.environment.pop("NEXCRED_IDENTITY")}
    try:
        assert opened("vault", "unlock", "--for", "1h", environment=identity).code == 0
        with running_ui(opened) as ui:
            own = Browser(ui)
            sent = own.post("/add/resci", None, None, **typed(resci), action="test")
            word = own.path_to(sent).partition("draft=")[2]
            opened("vault", "lock")
            for path in ("/credentials", "/board", f"/add/resci?draft={word}"):
                locked = own.get(path)
                assert (locked.status, "locked" in text_of(locked)) == (503, True), text_of(locked)
                assert "nexcred vault unlock" in text_of(locked)
            late = own.post("/add/resci", None, None, **typed(resci), action="save", draft=word)
            assert late.status == 503
            assert opened("vault", "unlock", "--for", "1h", environment=identity).code == 0
            wait_until(lambda: own.get("/credentials").status == 200)
            assert own.post("/add/resci", None, None, **typed(resci), action="save", draft=word).status == 303
    finally:
        opened("vault", "lock")


def test_what_another_process_writes_is_seen(opened: Opened, resci: Resci, ui: RunningUi) -> None:
    own = Browser(ui)
    assert opened.add(resci).code == 0
    assert "1 of 1 credential" in text_of(own.get("/credentials"))
    taken = own.post("/add/resci", None, None, **typed(resci), action="save")
    assert (taken.status, "name is taken" in text_of(taken)) == (422, True)
