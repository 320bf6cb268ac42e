"""Several vaults in one command: what each of them gives, and what is wrong with those that give nothing."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from nexcred.cli.app.context import Context
from nexcred.cli.app.damaged_records import failure_for
from nexcred.errors import Damaged, Interrupted, NexcredError
from nexcred.local.vault_names import VaultChoice, is_url, scheme_alone, without_secret
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.text import make_visible

T = TypeVar("T")


class OneOfSeveral(NamedTuple):
    """A vault that the command line names, as people and programs are told of it."""

    name: str
    context: Context


class SeveralVaults:
    """Those of `--vault`, each once, in that order. `failures` are what is wrong, each named by its vault."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.failures: list[NexcredError] = []
        self.vaults: list[OneOfSeveral] = []
        seen: set[VaultChoice] = set()
        for said in dict.fromkeys(context.options.vaults):
            name = make_visible(without_secret(said))
            one = self._one(said, name)
            choice = self._try(name, partial(getattr, one, "vault_choice"))
            if choice is not None and choice.name is None and is_url(said):
                # A URL that no store takes is not repeated: whatever stands in it may be a password.
                choice = self._try(make_visible(scheme_alone(said)), partial(_with_store, one, choice))
            if choice is not None and choice not in seen:
                seen.add(choice)
                self.vaults.append(OneOfSeveral(choice.name or name, one))

    def _one(self, said: str, name: str) -> Context:
        one = Context(self._context.streams)
        one.environment, one.options = self._context.environment, self._context.options.at_vault(said)
        one.__dict__["user_settings"] = self._context.user_settings
        one.unlock_label = f"Passphrase of the vault '{name}'"
        return one

    def gather(self, read: Callable[[Context], T]) -> list[tuple[OneOfSeveral, T]]:
        """Return what each gives; of one that fails, the failure is kept, and it gives nothing any more."""
        found = []
        for one in list(self.vaults):
            given = self.attempt(one, partial(read, one.context))
            if given is not None:
                found.append((one, given))
        return found

    def attempt(self, one: OneOfSeveral, make: Callable[[], T]) -> T | None:
        """Return what is made; None where it fails, which is kept, and the vault is none of them any more."""
        made = self._try(one.name, make)
        if made is None:
            self.vaults.remove(one)
        return made

    def _try(self, name: str, make: Callable[[], T]) -> T | None:
        try:
            return make()
        except Interrupted:
            raise
        except NexcredError as error:
            self.failures.append(_named(error, name))
            return None

    def fail(self, one: OneOfSeveral, error: NexcredError) -> None:
        self.failures.append(_named(error, one.name))

    def raise_failures(self) -> None:
        """Raise one of the failures, that of a damaged vault before any other; the others are told before."""
        from nexcred.cli.app.error_report import tell

        for one in self.vaults:
            if one.context.problems:
                self.failures.append(_named(failure_for(one.context.problems), one.name))
        if not self.failures:
            return
        worst = next((error for error in self.failures if isinstance(error, Damaged)), self.failures[-1])
        for error in self.failures:
            if error is not worst:
                tell(error, self._context.streams, as_json=False)
        raise worst


def _with_store(one: Context, choice: VaultChoice) -> VaultChoice:
    """Return the choice where there is such a place; nothing is opened yet."""
    _ = one.store
    return choice


def _named(error: NexcredError, name: str) -> NexcredError:
    error.message = f"the vault '{name}': {error.message}"
    error.args = (error.message,)
    return error
