"""Machines of `~/.netrc` (GNU Inetutils, The .netrc file): user names and passwords for HTTP.

Read as curl and Python's netrc read it. Where the two read differently nothing is taken, and the line is named.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from nexcred.model.secret import Secret
from nexcred.model.text import make_visible
from nexcred.model.text_lines import lines_of, text_of
from nexcred.services.importing.files import FilePlace, named_by
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable
from nexcred.services.importing.netrc_entries import NetrcEntry, entries_of


def netrc_places(environment: Mapping[str, str]) -> tuple[FilePlace, ...]:
    return (named_by(environment, "NETRC", "~/.netrc"),)


def read_netrc(data: bytes) -> Reading:
    """Read each machine as a REST API with basic authentication, on its host."""
    read = Reading.of(_found(one) for one in entries_of(lines_of(text_of(data))))
    return read._replace(found=list(_named_apart(read)))


def _found(entry: NetrcEntry | Unreadable) -> ImportCandidate | Unreadable:
    if isinstance(entry, Unreadable):
        return entry
    machine, values = entry.machine or "", entry.values
    place = "default" if entry.is_default else f"machine {machine}".rstrip()
    if entry.problem:
        return Unreadable(place, entry.problem, machine, "rest")
    if entry.is_default:
        return Unreadable(place, "is for any machine, and a credential is for one", connector="rest")
    if not machine:
        return Unreadable(f"line {entry.line}", "names no machine", connector="rest")
    if entry.awaited or not entry.is_complete:
        return Unreadable(place, "lacks a login or a password", machine, "rest")
    fields = {"base_url": f"https://{machine}", "username": values["username"], "password": Secret(values["password"])}
    left_out = tuple(one for one in ("account", "method") if one in values)
    return ImportCandidate(place, "rest", fields, name=machine, method="basic", left_out=left_out)


def _named_apart(read: Reading) -> Iterator[ImportCandidate | Unreadable]:
    """Yield them; of several logins on one machine each is named after its user too."""
    several = Counter(one.name for one in read.found if isinstance(one, ImportCandidate))
    for one in read.found:
        if isinstance(one, Unreadable) or several[one.name] == 1:
            yield one
        else:
            name = f"{make_visible(str(one.values['username']))}@{one.name}".replace("/", "_")
            yield replace(one, name=name)
