"""Profiles of ~/.databrickscfg (Databricks, "configuration profiles"), and the tokens that its program renews."""

from collections.abc import Iterator, Mapping

from nexcred.model.text import make_visible
from nexcred.model.text_lines import lines_of, text_of
from nexcred.services.importing.entries.candidates import reading_without_named
from nexcred.services.importing.entries.entry import Entry, joined, public, secret
from nexcred.services.importing.files import FilePlace, SourceFile, named_by
from nexcred.services.importing.found import Reading, Unreadable
from nexcred.services.importing.ini import IniSection, read_ini
from nexcred.services.importing.managers.json_shape import object_of, read_json
from nexcred.services.importing.request import ImportRequest

_CACHE = "cache"
_LABELS = {"host": "base_url", "token": "access_token"}
_SHOWN = frozenset({"base_url", "client_id", "account_id", "username", "azure_client_id", "azure_tenant_id"})
_SETTINGS = frozenset(
    [
        "auth_type",
        "cluster_id",
        "warehouse_id",
        "serverless_compute_id",
        "jobs-api-version",
        "insecure",
        "rate_limit",
        "workspace_id",
        "azure_workspace_resource_id",
        "azure_environment",
        "metadata_service_url",
        "experimental_is_unified_host",
        "default_profile",
    ]
)


def databricks_places(environment: Mapping[str, str]) -> tuple[FilePlace, ...]:
    tokens = FilePlace("~/.databricks/token-cache.json", role=_CACHE, is_beside=True)
    return (named_by(environment, "DATABRICKS_CONFIG_FILE", "~/.databrickscfg"), tokens)


def read_databricks(request: ImportRequest) -> Reading:
    """Read all profiles: none has what another says, not even DEFAULT."""
    found = (entry for file in request.files for entry in _entries_in(file))
    return reading_without_named(found, "hold no secret")


def _entries_in(file: SourceFile) -> Iterator[Entry | Unreadable | str]:
    if file.role == _CACHE or file.data.lstrip()[:1] == b"{":
        yield from _tokens_in(file)
        return
    ini = read_ini(lines_of(text_of(file.data)), for_all="")
    if ini.stray:
        yield Unreadable(f"line {ini.stray}", "stands before the first [profile]", concerns_all=True)
    for name, section in ini.sections.items():
        yield _entry_of(name, section)


def _entry_of(name: str, section: IniSection) -> Entry | Unreadable | str:
    place, shown = f"profile {make_visible(name[:100])}", "databricks" if name == "DEFAULT" else name
    if section.problem:
        return Unreadable(place, section.problem, shown[:255], "databricks")
    fields = []
    for option, (value, _) in section.options.items():
        label = _LABELS.get(option, option)
        if option not in _SETTINGS:
            given = _address_of(value) if label == "base_url" else value
            fields.append((public if label in _SHOWN else secret)(label, given))
    entry = Entry(place, shown, joined(fields), kind="databricks", path=name)
    return entry if any(not one.public for one in entry.fields) else name


def _address_of(host: str) -> str:
    return (host if "://" in host or not host else f"https://{host}").rstrip("/")


def _tokens_in(file: SourceFile) -> Iterator[Entry]:
    tokens = object_of(object_of(read_json(file.data, "the cache of tokens")).get("tokens"))
    for host, token in tokens.items():
        fields = joined(
            (
                public("url", host),
                *(secret(label, object_of(token).get(label)) for label in ("access_token", "refresh_token")),
            )
        )
        place = f"token of {make_visible(host[:100])}"
        yield Entry(place, f"databricks token {host.partition('://')[2] or host}", fields, renewed_by="databricks")
