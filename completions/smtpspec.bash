# bash completion for smtpspec. What there is to complete is asked of the
# program itself, so that this file knows no option by name.

# The options of a command, one "--name VALUE" or "--name" a line.
_smtpspec_options() { # PROGRAM COMMAND
    "$1" "$2" --help 2>/dev/null |
        sed -nE 's/^  (-[a-z], )?(--[a-z][a-z-]*)( ([^ ]+))?.*/\2 \4/p'
}

_smtpspec_files() { # CURRENT WORD
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_smtpspec_words() { # CURRENT WORD, THE WORDS
    mapfile -t COMPREPLY < <(compgen -W "$2" -- "$1")
}

# The value of an option, by what --help writes for it.
_smtpspec_value() { # PROGRAM OPTION VALUE CURRENT
    case $3 in
    *'|'*) _smtpspec_words "$4" "${3//|/ }" ;;
    FILE | DIR | PATH) _smtpspec_files "$4" ;;
    PATTERN | ID) _smtpspec_words "$4" "$("$1" list 2>/dev/null | cut -f1)" ;;
    NAME) # of a fault
        _smtpspec_words "$4" "$("$1" serve --list-faults 2>/dev/null |
            sed -nE 's/^([a-z0-9-]+) .*/\1/p')"
        ;;
    esac
}

# What is no option.
_smtpspec_argument() { # PROGRAM COMMAND CURRENT
    local schemes='smtp:// submission:// smtps:// lmtp:// unix: exec: ref:'

    case $2 in
    check)
        compopt -o nospace 2>/dev/null
        _smtpspec_words "$3" "$schemes"
        ;;
    parse) _smtpspec_words "$3" 'reply command path' ;;
    *) _smtpspec_files "$3" ;;
    esac
}

_smtpspec() {
    local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]-}
    local line=${COMP_LINE:0:COMP_POINT} current previous value
    local -a words

    COMPREPLY=()
    # Colons part words for readline, but not the words of a target.
    read -r -a words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=('')
    current=${words[-1]}
    previous=${words[-2]-}
    if [ "${#words[@]}" -le 2 ]; then
        _smtpspec_words "$current" "$("$program" --help 2>/dev/null |
            sed -nE 's/^  smtpspec ([a-z]+) .*/\1/p') --help --version"
        return
    fi
    if [[ $current == -* ]]; then
        _smtpspec_words "$current" \
            "$(_smtpspec_options "$program" "$command" | cut -d' ' -f1)"
        return
    fi
    value=$(_smtpspec_options "$program" "$command" |
        sed -nE "s/^$previous (.+)/\1/p")
    if [ -n "$value" ]; then
        _smtpspec_value "$program" "$previous" "$value" "$current"
    else
        _smtpspec_argument "$program" "$command" "$current"
    fi
    # readline replaces only what stands behind the last colon.
    if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${current%:*}:"}")
    fi
}
complete -F _smtpspec smtpspec
