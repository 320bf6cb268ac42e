"""What an answer says is wrong with a value of the credential, and the command that corrects it."""

import re

from nexcred.auth.bucket_region import region_told
from nexcred.auth.flow import Response
from nexcred.auth.sigv4 import SigV4
from nexcred.connectors.filled_values import text_values
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.shell_word import shell_word
from nexcred.model.template import TemplateContext, render
from nexcred.services.requests.request import Requester, readable

_ONE_FIELD = re.compile(r"\{([a-z0-9_]+)\}")


class Correction(NamedTuple):
    """Why, and the command."""

    reason: str
    command: str

    def __repr__(self) -> str:
        return repr_of(self)


def correction_for(requester: Requester, response: Response) -> Correction | None:
    """Return how to mend the credential where the answer tells: a bucket's region, if it is another one."""
    auth = requester.method.auth
    told = region_told(readable(response)) if isinstance(auth, SigV4) else ""
    if not told or not isinstance(auth, SigV4):
        return None
    present = render(auth.region, text_values(requester.method, requester.details.fields), TemplateContext.HEADER)
    field = _ONE_FIELD.fullmatch(auth.region)
    if told == present or not field:
        return None
    command = f"nexcred update {shell_word(requester.credential.name)} --set {field[1]}={told}"
    return Correction(f"the bucket is in {told}, not in {present}", command)
