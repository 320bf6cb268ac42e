"""What the values of variables tell, where their names do not: the host of a provider, or the form of its keys."""

import re
from collections.abc import Iterator, Mapping

from nexcred.model.secret import Secret
from nexcred.services.importing.entries.entry import URL, Entry, EntryField
from nexcred.services.importing.entries.recognised import Recogniser, host_in
from nexcred.services.importing.found import ImportCandidate

_ADDRESS_ENDINGS = re.compile(r"_(?:BASE_|API_)?(?:URL|URI|HOST|HOSTNAME|ENDPOINT|DOMAIN|SERVER|ADDRESS)$")
_HOST_NAME = re.compile(r"(?:https://)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]+)?(?:/\S*)?")

Variables = Mapping[str, str]
Guess = tuple[ImportCandidate, set[str]]


def known_by_host(variables: Variables, recogniser: Recogniser) -> Iterator[Guess]:
    """Yield what stands beside an address of a provider under the same beginning: ACME_URL and ACME_TOKEN."""
    for address, value in variables.items():
        ending = _ADDRESS_ENDINGS.search(address)
        if ending and _HOST_NAME.fullmatch(value) and recogniser.knows_host(host_in(value)):
            stem = address[: ending.start()] + "_"
            group = {name: name.removeprefix(stem) for name in variables if name.startswith(stem)}
            yield from _recognised({**group, address: URL}, variables, recogniser)


def known_by_form(variables: Variables, recogniser: Recogniser) -> Iterator[Guess]:
    """Yield each whose value has the form that one connector's keys have, such as those that begin with ghp_."""
    for variable in variables:
        yield from _recognised({variable: variable}, variables, recogniser)


def _recognised(labels: Mapping[str, str], variables: Variables, recogniser: Recogniser) -> Iterator[Guess]:
    names = list(labels)
    fields = tuple(EntryField(labels[name], Secret(variables[name]), labels[name] == URL) for name in names)
    found = recogniser.recognise(Entry(", ".join(names), "", fields))
    if found is None:
        return
    used = [names[place] for place in sorted(found.used)]
    given = {
        name: field
        for name, held in zip(names, fields, strict=True)
        for field, value in found.values.items()
        if value is held.value
    }
    one = ImportCandidate(", ".join(used), found.connector, found.values, method=found.method or None, variables=given)
    yield one, set(used)
