"""Bodies of Nexla's `POST /data_credentials`: one, or an array."""

from nexcred.errors import NexcredError, UnknownConnector
from nexcred.model.text import make_visible
from nexcred.nexla.data_credentials import Body, Faulty, parse_bodies
from nexcred.nexla.lookup import translate
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable


def read_nexla(data: bytes) -> Reading:
    """Read them; raise UsageError or InvalidData for what is no JSON at all."""
    return Reading([_found(f"item {number}", body) for number, body in enumerate(parse_bodies(data), start=1)])


def _found(place: str, body: Body | Faulty) -> ImportCandidate | Unreadable:
    if isinstance(body, Faulty):
        return Unreadable(place, _told(body.error), make_visible(body.name[:255]))
    name, connector = make_visible((body.name or "")[:255]), make_visible(body.connector[:64])
    try:
        known, translated = translate(body)
    except UnknownConnector:
        return Unreadable(place, f"nexcred has no connector for '{connector}'", name, connector)
    except NexcredError as error:
        return Unreadable(place, _told(error), name, connector)
    return ImportCandidate(
        place=place,
        connector=known.name,
        values=translated.values,
        name=body.name,
        method=translated.method,
        description=body.description,
        tags=body.tags,
        left_out=translated.left_out,
        public=tuple(body.public),
    )


def _told(error: NexcredError) -> str:
    told = "; ".join(f"{problem.field} {problem.problem}" for problem in error.problems) or error.message
    return f"{told}: {error.hint}" if error.hint else told
