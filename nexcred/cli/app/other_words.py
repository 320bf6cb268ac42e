"""What people type for a command whose name is another: short names, and words of other tools."""

# Short names, which work.
ALIASES = {"ls": "list", "rm": "remove", "mv": "rename"}
# Others, of which it is said which command they mean.
MEANT = {
    "backup": "vault backup",
    "cat": "get NAME",
    "change": "update",
    "create": "add",
    "delete": "remove",
    "edit": "update",
    "exec": "run",
    "find": "list WORD",
    "init": "vault init",
    "insert": "add",
    "lock": "vault lock",
    "log": "audit",
    "members": "member list",
    "new": "add",
    "providers": "connectors list",
    "rekey": "vault rekey",
    "search": "list WORD",
    "set": "update",
    "teams": "team list",
    "test": "probe",
    "undelete": "trash restore NAME",
    "unlock": "vault unlock",
    "verify": "probe",
    "view": "show",
    "whoami": "identity show",
}
