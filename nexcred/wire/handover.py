"""The JSON of `run --dry-run`."""

from typing import TypedDict

from nexcred.services.provisioning.environment import Environment


class VariableShape(TypedDict):
    """A variable, and the credential that decides it."""

    variable: str
    credential: str


class LentShape(VariableShape):
    """A variable that names a file, or its folder. With an `option` the command is also told of it by that."""

    file: str
    option: str | None


class HandOverShape(TypedDict):
    """What a command would be handed: variables that are set, those that it would have inherited, and files."""

    set: list[VariableShape]
    unset: list[VariableShape]
    lent: list[LentShape]


def hand_over_shape(provided: Environment, unset: list[str], options: dict[str, str]) -> HandOverShape:
    """Return it without values; `options` has those that the command gets, by variable."""
    owners = {name: credential.name for name, credential in {**provided.cleared, **provided.owners}.items()}
    return {
        "set": [{"variable": name, "credential": owners[name]} for name in provided.variables],
        "unset": [{"variable": name, "credential": owners[name]} for name in unset],
        "lent": [
            {
                "variable": name,
                "credential": owners[name],
                "file": file.name.rpartition("/")[2],
                "option": options.get(name),
            }
            for name, file in provided.files.items()
        ],
    }
