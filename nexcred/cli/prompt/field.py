"""Ask for one field of a credential in the provider's words, until the answer is one that it can take."""

from collections.abc import Sequence

from nexcred.cli.prompt.document import is_content, read_document
from nexcred.cli.prompt.prompter import Choice, Prompter, Tone
from nexcred.cli.prompt.typed_secret import HOW_TYPED, read_typed
from nexcred.connectors.hygiene import clean_paste
from nexcred.connectors.key_owner import other_owner
from nexcred.connectors.language.kinds import FREE
from nexcred.connectors.language.spec import Field, Method
from nexcred.connectors.values import check_value, warnings_of
from nexcred.errors import InvalidData, NexcredError
from nexcred.model.credential import Value
from nexcred.model.secret import Secret

_DOCUMENTS = frozenset({"file", "json", "base64", "private_key"})


def ask_field(
    prompter: Prompter,
    method: Method,
    field: Field,
    steps: Sequence[str],
    present: Value | None = None,
    page: str = "",
) -> Value | None:
    """Return the value, or None for an optional field left empty. Enter keeps a present value or takes the default.

    `page` is where the provider shows it; the steps lead there.
    """
    if field.help:
        prompter.tell(field.help, Tone.QUIET)
    if field.choices:
        default = str(present if present is not None else field.default or field.choices[0])
        return prompter.choose(field.label, [Choice(choice, choice) for choice in field.choices], default)
    while True:
        answer = (
            _document(prompter, field, steps, present)
            if field.kind in _DOCUMENTS
            else _line(prompter, field, steps, present)
        )
        if answer == "?":
            _tell_where(prompter, steps, page if field.secret else "")
            continue
        if answer == "" and field.kind not in _DOCUMENTS and not field.secret:
            # What stood there to be edited was wiped out.
            present = None
        if answer == "" and (present is not None or not field.required):
            return present
        value = _accept(prompter, method, field, answer)
        if value is not None:
            return value


def _tell_where(prompter: Prompter, steps: Sequence[str], page: str) -> None:
    for number, step in enumerate(steps, 1):
        prompter.tell(f"{number}. {step}", hang=3)
    if page:
        prompter.tell(f"The page for keys: {page}")
    if not steps and not page:
        prompter.tell("there are no steps for this field")


def _line(prompter: Prompter, field: Field, steps: Sequence[str], present: Value | None) -> str:
    label = _labelled(field, steps, present)
    if field.secret:
        return prompter.secret(label)
    default = present if present is not None else field.default
    # A default made of other fields is the spec's to fill.
    return prompter.text(label, default="" if default is None or "{" in str(default) else str(default))


def _labelled(field: Field, steps: Sequence[str], present: Value | None, how: str = "") -> str:
    notes = [
        how or (HOW_TYPED if field.kind == FREE and field.secret else ""),
        "Enter keeps the present one" if (field.secret or how) and present is not None else "",
        "" if field.required or present is not None else "optional",
        "? shows where to find it" if steps and (field.secret or field.steps) else "",
    ]
    noted = "; ".join(note for note in notes if note)
    return f"{field.label} ({noted})" if noted else field.label


def _document(prompter: Prompter, field: Field, steps: Sequence[str], present: Value | None) -> str | Secret:
    """Take the path of a file, or what it holds: a document of many lines does not fit a prompt."""
    while True:
        answer = prompter.document(_labelled(field, steps, present, "a path, or paste it"))
        if answer.strip() in ("", "?") or is_content(answer):
            return answer.strip() if answer.strip() in ("", "?") else answer
        try:
            return read_document(answer)
        except InvalidData as error:
            prompter.tell(error.message, Tone.BAD)


def _accept(prompter: Prompter, method: Method, field: Field, answer: str | Secret) -> Value | None:
    """Check an answer; None when it has been explained why it will not do."""
    raw: str | Secret = answer
    try:
        if isinstance(answer, str) and field.kind == FREE and field.secret:
            raw = read_typed(prompter, answer)
        elif isinstance(answer, str):
            raw, changed = clean_paste(field, answer)
            for sentence in changed:
                prompter.tell(sentence, Tone.CAREFUL)
        value = check_value(field, raw, method)
    except NexcredError as error:
        prompter.tell(error.message, Tone.BAD)
        return None
    if owner := other_owner(method, field, value):
        prompter.tell(f"this looks like a key of {owner}", Tone.CAREFUL)
        return value if prompter.confirm("Take it all the same?") else None
    for warning in warnings_of(field, value):
        prompter.tell(warning, Tone.CAREFUL)
    return value
