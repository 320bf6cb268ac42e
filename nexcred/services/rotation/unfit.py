"""A journal that nothing can be done by: whoever undoes the rotation gives it up."""

from nexcred.auth.server_login import LoginAuth
from nexcred.errors import Conflict
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.rotating.rotator import Rotator
from nexcred.services.values.decoded import Decoded
from nexcred.vault.journal import RotationKind


class Unfit(Conflict):
    """What the journal says is not what may be done at the provider."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message, hint=f"give up this rotation with: nexcred rotate --undo {shell_word(name)}")


def refuse_unfit(name: str, kind: RotationKind, engine: Rotator, values: Decoded) -> None:
    """Raise Unfit for another kind of rotation than the connector's, whoever wrote that into the journal.

    A call that replaces a key at once would be made again as if it added one. The password of a database is changed, or
    added beside that of another login or the old one.
    """
    is_password = isinstance(values.method.auth, LoginAuth) and kind in ("add", "change")
    if kind != engine.kind and not is_password:
        raise Unfit(f"the rotation of '{make_visible(name)}' is of another kind than its connector's", name)
