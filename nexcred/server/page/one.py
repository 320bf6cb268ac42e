"""One credential: its values with the secrets as dots, who holds it, and what became of it."""

from contextlib import suppress

from nexcred.connectors.guidance import revoke_for
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import Damaged, NexcredError, NotPermitted
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.probing.outcome import sentence_for
from nexcred.server.call import Call, Reply
from nexcred.server.page.found import find_record
from nexcred.server.page.handling import render
from nexcred.server.page.site import PageSite
from nexcred.server.page.systems import title_of
from nexcred.services.credentials.exposed import who_and_why
from nexcred.services.credentials.key_page import key_place
from nexcred.services.grants.login import needs_login
from nexcred.services.rotation.former import RevisionState, states_of
from nexcred.services.values.kept_candidate import find_candidate, find_rotation
from nexcred.services.vaults.proof import Proof, proof_of
from nexcred.vault.access_list import TO_MEMBER, TO_TEAM, WRITE
from nexcred.vault.candidate import Candidate
from nexcred.vault.history import Revision
from nexcred.vault.journal import Journal
from nexcred.vault.vault import Vault


class GrantRow(NamedTuple):
    """A member or a team that a credential is shared with, by what a form sends."""

    who: str
    name: str
    is_team: bool
    may_write: bool
    is_me: bool

    def __repr__(self) -> str:
        return repr_of(self, "name", "is_team", "may_write", "is_me")


class OneView(NamedTuple):
    """All that is shown of one credential, as of one moment. `others` can be shared with."""

    credential: Credential
    proof: Proof | None
    candidate: Candidate | None
    journal: Journal | None
    revisions: list[Revision]
    states: dict[int, RevisionState]
    grants: list[GrantRow]
    others: list[GrantRow]
    may_write: bool
    trouble: str

    def __repr__(self) -> str:
        return repr_of(self, "credential")


def show_one(site: PageSite, call: Call) -> Reply:
    """Show it; a connector that is gone is told, and hides nothing else."""
    view = call.access.read(lambda vault: look_at_one(vault, call.path["record"]))
    credential = view.credential
    call.principal.require("show", credential)
    connector, method = _known(credential)
    place = None
    with suppress(NexcredError):
        place = key_place(credential)
    title, probe = title_of(credential.connector), credential.probe
    return render(
        site,
        "one.html",
        at="credentials",
        view=view,
        credential=credential,
        title=title,
        method=method,
        labels={field.name: field.label for field in method.fields} if method else {},
        place=place,
        revoke=revoke_for(connector, method) if connector else "",
        verdict=sentence_for(probe, title) if probe else "",
        can_log_in=method is not None and needs_login(method.auth),
        exposed=[who_and_why(one) for one in credential.policy.exposed] if credential.policy else [],
    )


def look_at_one(vault: Vault, record: str) -> OneView:
    """Read all of it; what is damaged about its history is told as such."""
    credential = find_record(vault, record)
    revisions: list[Revision] = []
    states: dict[int, RevisionState] = {}
    trouble = ""
    with vault.snapshot():
        proof = proof_of(vault, credential)
        candidate, journal = find_candidate(vault, credential), find_rotation(vault, credential)
        try:
            revisions = vault.history(credential)
            states = states_of(vault, credential, [one.version for one in revisions])
        except Damaged as error:
            trouble = error.message
        grants, others = _grants(vault, credential)
    return OneView(
        credential, proof, candidate, journal, revisions, states, grants, others, _may_write(vault, credential), trouble
    )


def _grants(vault: Vault, credential: Credential) -> tuple[list[GrantRow], list[GrantRow]]:
    """Return whom it is granted to, and who else there is."""
    granted = vault.grants(credential)
    me = vault.me.id
    everybody = [
        *((TO_TEAM, team.id, team.name) for team in vault.teams),
        *((TO_MEMBER, member.id, member.full_name) for member in vault.members),
    ]
    rows = [
        (
            (kind, one) in granted,
            GrantRow(
                f"{'team' if kind == TO_TEAM else 'member'}:{one.hex()}",
                name,
                kind == TO_TEAM,
                granted.get((kind, one)) == WRITE,
                kind == TO_MEMBER and one.hex() == me,
            ),
        )
        for kind, one, name in everybody
    ]
    return [row for is_granted, row in rows if is_granted], [row for is_granted, row in rows if not is_granted]


def _may_write(vault: Vault, credential: Credential) -> bool:
    try:
        vault.require_writable()
        vault.require_writer(credential)
    except (NotPermitted, Damaged):
        return False
    return True


def _known(credential: Credential) -> tuple[Connector | None, Method | None]:
    """Return what this machine knows of its system; None for what is gone or wrong."""
    with suppress(NexcredError):
        connector = load_connector(credential.connector)
        return connector, connector.method(credential.method)
    return None, None
