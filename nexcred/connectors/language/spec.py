"""The spec language: what a connector's TOML file may say, as types. docs/connectors.md explains each key."""

from collections.abc import Iterator
from typing import Literal

import nexcred.model.lean_msgspec  # noqa: F401  before msgspec itself

# isort: split
from msgspec import Struct, field

from nexcred.auth.client_certificate import ClientCertificateSpec
from nexcred.auth.request import RequestSpec
from nexcred.auth.scheme import Scheme
from nexcred.connectors.language.condition import When
from nexcred.connectors.language.evidence import Category, Evidence
from nexcred.connectors.language.handed_file import HandedFile
from nexcred.connectors.language.lifecycle_spec import Notify, Revoke, Rotate
from nexcred.connectors.language.limits import Limits
from nexcred.connectors.language.mints import Mint
from nexcred.connectors.language.nexla_names import NexlaNames
from nexcred.connectors.language.pages import Pages
from nexcred.model.template import Placeholder, TemplateContext

Kind = Literal["text", "int", "url", "path", "jmespath", "file", "json", "base64", "private_key"]
Outcome = Literal[
    "accepted", "rejected", "expired", "forbidden", "rate_limited", "provider_error", "blocked", "inconclusive"
]


class Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A value inside another, that templates name: in JSON found by JMESPath, in a text it stands `after` a mark.

    Only a public one is ever shown.
    """

    name: str
    pick: str = ""
    after: str = ""
    pattern: str = ""
    public: bool = False
    required: bool = True
    kind: Literal["text", "url", "private_key"] = "text"


class Field(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One value of a credential. `verbatim` values (passwords) are never cleaned when pasted.

    A `setting` says neither who logs in nor where: without a value, a command keeps what it has of it.
    `key_forms` are patterns by which a value is known for this provider's, wherever it is found.
    `defaults` are other defaults of a url field, by what the field `default_by` has for a value.
    """

    name: str
    label: str
    help: str = ""
    steps: tuple[str, ...] = ()
    kind: Kind = "text"
    secret: bool = False
    required: bool = True
    advanced: bool = False
    default: str | int | None = None
    default_by: str = ""
    defaults: dict[str, str] = {}
    choices: tuple[str, ...] = ()
    pattern: str = ""
    expects: str = ""
    key_forms: tuple[str, ...] = ()
    min: int | None = None
    max: int | None = None
    when: When | None = None
    aliases: tuple[str, ...] = ()
    env: str = ""
    env_also: tuple[str, ...] = ()
    env_default: bool = True
    env_absent: str = ""
    setting: bool = False
    verbatim: bool = False
    prefixes: tuple[str, ...] = ()
    subdomain_of: str = ""
    jwt: bool = False
    json_type: str = ""
    parts: tuple[Part, ...] = field(name="part", default=())


class Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When status, headers, content and match all hold, the verdict is this. A condition left out always holds.

    `headers` maps names to the value that they must have, "" for any value. `again` asks once more before it counts.
    `elsewhere` are values of fields with which the same is asked too, before a refusal counts.
    """

    verdict: Outcome
    status: int | str = ""
    headers: dict[str, str] = {}
    content: Literal["", "json", "xml", "html"] = ""
    match: str = ""
    detail: str = ""
    again: bool = False
    elsewhere: tuple[dict[str, str], ...] = ()


class Expectation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When a question is asked, and what its answer proves."""

    when: When | None = None
    unless: When | None = None
    accept_status: str = "2xx"
    content: Literal["json", "xml", "text", "any"] = "json"
    expect: str = ""
    identity: str = ""
    expires: str = ""
    expires_header: str = ""
    message: str = ""
    rules: tuple[Rule, ...] = field(name="rule", default=())

    def expressions(self, at: str) -> Iterator[tuple[str, str]]:
        """List every JMESPath with its place; `identity` holds its own in braces."""
        for name in ("expect", "expires", "message"):
            yield f"{at}.{name}", getattr(self, name)
        for index, rule in enumerate(self.rules):
            yield f"{at}.rule[{index}].match", rule.match


