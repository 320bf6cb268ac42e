"""What a person does on the page to log in at Aha!."""

from tests.live.page.person import Person
from tests.support.standins.aha_oauth import AhaOauth


def fill_aha(person: Person, aha: AhaOauth) -> None:
    """Fill in the form of OAuth, and allow the stand-in's host: what is to be approved is shown then."""
    person.go("/add/aha?method=oauth2")
    person.fill(
        account_domain=aha.account_domain,
        client_id=aha.client_id,
        client_secret=aha.client_secret,
        redirect_uri=aha.redirect_uri,
        oauth_url=aha.oauth_url,
        base_url=aha.base_url,
    )
    person.press("Authorize")
    person.page.get_by_role("checkbox", name=f"Allow {aha.host} for this credential").check()
    person.press("Authorize")


def approve(person: Person, aha: AhaOauth) -> None:
    """Approve it in a tab of its own, as far as its last page."""
    with person.page.expect_popup() as opening:
        person.page.get_by_role("link", name=f"Approve at {aha.host}").click()
    opening.value.get_by_text("Go back to the page of nexcred").wait_for()
    opening.value.close()
