"""What git is given on its way: which variables, and which settings over those of files.

A planted configuration, hook or variable is a program that runs as the user. So git sees a folder that nexcred has just
written, none of the caller's `GIT_…` but those that say how to get there, and settings that switch off what would run.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from nexcred.errors import CommandNotFound
from nexcred.model.own_programs import find_program, for_own_program
from nexcred.stores.git.address import GitAddress
from nexcred.stores.own_variables import without_own
from nexcred.stores.within_git import WITHIN_GIT

# How to reach a host, and how to log in: the user's own business. GIT_SSL_NO_VERIFY is not.
_KEPT = ("GIT_SSH", "GIT_ASKPASS", "GIT_SSL_", "GIT_PROXY_", "GIT_TERMINAL_PROMPT")
_DROPPED = ("GIT_SSL_NO_VERIFY",)
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.attributesFile": os.devnull,
    "core.commitGraph": "false",
    "core.multiPackIndex": "false",
    "core.logAllRefUpdates": "false",
    "core.bigFileThreshold": "16m",  # larger ones are never in git's memory as a whole
    "gc.auto": "0",
    "maintenance.auto": "false",
    "fetch.fsckObjects": "true",
    "fetch.recurseSubmodules": "false",
    "fetch.writeCommitGraph": "false",
    "transfer.bundleURI": "false",
    "submodule.recurse": "false",
    "push.gpgSign": "false",
    "push.pushOption": "",
    "http.followRedirects": "false",
    "http.sslVerify": "true",
    "http.lowSpeedLimit": "1",
    "http.lowSpeedTime": "30",
    "protocol.allow": "never",
}
# What the other end of `git+file` takes, which is git on this machine too: it would run what that repository says.
_FAR_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.alternateRefsCommand": "true",
    "core.fsmonitor": "false",
    "gc.auto": "0",
    "receive.autogc": "false",
    "maintenance.auto": "false",
}


def git_program(environment: Mapping[str, str]) -> str:
    """Return where git is, of the folders on the PATH that are named in full; raise CommandNotFound."""
    found = find_program("git", environment)
    if found is not None:
        return found
    raise CommandNotFound("a vault in Git needs the program git, and there is none on the PATH", hint="install git")


def settings(address: GitAddress) -> list[str]:
    """Return the words before git's command."""
    allowed = {**_SETTINGS, f"protocol.{address.protocol}.allow": "always"}
    return [word for name, value in allowed.items() for word in ("-c", f"{name}={value}")]


def far_end(address: GitAddress, program: str, option: str, command: str) -> list[str]:
    """Return the option that says how the other end of `git+file` is to be run; none elsewhere."""
    if address.protocol != "file":
        return []
    given = " ".join(f"-c {name}={value}" for name, value in _FAR_SETTINGS.items())
    return [f"{option}='{program}' {given} {command}" if "'" not in program else f"{option}=git {given} {command}"]


def git_environment(environment: Mapping[str, str], address: GitAddress, folder: Path, objects: Path) -> dict[str, str]:
    """Return the variables of git; `folder` is its private one, `objects` where the objects are kept."""
    kept = {name: value for name, value in without_own(environment).items() if _is_kept(name)}
    within = "\n".join(filter(None, (environment.get(WITHIN_GIT, ""), address.location)))
    kept |= {
        "PATH": for_own_program(environment)["PATH"],
        "LC_ALL": "C",
        "GIT_DIR": str(folder),
        "GIT_OBJECT_DIRECTORY": str(objects),
        "GIT_ALLOW_PROTOCOL": address.protocol,  # which no file can widen
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        WITHIN_GIT: within,
    }
    if environment.get("NEXCRED_NO_INPUT"):
        kept["GIT_TERMINAL_PROMPT"] = "0"
    if address.protocol == "file":  # nothing of the user's is needed on the way to a file
        kept |= {
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
        }
    return kept


def _is_kept(name: str) -> bool:
    if name in ("LANGUAGE", *_DROPPED):
        return False
    return not name.startswith("GIT_") or name.startswith(_KEPT)
