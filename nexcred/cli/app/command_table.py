"""Every command, once: its words, the heading it stands under, and the line that `--help` shows.

The module follows from the words, with `_` for `-`: `vault init` is `nexcred.cli.commands.vault.init`, and runs its
`command`. A word of Python's own (`import`) has a `_` after it.
A name without a module of its own (`vault`) is a group.
"""

from typing import NamedTuple

EVERY_DAY = "EVERY DAY"
USE = "USE"
MANAGE = "MANAGE"
HEADINGS = (EVERY_DAY, USE, MANAGE)


class CommandEntry(NamedTuple):
    """One line of help. `heading` is empty for commands inside a group."""

    help: str
    heading: str = ""


COMMANDS = {
    "add": CommandEntry("add a credential, and prove that it works", EVERY_DAY),
    "list": CommandEntry("list the credentials", EVERY_DAY),
    "show": CommandEntry("show one credential, its secrets as dots", EVERY_DAY),
    "update": CommandEntry("change a credential", EVERY_DAY),
    "probe": CommandEntry("ask the providers whether credentials work", EVERY_DAY),
    "rename": CommandEntry("give a credential another name", EVERY_DAY),
    "remove": CommandEntry("remove credentials", EVERY_DAY),
    "history": CommandEntry("list the revisions of a credential", EVERY_DAY),
    "restore": CommandEntry("bring back an earlier revision", EVERY_DAY),
    "get": CommandEntry("print one value, exactly", USE),
    "token": CommandEntry("print a fresh access token", USE),
    "login": CommandEntry("authorize with OAuth in the browser", USE),
    "run": CommandEntry("run a command with credentials in its environment", USE),
    "export": CommandEntry("write credentials for other programs to read", USE),
    "inject": CommandEntry("fill a template with values", USE),
    "request": CommandEntry("send a request to an API as a credential", USE),
    "import": CommandEntry("add what is kept elsewhere: all of it, or nothing", USE),
    "helper": CommandEntry("answer git, docker, kubectl and AWS tools when they ask for credentials", USE),
    "helper aws": CommandEntry("answer as an AWS credential_process"),
    "helper git": CommandEntry("answer as a git credential helper"),
    "helper docker": CommandEntry("answer as a docker credential helper"),
    "helper kube": CommandEntry("answer as an exec plugin of kubectl"),
    "connectors": CommandEntry("the systems that nexcred knows", MANAGE),
    "connectors list": CommandEntry("list the connectors"),
    "connectors show": CommandEntry("show what a connector asks for, and where to find it"),
    "connectors new": CommandEntry("write a connector of your own, to be filled in"),
    "connectors check": CommandEntry("look through a connector's file, and try it"),
    "check": CommandEntry("see whether all that a project needs is there and works", USE),
    "vault": CommandEntry("make, inspect and verify the vault", MANAGE),
    "vault init": CommandEntry("make a new vault"),
    "vault status": CommandEntry("show where the vault is and how it opens"),
    "vault unlock": CommandEntry("let the vault open for some hours without asking"),
    "vault lock": CommandEntry("end what vault unlock began"),
    "vault verify": CommandEntry("prove that every record is as it was signed"),
    "vault upgrade": CommandEntry("bring a vault of version 1 to version 2"),
    "vault checkpoint": CommandEntry("print how far the vault has come, for another machine"),
    "vault compare": CommandEntry("compare the vault with what another machine saw"),
    "vault accept": CommandEntry("go on from a backup that an owner brought back"),
    "vault settle": CommandEntry("say who holds a disputed credential"),
    "vault passphrase": CommandEntry("change the passphrase, or set the first one"),
    "vault recovery": CommandEntry("make a recovery key for paper, or use it"),
    "vault backup": CommandEntry("write a complete copy of the vault to a file"),
    "vault restore-backup": CommandEntry("bring a backup back, as the newest state of the vault"),
    "vault rekey": CommandEntry("replace your keys and the key of the vault"),
    "identity": CommandEntry("the key that opens the vault", MANAGE),
    "identity new": CommandEntry("make an identity, for a job or for somebody"),
    "identity show": CommandEntry("print the public identity, or the secret one"),
    "member": CommandEntry("who belongs to the vault", MANAGE),
    "member add": CommandEntry("let somebody into the vault"),
    "member role": CommandEntry("give a member another role"),
    "member list": CommandEntry("list who belongs to the vault"),
    "member remove": CommandEntry("let a member read nothing from now on"),
    "trust": CommandEntry("say that a credential is the one you mean", MANAGE),
    "share": CommandEntry("let members hold the values of credentials", MANAGE),
    "unshare": CommandEntry("seal credentials to a member no more", MANAGE),
    "doctor": CommandEntry("look for what is wrong on this machine, and say what mends it", MANAGE),
    "audit": CommandEntry("show who changed, read or used credentials", MANAGE),
    "schema": CommandEntry("print the JSON Schema of an output", MANAGE),
    "completion": CommandEntry("print the script that makes a shell complete", MANAGE),
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
