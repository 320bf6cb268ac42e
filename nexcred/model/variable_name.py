"""Names of environment variables."""

import re

from nexcred.errors import InvalidData, Problem

_NOT_IN_A_NAME = re.compile(r"[^A-Z0-9_]+")
# What loaders, shells, interpreters and common tools load, run, or look for programs by.
_RUN = re.compile(
    r"(?:DYLD|LD)_.*|BASH_(?:ENV|FUNC_.*)|ENV|PATH|SHELL|SHELLOPTS|BASHOPTS|ZDOTDIR|IFS|PS4|PROMPT_COMMAND|GCONV_PATH"
    r"|PYTHON[A-Z].*|PERL5?(?:DB|LIB|OPT|SHELL)|RUBY(?:LIB|OPT)|NODE_(?:OPTIONS|PATH)|LUA_(?:INIT|C?PATH).*"
    r"|(?:JAVA_TOOL|JDK_JAVA|_JAVA)_OPTIONS|PHPRC|PHP_INI_SCAN_DIR|R_PROFILE.*|OPENSSL_(?:CONF|ENGINES|MODULES)|PSQLRC"
    r"|EDITOR|VISUAL|PAGER|MANPAGER|PSQL_(?:EDITOR|PAGER)|LESSOPEN|LESSCLOSE|MAILCAPS|BROWSER|(?:SSH|SUDO)_ASKPASS"
    r"|GIT_(?:SSH.*|ASKPASS|EDITOR|SEQUENCE_EDITOR|PAGER|EXTERNAL_DIFF|EXEC_PATH|TEMPLATE_DIR|PROXY_.*|CONFIG.*|DIR)"
)


def derived_name(name: str, field: str) -> str:
    """Return a variable's name, such as EXTERNAL_API_API_KEY for api_key of 'External API'; raise InvalidData."""
    made = _NOT_IN_A_NAME.sub("_", f"{name}_{field}".upper()).strip("_")
    if not made:
        problem = "has no letter or digit of a variable's name"
        raise InvalidData(f"{field} of '{name}' {problem}", problems=(Problem(field, problem),))
    return f"_{made}" if made[:1].isdigit() else made


def is_run(name: str) -> bool:
    """True for a variable by whose value programs run or load something: no credential may become code by its name."""
    return bool(_RUN.fullmatch(name.upper()))
