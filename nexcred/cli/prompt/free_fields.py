"""Ask for fields that a credential names itself: a name, its value, and whether there is another."""

from collections.abc import Mapping

from nexcred.cli.prompt.field import ask_field
from nexcred.cli.prompt.prompter import Prompter, Tone
from nexcred.connectors.free_fields import free_field
from nexcred.connectors.language.free_names import problem_in_name
from nexcred.connectors.language.spec import Field, Method
from nexcred.model.credential import Value

_PUBLIC = ":public"
_NAME, _ANOTHER = "Name of a field", "Another field? Its name, or Enter for no"
# Who answers the question, and not with a name: a field that is called so is added by --set.
_YES, _NO = ("y", "yes"), ("n", "no")


def ask_free_fields(prompter: Prompter, method: Method, values: Mapping[str, object]) -> dict[str, Value]:
    """Ask for fields beside those that there are until no name is given; a first one has to be."""
    answers: dict[str, Value] = {}
    if values:
        prompter.tell()
    prompter.tell(f"A field is a secret; write name{_PUBLIC} for one whose value may be seen.", Tone.QUIET)
    while (field := _ask_for_name(prompter, [*values, *answers])) is not None:
        answer = ask_field(prompter, method, field, ())
        if answer is not None:
            answers[field.name] = answer
        prompter.tell()
    return answers


def _ask_for_name(prompter: Prompter, present: list[str]) -> Field | None:
    """Return the field to ask for; None for no further one."""
    question = _ANOTHER if present else _NAME
    while True:
        typed = prompter.text(question).strip()
        if (present and not typed) or (question == _ANOTHER and typed.lower() in _NO):
            return None
        if question == _ANOTHER and typed.lower() in _YES:
            question = _NAME
            continue
        name = typed.removesuffix(_PUBLIC)
        problem = "is there already" if name in present else problem_in_name(name, present)
        if not problem:
            return free_field(name, secret=name == typed)
        prompter.tell(f"that {problem}" if typed else "it needs at least one field", Tone.BAD)
