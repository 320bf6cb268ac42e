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


class Entry(NamedTuple):
    """One line of help. `heading` is empty for commands inside a group."""

    help: str
    heading: str = ""


COMMANDS = {
    "add": Entry("add a credential, and prove that it works", EVERY_DAY),
    "list": Entry("list the credentials", EVERY_DAY),
    "show": Entry("show one credential, its secrets as dots", EVERY_DAY),
    "update": Entry("change a credential", EVERY_DAY),
    "probe": Entry("ask the providers whether credentials work", EVERY_DAY),
    "rename": Entry("give a credential another name", EVERY_DAY),
    "remove": Entry("remove credentials", EVERY_DAY),
    "history": Entry("list the revisions of a credential", EVERY_DAY),
    "restore": Entry("bring back an earlier revision", EVERY_DAY),
    "get": Entry("print one value, exactly", USE),
    "token": Entry("print a fresh access token", USE),
    "login": Entry("authorize with OAuth in the browser", USE),
    "run": Entry("run a command with credentials in its environment", USE),
    "export": Entry("write credentials for other programs to read", USE),
    "inject": Entry("fill a template with values", USE),
    "request": Entry("send a request to an API as a credential", USE),
    "import": Entry("add what is kept elsewhere: all of it, or nothing", USE),
    "helper": Entry("answer git, docker, kubectl and AWS tools when they ask for credentials", USE),
    "helper aws": Entry("answer as an AWS credential_process"),
    "helper git": Entry("answer as a git credential helper"),
    "helper docker": Entry("answer as a docker credential helper"),
    "helper kube": Entry("answer as an exec plugin of kubectl"),
    "connectors": Entry("the systems that nexcred knows", MANAGE),
    "connectors list": Entry("list the connectors"),
    "connectors show": Entry("show what a connector asks for, and where to find it"),
    "connectors new": Entry("write a connector of your own, to be filled in"),
    "connectors check": Entry("look through a connector's file, and try it"),
    "check": Entry("see whether all that a project needs is there and works", USE),
    "vault": Entry("make, inspect and verify the vault", MANAGE),
    "vault init": Entry("make a new vault"),
    "vault status": Entry("show where the vault is and how it opens"),
    "vault unlock": Entry("let the vault open for some hours without asking"),
    "vault lock": Entry("end what vault unlock began"),
    "vault verify": Entry("prove that every record is as it was signed"),
    "vault upgrade": Entry("bring a vault of version 1 to version 2"),
    "vault checkpoint": Entry("print how far the vault has come, for another machine"),
    "vault compare": Entry("compare the vault with what another machine saw"),
    "vault accept": Entry("go on from a backup that an owner brought back"),
    "vault settle": Entry("say who holds a disputed credential"),
    "vault passphrase": Entry("change the passphrase, or set the first one"),
    "vault recovery": Entry("make a recovery key for paper, or use it"),
    "vault backup": Entry("write a complete copy of the vault to a file"),
    "vault restore-backup": Entry("bring a backup back, as the newest state of the vault"),
    "vault rekey": Entry("replace your keys and the key of the vault"),
    "identity": Entry("the key that opens the vault", MANAGE),
    "identity new": Entry("make an identity, for a job or for somebody"),
    "identity show": Entry("print the public identity, or the secret one"),
    "member": Entry("who belongs to the vault", MANAGE),
    "member add": Entry("let somebody into the vault"),
    "member role": Entry("give a member another role"),
    "member list": Entry("list who belongs to the vault"),
    "member remove": Entry("let a member read nothing from now on"),
    "trust": Entry("say that a credential is the one you mean", MANAGE),
    "share": Entry("let members hold the values of credentials", MANAGE),
    "unshare": Entry("seal credentials to a member no more", MANAGE),
    "doctor": Entry("look for what is wrong on this machine, and say what mends it", MANAGE),
    "audit": Entry("show who changed, read or used credentials", MANAGE),
    "schema": Entry("print the JSON Schema of an output", MANAGE),
    "completion": Entry("print the script that makes a shell complete", MANAGE),
}
# Known, and in no help: programs call them.
HIDDEN = {"complete": Entry("say what may come next on a line")}


def subcommands(group: str) -> dict[str, Entry]:
    """Return the commands directly inside a group, by their last word; "" is the program itself."""
    prefix = f"{group} " if group else ""
    return {
        words.removeprefix(prefix): entry
        for words, entry in COMMANDS.items()
        if words.startswith(prefix) and " " not in words.removeprefix(prefix)
    }


def is_group(words: str) -> bool:
    return any(other.startswith(f"{words} ") for other in COMMANDS)
