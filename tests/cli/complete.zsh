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
# What comes behind the completion says that it is over; a key typed before
# would end it.
zpty -w shell 'over() { : > '$file.over'; }; comppostfuncs=(over)'
zpty -w shell 'print -r rea""dy'
zpty -r -m shell seen '*ready*'
zpty -n -w shell "$line"$'\t'
until [[ -e $file.over ]]; do
    sleep 0.05
done
zpty -d shell
