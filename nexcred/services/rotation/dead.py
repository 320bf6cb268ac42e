"""Whether a former secret is dead: what each answer to it proves, over the time that its provider needs to end it."""

from datetime import datetime, timedelta

from nexcred.auth.jwt_bearer import JwtBearer
from nexcred.auth.server_login import LoginAuth
from nexcred.auth.signed_jwt import SignedJwtAuth
from nexcred.connectors.language.spec import Method
from nexcred.connectors.lifecycle import settle_s_of
from nexcred.model.lifecycle import Former
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus

_REFUSALS = 3


class ProofTerms(NamedTuple):
    """What it takes to prove the former secrets of a method dead.

    `settle` is how long the provider may go on answering both ways; over that time `refusals` of them are needed, with
    nothing accepted between. `is_once`: a wrong password may lock its user out, so that one command asks but once.
    `is_never`: asking would harm: a refresh token, or one that was replaced, is taken for stolen when it comes again.
    """

    settle: timedelta
    refusals: int = _REFUSALS
    is_once: bool = False
    is_never: bool = False


def proof_terms(method: Method) -> ProofTerms:
    """Return the terms for a method; what a database says at once, one refusal of a password proves."""
    settle = timedelta(seconds=settle_s_of(method))
    is_replaced = method.rotate is not None and method.rotate.kind == "replace"
    is_database = isinstance(method.auth, LoginAuth)
    return ProofTerms(
        settle,
        refusals=1 if is_database and not settle else _REFUSALS,
        is_once=is_database or _has_password(method),
        is_never=method.auth.lives_in_session or is_replaced,
    )


def heard(known: Former | None, revision: int, status: ProbeStatus, now: datetime, terms: ProofTerms) -> Former | None:
    """Return what is known of a revision after one more answer; None while nothing is.

    Accepted is alive, and the refusals begin anew; what is neither accepted nor refused proves nothing. Refusals of a
    time that is still to come were noted by a wrong clock, and count for nothing.
    """
    if status is ProbeStatus.ACCEPTED:
        before = known or Former(revision, "alive")
        return before._replace(state="alive", asked_at=now, refused_at=())
    if not status.is_refusal:
        return None if known is None else known._replace(asked_at=now)
    before = known or Former(revision, "revoked")
    refused = (*(at for at in before.refused_at if at <= now), now)
    refused = (refused[0], *refused[1:][-max(1, terms.refusals - 1) :])
    is_dead = before.state == "dead" or (len(refused) >= terms.refusals and refused[-1] - refused[0] >= terms.settle)
    return before._replace(state="dead" if is_dead else "revoked", asked_at=now, refused_at=refused)


def next_question_in(former: Former, now: datetime, terms: ProofTerms) -> timedelta:
    """Return how long to wait before another question can bring the proof nearer: zero for now."""
    if not former.refused_at:
        return terms.settle / max(1, terms.refusals - 1)
    left = terms.refusals - len(former.refused_at)
    if left > 1:
        due = former.refused_at[-1] + terms.settle / (terms.refusals - 1)
    else:
        due = former.refused_at[0] + terms.settle
    return max(due - now, timedelta(0))


def proved_in(former: Former, now: datetime, terms: ProofTerms) -> timedelta:
    """Return how long it takes at least until it may count as dead: the whole time where nothing was refused yet."""
    if not former.refused_at:
        return terms.settle
    return max(former.refused_at[0] + terms.settle - now, timedelta(0))


def _has_password(method: Method) -> bool:
    """True where a password is sent, of which a server may take only so many wrong ones; none that opens a key here."""
    if isinstance(method.auth, JwtBearer | SignedJwtAuth):
        return False
    sent = "".join(place.template for place in method.auth.places(""))
    return any(field.secret and field.verbatim and f"{{{field.name}}}" in sent for field in method.fields)
