"""What happened to a credential, as Nexla's clients read it."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from nexcred.errors import InvalidData, Problem
from nexcred.model.credential import Credential
from nexcred.model.sha256 import sha256
from nexcred.model.times import from_rfc3339, to_rfc3339
from nexcred.nexla.integer_ids import integer_id
from nexcred.server.call import Call, Reply
from nexcred.server.seeds.numbered import NumberedCredentials
from nexcred.server.seeds.paging import cut, paged_reply, read_page
from nexcred.server.seeds.reading import PATH
from nexcred.services.audit.events import Event, find_events
from nexcred.vault.vault import Vault
from nexcred.wire.data_credentials import AuditEntryShape, audit_entry_shape

FROM, TO, EVENT, CHANGE = "from", "to", "event_filter", "change_filter"
_DAY = 10  # characters of YYYY-MM-DD


def show_audit_log(numbered: NumberedCredentials, call: Call) -> Reply:
    """Answer with the events, newest first: those that the vault proves, and the uses noted on this machine."""
    wanted = read_page(call.query)
    since, until = _moment(call.query, FROM, is_end=False), _moment(call.query, TO, is_end=True)
    uses = call.access.uses()

    def look(vault: Vault) -> tuple[Credential, list[Event]]:
        credential = numbered.find(vault, call, "show")
        return credential, find_events(vault, uses, credential.name, since)

    credential, events = call.access.read(look)
    entries = [
        audit_entry_shape(credential, _number(event), event) for event in events if until is None or event.at < until
    ]
    told = [entry for entry in entries if _is_wanted(entry, call.query)]
    path = f"{PATH}/{call.path['id']}/audit_log"
    return paged_reply([*cut(told, wanted)], len(told), wanted, path, call.query)


def _is_wanted(entry: AuditEntryShape, query: Mapping[str, str]) -> bool:
    event, change = query.get(EVENT, ""), query.get(CHANGE, "")
    return event.casefold() in ("", entry["event"].casefold()) and (not change or change in entry["change_summary"])


def _number(event: Event) -> int:
    """Return the same number for the same event, however many are asked for."""
    told = (to_rfc3339(event.at), event.source, event.action, event.by, str(event.revision), *event.what)
    return integer_id(sha256("\0".join(told).encode()).hex())


def _moment(query: Mapping[str, str], key: str, *, is_end: bool) -> datetime | None:
    """Return a moment, or the begin of a day; its end where that is asked for. Raise InvalidData."""
    said = query.get(key, "")
    if not said:
        return None
    try:
        if len(said) > _DAY:
            return from_rfc3339(said)
        day = datetime.combine(datetime.strptime(said, "%Y-%m-%d").date(), time(), UTC)
        return day + timedelta(days=1) if is_end else day
    except (ValueError, OverflowError):
        problem = "must be a day as YYYY-MM-DD, or a moment of RFC 3339"
        raise InvalidData(f"{key} {problem}", problems=(Problem(key, problem),)) from None
