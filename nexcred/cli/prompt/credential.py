"""Ask for a new credential, in the provider's own words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from nexcred.cli.input.new_credential import CredentialInput
from nexcred.cli.prompt.field import ask_field
from nexcred.cli.prompt.free_fields import ask_free_fields
from nexcred.cli.prompt.prompter import Choice, Prompter, Tone
from nexcred.connectors.guidance import redirect_to_register, steps_for, warnings_for
from nexcred.connectors.key_owner import owners_of_key
from nexcred.connectors.key_page import page_for
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.load.index import OWN, IndexEntry, built_in_first, known_systems
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import choose_method, is_asked
from nexcred.model.credential import Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret
from nexcred.model.text import make_visible


class PastedKey(NamedTuple):
    """A key by which its system was found, and what it is there."""

    method: str
    field: str
    key: Secret


def ask_connector(prompter: Prompter) -> tuple[str, PastedKey | None]:
    """Let one be chosen, by what it is called or by a key that is pasted; return that key as well."""
    known = known_systems(
        on_refused=lambda refused: prompter.tell(make_visible(f"left out: {refused.message}"), Tone.CAREFUL)
    )
    finder = _KeyFinder(known)
    choices = [
        Choice(
            one.name,
            f"{one.title} ({OWN})" if one.file else one.title,
            _first_sentence(one.about),
            (*one.also, *one.nexla_types),
            partial(finder.is_key_of, one.name) if one.key_forms else None,
        )
        for one in sorted(built_in_first(known), key=lambda one: one.title.casefold())
    ]
    name = prompter.choose("Connector", choices, choices[0].value)
    return name, finder.found.get(name)


class _KeyFinder:
    """Finds whose key it is that somebody types; `found` are the systems of what was typed last."""

    def __init__(self, known: Sequence[IndexEntry]) -> None:
        self._known = known
        self._typed = ""
        self.found: dict[str, PastedKey] = {}

    def is_key_of(self, name: str, text: str) -> bool:
        if text != self._typed:
            owners = owners_of_key(text, self._known)
            self.found = {one.name: PastedKey(form.method, form.field, Secret(text)) for one, form in owners}
            self._typed = text
        return name in self.found


def _first_sentence(text: str) -> str:
    return " ".join(text.split()).partition(". ")[0].rstrip(".")


def ask_secrets(prompter: Prompter, request: CredentialInput) -> CredentialInput:
    """Ask for the method and the values that were not given; the connector and the labels are known."""
    connector = load_connector(request.connector or "")
    method = _ask_method(prompter, connector, request)
    warnings = warnings_for(connector, method)
    if warnings:
        prompter.tell()
    for warning in warnings:
        prompter.tell(warning, Tone.CAREFUL)
    _tell_redirect(prompter, method, request.values)
    values = ask_values(prompter, connector, method, request.values)
    answers = {name: value for name, value in values.items() if name not in request.values}
    return request._replace(
        method=method.name,
        values=values,
        secrecy={**request.secrecy, **{name: isinstance(value, Secret) for name, value in answers.items()}},
    )


def ask_values(
    prompter: Prompter,
    connector: Connector,
    method: Method,
    given: Mapping[str, object],
    present: Mapping[str, Value] | None = None,
) -> dict[str, object]:
    """Ask for each field that was not given; a present value is kept by Enter."""
    values = dict(given)
    known = {own.name for own in map(method.find, given) if own}
    for wanted in _asked(method, known, values):
        before = present.get(wanted.name) if present else None
        prompter.tell()
        steps, page = steps_for(connector, method, wanted), page_for(connector, method, _shown(method, values))
        answer = ask_field(prompter, method, wanted, steps, before, page)
        if answer is not None:
            values[wanted.name] = answer
    return values | ask_free_fields(prompter, method, values) if method.free_fields else values


def ask_fields(
    prompter: Prompter, connector: Connector, method: Method, fields: Iterable[Field], present: Mapping[str, Value]
) -> dict[str, object]:
    """Ask for these fields alone; a present value is kept by Enter."""
    values: dict[str, object] = {}
    for wanted in fields:
        prompter.tell()
        steps = steps_for(connector, method, wanted)
        page = page_for(connector, method, _shown(method, present))
        answer = ask_field(prompter, method, wanted, steps, present.get(wanted.name), page)
        if answer is not None:
            values[wanted.name] = answer
    return values


def _shown(method: Method, values: Mapping[str, object]) -> dict[str, Value]:
    """Return what is known so far of the fields that hide nothing."""
    public = {field.name for field in method.fields if not field.secret}
    return {name: value for name, value in values.items() if name in public and isinstance(value, str | int)}


def _asked(method: Method, known: set[str], values: Mapping[str, object]) -> Iterator[Field]:
    """Yield the fields to ask for; whether one is due may hang on an answer just given."""
    for wanted in method.fields:
        if not wanted.advanced and wanted.name not in known and is_asked(wanted, values, method):
            yield wanted


def _tell_redirect(prompter: Prompter, method: Method, given: Mapping[str, object]) -> None:
    """Say what has to be registered with the provider, before what comes of it is asked."""
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    redirect_uri = redirect_to_register(method, texts)
    if redirect_uri:
        prompter.tell()
        prompter.tell(f"Register this redirect URI with the application: {redirect_uri}")


def _ask_method(prompter: Prompter, connector: Connector, request: CredentialInput) -> Method:
    if request.method is None and len(connector.methods) > 1 and not request.values:
        choices = [Choice(method.name, method.label) for method in connector.methods]
        prompter.tell()
        for method in (one for one in connector.methods if one.about):
            prompter.tell(f"{method.label}: {method.about}", Tone.QUIET, hang=2)
        return choose_method(connector, (), prompter.choose("Method", choices, choices[0].value))
    return choose_method(connector, request.values.keys(), request.method)
