"""The scripts that shells source. Each asks `nexcred complete`, and quotes what it says, or lets that quote it.

Its first line says how to go on: `words`, `nospace` for words that are not whole yet, or `files`.
"""

_BASH = r"""# nexcred completion for bash. In ~/.bashrc:  source <(nexcred completion bash)
_nexcred() {
    local mode='' line
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ -z $mode ]]; then mode=$line; else COMPREPLY+=("$line"); fi
    done < <(command nexcred complete bash -- "$COMP_WORDBREAKS" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    case $mode in
        files) compopt -o default 2>/dev/null ;;
        nospace) compopt -o nospace 2>/dev/null ;;
    esac
}
complete -F _nexcred nexcred
"""

_ZSH = r"""#compdef nexcred
# nexcred completion for zsh. In ~/.zshrc, after compinit:  source <(nexcred completion zsh)
# or as a file _nexcred in a folder of $fpath.
_nexcred() {
    local mode='' line
    local -a values shown before
    before=("${(@Q)words[2,CURRENT-1]}")
    (( CURRENT > 2 )) || before=()
    while IFS= read -r line; do
        if [[ -z $mode ]]; then
            mode=$line
        else
            values+=("${line%%$'\t'*}")
            shown+=("${line/$'\t'/ -- }")
        fi
    done < <(command nexcred complete zsh -- "${before[@]}" "${(Q)PREFIX}" 2>/dev/null)
    case $mode in
        files) _files ;;
        nospace) compadd -S '' -l -d shown -a values ;;
        *) compadd -l -d shown -a values ;;
    esac
}
if [[ ${funcstack[1]} == _nexcred ]]; then
    _nexcred "$@"
else
    compdef _nexcred nexcred
fi
"""

_FISH = r"""# nexcred completion for fish. In ~/.config/fish/config.fish:  nexcred completion fish | source
function __nexcred_complete
    set -l before (commandline -opc)
    set -l token (commandline -ct)
    set -l lines (command nexcred complete fish -- $before[2..] "$token" 2>/dev/null)
    if test "$lines[1]" = files
        __fish_complete_path "$token"
    else
        printf '%s\n' $lines[2..]
    end
end
complete -c nexcred -f -a '(__nexcred_complete)'
"""

SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
