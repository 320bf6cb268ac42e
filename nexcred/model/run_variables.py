"""Variables by whose value programs run, load or trust something: no credential may become one by a name.

No list of them is whole, and none decides alone: what is set is what a connector declares, or begins with the
credential's own name. This is the second lock on both, and on project files.
"""

_WHOLE = """
HOME PATH SHELL SHELLOPTS BASHOPTS ENV ZDOTDIR FPATH CDPATH IFS PS0 PS1 PS2 PS3 PS4 INPUTRC TMPDIR TMP TEMP
COMSPEC PATHEXT USERPROFILE APPDATA LOCALAPPDATA PSMODULEPATH
GLIBC_TUNABLES LOCPATH NLSPATH HOSTALIASES LOCALDOMAIN TZDIR
NODE_PATH NODE_TLS_REJECT_UNAUTHORIZED NODE_REPL_EXTERNAL_MODULE ELECTRON_RUN_AS_NODE CLASSPATH PHPRC PHP_INI_SCAN_DIR
GEM_PATH GEM_HOME BUNDLE_GEMFILE VIRTUAL_ENV GOPATH GOROOT GOENV GOBIN GOPROXY GOSUMDB GOTOOLCHAIN
JAVA_HOME GRADLE_HOME GRADLE_USER_HOME MAVEN_HOME M2_HOME CARGO_HOME RUSTUP_HOME R_HOME
MAKEFILES CC CXX CPP AR AS LD RUSTC RUSTDOC CPATH LIBRARY_PATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH
VISUAL MAILCAPS MANPATH MANOPT SSH_AUTH_SOCK SSH_SK_PROVIDER SSLKEYLOGFILE GNUPGHOME CURL_HOME WGETRC
NETRC GZIP XZ_OPT ZIPOPT
PSQLRC PGSYSCONFDIR PGSERVICEFILE MYSQL_HOME MARIADB_HOME KUBECONFIG DOCKER_HOST AWS_SHARED_CREDENTIALS_FILE
"""
_BEGINNINGS = """
LD_ DYLD_ GCONV_ MALLOC_ BASH_ GIT_ RSYNC_ SSL_ OPENSSL_ TERM LESS XDG_ NEXCRED_
PYTHON PERL RUBY LUA_INIT LUA_PATH LUA_CPATH R_PROFILE R_ENVIRON R_LIBS
"""
_ENDS = """
_PROXY _CA_BUNDLE _CA_CERTS PAGER EDITOR BROWSER ASKPASS _RSH _SSH _SHELL _COMMAND PASSCOMMAND _CMD _EXEC _PROG
_WRAPPER _PRELOAD _OPTIONS _OPTS FLAGS
"""
# Options by which a connector may have a program read a file that is made for it: of others, a value could be run.
FILE_OPTIONS = frozenset({"--defaults-file"})
_NAMES, _BEGIN, _END = frozenset(_WHOLE.split()), tuple(_BEGINNINGS.split()), tuple(_ENDS.split())
_INSIDE = "_CONFIG"
# Those that built-in connectors declare all the same, for files that nexcred makes; a test finds no others.
DECLARED = frozenset({"MYSQL_HOME"})
# Those that built-in connectors clear although what they say is more than who logs in; a test finds no others here too.
CLEARED = DECLARED | {
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "DATABRICKS_CONFIG_PROFILE",
    "MARIADB_HOME",
    "PGSERVICEFILE",
}


def is_run(name: str) -> bool:
    """True for a variable by whose value programs run, load or trust something."""
    known = name.upper()
    return known in _NAMES or known.startswith(_BEGIN) or known.endswith(_END) or _INSIDE in known


def may_be_declared(name: str) -> bool:
    """True for a variable that a connector may declare."""
    return name in DECLARED or not is_run(name)


def may_be_cleared(name: str) -> bool:
    """True for a variable that a connector may take away: none that programs need, or by which people bind them."""
    return name in CLEARED or not is_run(name)
