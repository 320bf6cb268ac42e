"""What a connector says of a key's life: how a new one is made, how the old one is ended, how people are told."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct, field

from nexcred.auth.request import RequestSpec

# How a key is replaced, as in rotating/rotator.py; by_hand is what a person does on the provider's page.
RotateKind = Literal["add", "change", "replace", "by_hand"]
# Those of nexcred/rotating, each a file of that name with `make(acting) -> Rotator`.
Engine = Literal["postgresql", "mysql", "aws_iam", "google_key", "snowflake_key_pair"]
# Whose login a request is sent with: the old key's, the new one's, that of another credential, of that one where the
# user has named it and else the key's, none, or that of the client that the method's token endpoint knows (RFC 7009,
# 2.1).
By = Literal["old", "new", "rotator", "rotator_or_old", "rotator_or_new", "nobody", "client"]
DEFAULT_SETTLE_S = 60


class Ending(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is true of a key that was ended.

    `settle_s` are the seconds over which it may still be accepted; None is 60, and 0 for databases. `outlives` says
    what was issued with it and lives on, `outlives_s` for how many seconds at most.
    """

    settle_s: int | None = None
    outlives: str = ""
    outlives_s: int = 0


class KeyCall(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request about keys. Its templates may also name `{old.FIELD}` and `{new.FIELD}`.

    `accept_status` and `expect` are as in a probe. `message` is where the provider says why not.
    """

    request: RequestSpec
    by: By = "old"
    accept_status: str = "2xx"
    expect: str = ""
    message: str = ""


class KeyLookUp(KeyCall, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Asks what another call has to know of the old key, which changes nothing.

    `set` finds it by JMESPath. That call's templates name it `{found.NAME}`; it is not sent where anything is missing.
    """

    set: dict[str, str]


class Create(KeyCall, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Has the provider make a key. `set` finds in the answer, by JMESPath, the value of each field that is new."""

    set: dict[str, str] = {}
    look_up: KeyLookUp | None = None


class ChangeCall(Create, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Has the provider take a secret that is made here: `make` has the number of characters of each such field."""

    make: dict[str, int] = {}


class KeyList(KeyCall, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Lists the keys that there are: `each` finds them, and the others, in each of them, what is known of it.

    `kept` is the public field that has the `id` of this credential's own. Where there is `ours`, only keys of which it
    is true could be of a rotation whose answer was lost. Times are read as those of a probe are.
    """

    each: str
    id: str
    kept: str
    created: str = ""
    used: str = ""
    ours: str = ""


class Revoke(Ending, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ends a key: by a request, or by a built-in engine; `where` says in a clause where a person does it, at `page`.

    `done` tells whether its answer means that the key is gone, or only that it will be. `already` is JMESPath, true of
    a refusal that says that the key had ended before. `also` is what else it does, as a clause with a verb, said before
    the yes.
    """

    where: str = ""
    page: str = ""
    look_up: KeyLookUp | None = None
    request: RequestSpec | None = None
    engine: Engine | Literal[""] = ""
    by: By = "old"
    accept_status: str = "2xx"
    expect: str = ""
    message: str = ""
    already: str = ""
    done: Literal["gone", "taken"] = "gone"
    also: str = ""

    @property
    def is_asked(self) -> bool:
        """True where a call ends the key, and not only a person."""
        return self.request is not None or bool(self.engine)


class Rotate(Ending, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a key is replaced by a new one: by a built-in engine, or by requests; without either by hand, at `page`.

    `note` says what a person needs to know before, `most` how many keys there may be at once.
    """

    kind: RotateKind
    engine: Engine | Literal[""] = ""
    page: str = ""
    note: str = ""
    most: int | None = None
    create: Create | None = None
    change: ChangeCall | None = None
    list: KeyList | None = None
    revoke: Revoke | None = None

    @property
    def is_asked(self) -> bool:
        """True where calls replace the key, and not only a person."""
        return self.kind != "by_hand"

    def calls(self, at: str) -> "Iterator[tuple[str, KeyCall | Revoke]]":
        """Yield each with its place."""
        for name in ("create", "change", "list", "revoke"):
            if call := getattr(self, name):
                yield f"{at}.{name}", call


class Mail(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From whom to whom a message goes, by the login of the method; `to` may name several, with commas between."""

    sender: str = field(name="from", default="{from}")
    recipient: str = field(name="to", default="{to}")


class Notify(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How people are told something: `{message}` in a request, or a mail.

    A webhook is signed with `signing_key` as Standard Webhooks are (standardwebhooks.com). `expect` must find something
    in the answer of a request.
    """

    kind: Literal["slack", "webhook", "smtp"]
    request: RequestSpec | None = None
    signing_key: str = ""
    mail: Mail | None = None
    accept_status: str = "2xx"
    expect: str = ""
