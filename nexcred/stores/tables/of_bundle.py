"""The small tables of a snapshot whose bundle is at hand."""

from nexcred.vault.store import Bundle


class OfBundle:
    """Speaks that part of `vault.store.Snapshot` which one call across a network brings."""

    _bundle: Bundle

    def bundle(self) -> Bundle:
        return self._bundle

    def tree(self) -> bytes:
        return self._bundle.tree

    def access(self) -> tuple[bytes, ...]:
        return self._bundle.access

    def chain(self) -> tuple[bytes, ...]:
        return self._bundle.chain

    def roster(self) -> tuple[bytes, ...]:
        return self._bundle.roster

    def slots(self) -> tuple[bytes, ...]:
        return self._bundle.slots