class ProbeStep(Expectation, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A further question, asked when all before it were answered with yes."""

    request: RequestSpec


class ProbeSpec(Expectation, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How to prove a credential. Without a request, the answer that grants the session is the proof.

    With `refusal_unknown` no source says how a wrong key is refused: a 401 or 403 that no rule knows proves nothing.
    `elsewhere` is a field that says where the credential belongs: its other choices are asked before a refusal counts.
    """

    request: RequestSpec | None = None
    control: bool = False
    refusal_unknown: bool = False
    elsewhere: str = ""
    steps: tuple[ProbeStep, ...] = field(name="step", default=())

    def parts(self, at: str) -> "Iterator[tuple[str, ProbeSpec | ProbeStep]]":
        """List the probe itself and its further steps, with their places."""
        yield at, self
        for index, step in enumerate(self.steps):
            yield f"{at}.step[{index}]", step

    def requests(self) -> tuple[RequestSpec, ...]:
        return tuple(part.request for _, part in self.parts("") if part.request)


class Remedy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to do after a failed probe: clauses without a full stop, since the command to run is added."""

    rejected: str = ""
    expired: str = ""
    forbidden: str = ""


class SignIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The credential as a user name and a password, for programs that know nothing else, such as git and docker."""

    username: str
    password: str

    def places(self, at: str) -> Iterator[Placeholder]:
        yield Placeholder(f"{at}.username", self.username, TemplateContext.USERNAME)
        yield Placeholder(f"{at}.password", self.password, TemplateContext.PASSWORD)


class Method(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One way to authenticate. After loading, `fields`, `hosts` and `probe` include what the connector shares.

    With `free_fields` a credential has fields of its own beside them: `with_free_fields` adds those to `fields`.
    `clears` then has every variable by which a command would log in otherwise, those of the other methods too.
    """

    name: str
    label: str
    auth: Scheme
    fields: tuple[Field, ...] = field(name="field", default=())
    free_fields: bool = False
    about: str = ""
    steps: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    remedy: Remedy = Remedy()
    revoke: str | Revoke = ""
    rotate: Rotate | None = None
    notify: Notify | None = None
    page: str = ""
    probe: ProbeSpec | None = None
    unprobed: str = ""
    hosts: tuple[str, ...] = ()
    own_host: str | tuple[str, ...] = ""
    client_certificate: ClientCertificateSpec | None = None
    nexla: NexlaNames | None = None
    sign_in: SignIn | None = None
    files: tuple[HandedFile, ...] = field(name="file", default=())
    clears: tuple[str, ...] = ()
    mints: tuple[Mint, ...] = ()

    def places(self, at: str) -> Iterator[Placeholder]:
        yield from self.auth.places(f"{at}.auth")
        if self.client_certificate:
            yield from self.client_certificate.places(f"{at}.client_certificate")
        if self.sign_in:
            yield from self.sign_in.places(f"{at}.sign_in")
        for path, part in self.probe.parts(f"{at}.probe") if self.probe else ():
            if part.request:
                yield from part.request.places(f"{path}.request")
        for index, file in enumerate(self.files):
            yield from file.places(f"{at}.file[{index}]")

    def requests(self) -> tuple[RequestSpec, ...]:
        return (*self.auth.requests(), *(self.probe.requests() if self.probe else ()))

    @property
    def own_hosts(self) -> tuple[str, ...]:
        """Return the url fields whose hosts the user declares himself."""
        return self.own_host if isinstance(self.own_host, tuple) else tuple(filter(None, (self.own_host,)))

    def find(self, name: str) -> Field | None:
        """Return the field of that name or alias."""
        return next((known for known in self.fields if name == known.name or name in known.aliases), None)


class Connector(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A system, its methods, and what they share.

    `extends` is a built-in connector whose methods it takes. `failed` is JMESPath that finds something in a 2xx answer
    which reports a failure. The loader sets `digest`, that of the file and of the one that it extends, and `file`,
    where the user's own connector is; "" is the catalogue's. One that `replaces_built_in` is the user's own of a name
    that the catalogue has.
    """

    name: str
    title: str
    docs_url: str
    extends: str = ""
    methods: tuple[Method, ...] = field(name="method")
    about: str = ""
    description: str = ""
    steps: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    remedy: Remedy = Remedy()
    revoke: str | Revoke = ""
    rotate: Rotate | None = None
    notify: Notify | None = None
    page: str = ""
    fields: tuple[Field, ...] = field(name="field", default=())
    probe: ProbeSpec | None = None
    hosts: tuple[str, ...] = ()
    own_host: str | tuple[str, ...] = ""
    clears: tuple[str, ...] = ()
    mints: tuple[Mint, ...] = ()
    limits: Limits = Limits()
    nexla_types: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    category: Category = ""
    evidence: Evidence | None = None
    client_certificate: ClientCertificateSpec | None = None
    pages: Pages | None = None
    failed: str = ""
    replaces_built_in: bool = False
    digest: str = ""
    file: str = ""

    def method(self, name: str) -> Method | None:
        return next((method for method in self.methods if method.name == name), None)
