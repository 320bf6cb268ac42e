"""A credential as it was at an earlier revision of its values."""

from nexcred.errors import RevisionNotFound
from nexcred.model.credential import Credential, Details
from nexcred.model.shell_word import shell_word
from nexcred.services.values.kept_details import served_details
from nexcred.vault.vault import Vault


def as_it_was(vault: Vault, credential: Credential, revision: int) -> tuple[Credential, Details]:
    """Return it with the values of a past revision, for who may open them: what they hold is what is shown.

    Its labels are those of now, and nothing is told of whether it worked. Raises RevisionNotFound, and what reading the
    present values does.
    """
    with vault.snapshot():
        details = served_details(vault, credential, revision)
        told = next((one for one in vault.history(credential) if one.version == revision), None)
    if told is None:
        raise RevisionNotFound(
            f"'{credential.name}' has no revision {revision}",
            hint=f"see those that are kept with: nexcred history {shell_word(credential.name)}",
        )
    was = credential._replace(
        connector=details.connector,
        method=details.method,
        allowed_hosts=details.allowed_hosts,
        public=details.public,
        secret_fields=details.secret_fields,
        version=revision,
        updated_at=told.at,
        changed=told.changed,
        probe=None,
        expires_at=None,
        policy=None,
        terms=None,
        has_rotation=False,
    )
    return was, details
