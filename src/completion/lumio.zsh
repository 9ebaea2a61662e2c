#compdef lumio
# Completion of lumio for zsh. In ~/.zshrc: eval "$(lumio completion zsh)"
_lumio() {
  local line value text program
  local -a lines words_before described plain unfinished
  program=${(Q)words[1]}
  (( ${+commands[$program]} )) || [[ -x $program ]] || program=lumio
  words_before=("${(@Q)words[2,CURRENT-1]}")
  lines=("${(@f)$("$program" __complete "${#words_before}" "${words_before[@]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)}")
  for line in "${lines[@]}"; do
    value=${line%%$'\t'*}
    text=${${line#"$value"}#$'\t'}
    case $value in
      "") ;;
      :file) compset -P '--*='; _files ;;
      :directory) compset -P '--*='; _files -/ ;;
      *=) unfinished+=("${value//:/\\:}:$text") ;;
      *) if [[ -n $text ]]; then described+=("${value//:/\\:}:$text"); else plain+=("$value"); fi ;;
    esac
  done
  (( ${#described} )) && _describe -V lumio described
  (( ${#unfinished} )) && _describe -V lumio unfinished -S ''
  (( ${#plain} )) && compadd -V lumio-values -a plain
}
if [[ ${funcstack[1]} == _lumio ]]; then
  _lumio "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
  compdef _lumio lumio
fi
