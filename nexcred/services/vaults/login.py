"""The login at the place of a vault, kept as a credential in another vault of the user's."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from nexcred.errors import Locked, NexcredError, UsageError
from nexcred.local.vault_names import VaultChoice
from nexcred.services.provisioning.environment import provision
from nexcred.vault.vault import Vault

OpenVault = Callable[[str], Vault]


class LoginEnvironment(Mapping[str, str]):
    """The environment that `run -c NAME` would give a command: a place is logged in at as its own tools do.

    `said` is VAULT:NAME. The vault is opened, by the user's name for it, when something is first asked of this.
    """

    def __init__(self, said: str, environment: Mapping[str, str], open_vault: OpenVault) -> None:
        self._vault, _, self._name = said.partition(":")
        self._environment = environment
        self._open_vault = open_vault

    @cached_property
    def _variables(self) -> Mapping[str, str]:
        try:
            return provision(self._open_vault(self._vault), [self._name], {}).on_top_of(self._environment)
        except NexcredError as error:
            raise self._told_of(error) from None

    def _told_of(self, error: NexcredError) -> NexcredError:
        """Say in which vault it is, which is another one than the person named."""
        error.message = f"the login lies in the vault '{self._vault}': {error.message}"
        error.args = (error.message,)
        if type(error) is Locked:
            unlock = f"nexcred vault unlock --vault {self._vault}"
            error.hint = f"what is given to unlock is for the vault in hand; open that one before: {unlock}"
        return error

    def __getitem__(self, name: str) -> str:
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


def refuse_chain(choice: VaultChoice) -> None:
    """Raise UsageError for a vault with a login that needs a login itself: it might never end."""
    if choice.table is not None and choice.table.credential is not None:
        raise UsageError(
            "it needs a login of another vault itself",
            hint="keep it in a vault on this machine: nexcred vault list",
        )
