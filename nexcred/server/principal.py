"""Who asks, and what they may."""

from collections.abc import Iterable

from nexcred.errors import NotPermitted
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.right import Right
from nexcred.model.secret import repr_of


class Allowance(NamedTuple):
    """One right, to the credentials with these ids; None is to all, later ones too."""

    right: Right
    records: frozenset[str] | None


class Principal(NamedTuple):
    """A token, or the page of this session, by its name. Nothing is implied: to read is not to show.

    `patterns` are the names that it was made for, one for each allowance, sealed as the vault seals names.
    """

    name: str
    allowances: tuple[Allowance, ...]
    patterns: str = ""

    def __repr__(self) -> str:
        return repr_of(self, "name")

    def may(self, right: Right, record: str) -> bool:
        return any(one.right == right and (one.records is None or record in one.records) for one in self.allowances)

    def may_all(self, right: Right) -> bool:
        """True where it holds for every credential, those to come too: adding needs that."""
        return any(one.right == right and one.records is None for one in self.allowances)

    def require(self, right: Right, credential: Credential) -> None:
        """Raise NotPermitted where it may not."""
        if not self.may(right, credential.id):
            raise self.refusal(right)

    def refusal(self, right: Right) -> NotPermitted:
        """Return the failure, which is the same whether there is such a credential or not."""
        return NotPermitted(f"'{self.name}' may not {right} this credential")

    def require_all(self, right: Right) -> None:
        """Raise NotPermitted where it may not with every credential."""
        if not self.may_all(right):
            raise NotPermitted(f"'{self.name}' may not {right} every credential")

    def among(self, right: Right, credentials: Iterable[Credential]) -> list[Credential]:
        """Return those with which it may."""
        return [one for one in credentials if self.may(right, one.id)]
