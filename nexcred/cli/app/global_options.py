"""The options that every command takes, before it or after it: both readers of the command line know them from here."""

from nexcred.model.named_tuple import NamedTuple


class GlobalOptions:
    """The global options; each is None or False until it is given. `vaults` are all, where there are several."""

    __slots__ = (
        "accept_rollback",
        "debug",
        "fresh",
        "identity_file",
        "no_color",
        "no_input",
        "no_pager",
        "offline",
        "quiet",
        "utc",
        "vault",
        "vaults",
    )

    def __init__(self) -> None:
        self.vault: str | None = None
        self.vaults: tuple[str, ...] = ()
        self.identity_file: str | None = None
        self.accept_rollback = False
        self.offline = False
        self.fresh = False
        self.no_input = False
        self.no_color = False
        self.no_pager = False
        self.utc = False
        self.quiet = False
        self.debug = False

    def for_vault(self, name: str) -> "GlobalOptions":
        """Return these options for another vault, without what unlocks the one in hand."""
        other = self.at_vault(name)
        other.identity_file, other.accept_rollback = None, False
        return other

    def at_vault(self, said: str) -> "GlobalOptions":
        """Return these options for one of several vaults."""
        other = GlobalOptions()
        for option in self.__slots__:
            setattr(other, option, getattr(self, option))
        other.vault, other.vaults = said, ()
        return other

    def setting(self, key: str) -> str | bool | None:
        """Return what these options say of a setting (`local.settings`); None where they say nothing."""
        said: dict[str, str | bool | None] = {
            "vault": self.vault,
            "color": "never" if self.no_color else None,
            "pager": "" if self.no_pager else None,
            "local_time": False if self.utc else None,
        }
        return said.get(key)


class GlobalOption(NamedTuple):
    """One of them, spelled as it is given. Without a metavar it takes no value; some commands take several of one."""

    spellings: tuple[str, ...]
    help: str
    metavar: str = ""
    may_repeat: bool = False


GLOBAL_OPTIONS = (
    GlobalOption(("--vault",), "The vault to use: a name of vault list, a path or a URL.", "VAULT", may_repeat=True),
    GlobalOption(("--identity-file",), "Unlock with the identity in this file.", "FILE"),
    GlobalOption(("--accept-rollback",), "Read a vault that is older than this machine has seen."),
    GlobalOption(("--offline",), "Do not ask where the vault lies: what was read before will do."),
    GlobalOption(("--fresh",), "Only the present vault will do, and never what was read before."),
    GlobalOption(("--no-input",), "Never ask anything."),
    GlobalOption(("--no-color",), "No colours."),
    GlobalOption(("--no-pager",), "Print what is longer than the screen as it is."),
    GlobalOption(("--utc",), "Times in UTC, and not as this machine's clock has them."),
    GlobalOption(("-q", "--quiet"), "Print results and problems only."),
    GlobalOption(("--debug",), "Show where in the program an error happened."),
)
