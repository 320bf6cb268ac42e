"""Credentials of gcloud: keys of service accounts, and logins of people, which gcloud renews.

Places and types as in Google Cloud's "How Application Default Credentials works" and `gcloud topic configurations`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from nexcred.model.text import make_visible
from nexcred.services.importing.entries.candidates import reading_of
from nexcred.services.importing.entries.entry import Entry, joined, public, secret
from nexcred.services.importing.files import FilePlace, SourceFile
from nexcred.services.importing.found import Reading, Unreadable
from nexcred.services.importing.managers.json_shape import object_of, read_json, text_of
from nexcred.services.importing.request import ImportRequest

_KEY, _FOLDER = "GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG"
_DEFAULT = "application_default_credentials.json"
_SERVICE_ACCOUNT, _PERSON = "service_account", "authorized_user"


def gcloud_places(environment: Mapping[str, str]) -> tuple[FilePlace, ...]:
    """Return the file of the variable, the default one, and those of the accounts that are signed in."""
    folder = environment.get(_FOLDER, "") or "~/.config/gcloud"
    variable = _FOLDER if environment.get(_FOLDER) else ""
    named = [FilePlace(environment[_KEY], _KEY)] if environment.get(_KEY) else []
    found = [*named, FilePlace(f"{folder}/{_DEFAULT}", variable)]
    accounts = Path(folder).expanduser() / "legacy_credentials"
    if accounts.is_dir():
        found += [
            FilePlace(f"{folder}/legacy_credentials/{one}/adc.json", variable)
            for one in sorted(one.name for one in accounts.iterdir())
        ]
    return tuple(found)


def read_gcloud(request: ImportRequest) -> Reading:
    found = [one for file in request.files for one in _entries_in(file)]
    keyless = [one for one in found if isinstance(one, str)]
    return reading_of((one for one in found if not isinstance(one, str)), notes=keyless)


def _entries_in(file: SourceFile) -> Iterator[Entry | Unreadable | str]:
    document = object_of(read_json(file.data, "the file"))
    kind = text_of(document.get("type"))
    if kind == _SERVICE_ACCOUNT:
        email = text_of(document.get("client_email")) or "service account"
        key = secret("service_account_key", file.data.removeprefix(b"\xef\xbb\xbf"))
        yield Entry(file.shown, email, joined((key,)), kind="gcs", path=email)
    elif kind == _PERSON:
        person = text_of(document.get("account")) or Path(file.shown).parent.name or "gcloud"
        name = f"gcloud {person}" if "@" in person else "gcloud application default"
        fields = joined(
            (
                public("client_id", document.get("client_id")),
                secret("client_secret", document.get("client_secret")),
                secret("refresh_token", document.get("refresh_token")),
            )
        )
        yield Entry(file.shown, name, fields, path=name, renewed_by="gcloud")
    else:
        told = make_visible(kind[:64]) or "of no type"
        yield f"left out: {file.shown}, which is {told} and holds no key of its own"
