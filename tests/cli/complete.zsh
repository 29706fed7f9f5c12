# What zsh offers behind a line: an interactive shell on a terminal of its
# own gets the line and a tab.
#
#   zsh -f complete.zsh FOLDER_OF_COMPLETIONS FILE LINE    matches go to FILE
zmodload zsh/zpty
folder=$1 file=$2 line=$3

zpty shell "TERM=dumb zsh -f -i"
zpty -w shell "PROMPT=; fpath=($folder \$fpath); autoload -Uz compinit"
zpty -w shell "compinit -u -D"
zpty -w shell 'compadd() {
    local -a found
    builtin compadd -O found "$@"
    (( $#found )) && print -rl -- $found >> '$file'
    builtin compadd "$@"
}'
zpty -w shell 'print -r rea""dy'
zpty -r -m shell seen '*ready*'
# The shell reads on only when the completion is over: the line is killed then,
# and the next one runs. Nothing is listed, so nothing is asked in between.
zpty -w shell 'unsetopt auto_list auto_menu'
zpty -n -w shell "$line"$'\t'
zpty -w shell $'\C-uprint -r ov""er'
zpty -r -m shell seen '*over*'
zpty -d shell
