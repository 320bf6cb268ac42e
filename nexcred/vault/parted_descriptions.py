"""What one of two copies of a vault calls a credential, and says of it, where the other one goes on."""

from nexcred.model.shell_word import shell_word
from nexcred.vault.overview import Overview


def said_otherwise(stands: Overview, other: Overview) -> str:
    """Say what the other copy has in another way, and what is lost with it; "" where that is nothing."""
    said = []
    if other.name != stands.name:
        said.append(f"is named {shell_word(other.name)}")
    if other.description != stands.description:
        said.append("has another description")
    if set(other.tags) != set(stands.tags):
        said.append("has other tags")
    return f"in the other copy it {' and '.join(said)}: that is not taken over" if said else ""
