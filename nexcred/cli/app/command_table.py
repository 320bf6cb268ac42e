"""Every command, once: its words, the heading it stands under, and the line that `--help` shows.

The module follows from the words, with `_` for `-`: `vault init` is `nexcred.cli.commands.vault.init`, and runs its
`command`. A word of Python's own (`import`) has a `_` after it.
A name without a module of its own (`vault`) is a group. One that is a group and runs by itself too has its module in
the group's folder: `serve` is `nexcred.cli.commands.serve.command`.
"""

from nexcred.model.named_tuple import NamedTuple

EVERY_DAY = "EVERY DAY"
USE = "USE"
KEEP_ALIVE = "KEEP ALIVE"
MANAGE = "MANAGE"
HEADINGS = (EVERY_DAY, USE, KEEP_ALIVE, MANAGE)


class CommandEntry(NamedTuple):
    """One line of help. `heading` is empty for commands inside a group. `runs` where it is more than a group."""

    help: str
    heading: str = ""
    runs: bool = False


COMMANDS = {
    "add": CommandEntry("add a credential, and prove that it works", EVERY_DAY),
    "list": CommandEntry("list the credentials", EVERY_DAY),
    "show": CommandEntry("show one credential, with its secrets hidden", EVERY_DAY),
    "open": CommandEntry("open the provider's page for a key in the browser", EVERY_DAY),
    "update": CommandEntry("change a credential", EVERY_DAY),
    "status": CommandEntry("show what is wrong or due, and the command that mends it", EVERY_DAY),
    "probe": CommandEntry("ask the providers whether credentials work", EVERY_DAY),
    "rename": CommandEntry("rename a credential", EVERY_DAY),
    "remove": CommandEntry("remove credentials", EVERY_DAY),
    "trash": CommandEntry("what was removed: list it, restore it", EVERY_DAY),
    "trash list": CommandEntry("list what was removed and can be restored"),
    "trash restore": CommandEntry("restore a removed credential"),
    "trash empty": CommandEntry("remove for good what is in the trash"),
    "history": CommandEntry("list the revisions of a credential", EVERY_DAY),
    "restore": CommandEntry("bring back an earlier revision", EVERY_DAY),
    "get": CommandEntry("print one value, byte for byte", USE),
    "token": CommandEntry("print a fresh access token", USE),
    "login": CommandEntry("log in with OAuth in the browser", USE),
    "run": CommandEntry("run a command with credentials in its environment", USE),
    "export": CommandEntry("write credentials for other programs to read", USE),
    "inject": CommandEntry("fill a template with values", USE),
    "request": CommandEntry("send an API request with a credential", USE),
    "import": CommandEntry("add credentials from other tools' files: all, or none", USE),
    "helper": CommandEntry("give credentials to git, docker, kubectl and AWS tools", USE),
    "helper aws": CommandEntry("act as an AWS credential_process"),
    "helper git": CommandEntry("act as a git credential helper"),
    "helper docker": CommandEntry("act as a docker credential helper"),
    "helper kube": CommandEntry("act as a kubectl exec plugin"),
    "serve": CommandEntry("give credentials to programs over HTTP, on this machine", USE, runs=True),
    "serve token": CommandEntry("the tokens by which programs ask"),
    "serve token new": CommandEntry("make a token, and print it once"),
    "serve token list": CommandEntry("list the tokens, and what each may"),
    "serve token revoke": CommandEntry("end a token, at once"),
    "nexla": CommandEntry("hand credentials to a Nexla, and compare", USE),
    "nexla push": CommandEntry("create credentials at Nexla, or replace them"),
    "nexla status": CommandEntry("show which credentials Nexla has, and which are newer here"),
    "rotate": CommandEntry("replace keys by new ones, and revoke the old", KEEP_ALIVE),
    "revoke": CommandEntry("revoke a key at its provider, and prove that it is dead", KEEP_ALIVE),
    "exposure": CommandEntry("say that somebody knows a secret who should not", KEEP_ALIVE),
    "exposure add": CommandEntry("say that a secret is known to somebody who should not"),
    "exposure clear": CommandEntry("say that an exposure no longer counts"),
    "connectors": CommandEntry("the systems that nexcred knows", MANAGE),
    "connectors list": CommandEntry("list the connectors"),
    "connectors show": CommandEntry("show what a connector asks for, and where to find it"),
    "connectors new": CommandEntry("write a connector file for you to fill in"),
    "connectors check": CommandEntry("check a connector file, and try it"),
    "check": CommandEntry("check that a project's credentials are there and work", USE),
    "vault": CommandEntry("make, inspect and verify the vault", MANAGE),
    "vault init": CommandEntry("make a new vault"),
    "vault status": CommandEntry("show where the vault is and how it opens"),
    "vault list": CommandEntry("list the vaults that you have names for"),
    "vault add": CommandEntry("give a vault a name"),
    "vault use": CommandEntry("use a vault when none is named"),
    "vault forget": CommandEntry("forget the name of a vault"),
    "vault invite": CommandEntry("print a line by which somebody joins the vault"),
    "vault join": CommandEntry("join a vault by the line of who invites you"),
    "vault unlock": CommandEntry("keep the vault unlocked for some hours"),
    "vault lock": CommandEntry("lock the vault again"),
    "vault verify": CommandEntry("verify the signatures of every record"),
    "vault upgrade": CommandEntry("upgrade a vault from version 1 to version 2"),
    "vault checkpoint": CommandEntry("print a checkpoint of the vault, for another machine"),
    "vault compare": CommandEntry("compare the vault with another machine's checkpoint"),
    "vault accept": CommandEntry("accept a backup that an owner restored"),
    "vault settle": CommandEntry("decide who holds a disputed credential"),
    "vault settings": CommandEntry("show or change what holds for all who use the vault"),
    "vault passphrase": CommandEntry("set or change the passphrase"),
    "vault recovery": CommandEntry("make a recovery key to write down, or use it"),
    "vault tidy": CommandEntry("delete what a shared vault no longer needs"),
    "vault move": CommandEntry("move the vault to another place"),
    "vault backup": CommandEntry("write a complete copy of the vault to a file"),
    "vault restore-backup": CommandEntry("restore a backup as the newest state of the vault"),
    "vault adopt": CommandEntry("bring together two copies that were both changed"),
    "vault rekey": CommandEntry("replace your keys and the key of the vault"),
    "identity": CommandEntry("the key that opens the vault", MANAGE),
    "identity new": CommandEntry("make an identity for a job or a person"),
    "identity show": CommandEntry("print your public identity, or the secret one"),
    "member": CommandEntry("who belongs to the vault", MANAGE),
    "member add": CommandEntry("add a member to the vault"),
    "member role": CommandEntry("change a member's role"),
    "member list": CommandEntry("list the members of the vault"),
    "member remove": CommandEntry("remove a member from the vault"),
    "team": CommandEntry("teams of members, which hold credentials together", MANAGE),
    "team add": CommandEntry("make a team, or add members to it"),
    "team list": CommandEntry("list the teams, who is in them, and what they hold"),
    "team remove": CommandEntry("take members out of a team, or end it"),
    "ui": CommandEntry("look at the vault in the browser: add, test, share and rotate", MANAGE),
    "trust": CommandEntry("confirm that a credential is the one you mean", MANAGE),
    "share": CommandEntry("share credentials with members and teams", MANAGE),
    "unshare": CommandEntry("stop sharing credentials with members and teams", MANAGE),
    "doctor": CommandEntry("find what is wrong on this machine, and how to fix it", MANAGE),
    "audit": CommandEntry("show who changed, read or used credentials", MANAGE),
    "config": CommandEntry("your settings: the default vault, colours, the pager …", MANAGE),
    "config list": CommandEntry("list the settings"),
    "config get": CommandEntry("print one setting"),
    "config set": CommandEntry("change a setting"),
    "config unset": CommandEntry("go back to the default of a setting"),
    "schema": CommandEntry("print the JSON Schema of a command's output", MANAGE),
    "completion": CommandEntry("print the completion script for a shell", MANAGE),
    "help": CommandEntry("show the help of a command, or of a topic: settings, exit-codes", MANAGE),
}
# Known, and in no help: programs call them.
HIDDEN = {"complete": CommandEntry("say what may come next on a line")}


def subcommands(group: str) -> dict[str, CommandEntry]:
    """Return the commands directly inside a group, by their last word; "" is the program itself."""
    prefix = f"{group} " if group else ""
    return {
        words.removeprefix(prefix): entry
        for words, entry in COMMANDS.items()
        if words.startswith(prefix) and " " not in words.removeprefix(prefix)
    }


def is_group(words: str) -> bool:
    return any(other.startswith(f"{words} ") for other in COMMANDS)


def runs_alone(words: str) -> bool:
    """True for a group that does something without a verb too."""
    return words in COMMANDS and COMMANDS[words].runs


def is_command(words: str) -> bool:
    """True for what has options of its own, and does something."""
    return runs_alone(words) or not is_group(words)
