# Completion of lumio for bash 3.2 and later. In ~/.bashrc, after your aliases: eval "$(lumio completion bash)"
_lumio() {
  local at word line value current prefix= program=$1 splits=
  local words=()
  COMPREPLY=()
  type -P -- "$program" >/dev/null || program=lumio
  [[ $COMP_WORDBREAKS == *=* ]] && splits=1
  # bash splits words at "="; they are joined again.
  for ((at = 1; at <= COMP_CWORD; at++)); do
    word=${COMP_WORDS[at]}
    if [[ $splits && ${#words[@]} -gt 0 && ( $word == "=" || ${COMP_WORDS[at-1]} == "=" ) ]]; then
      words[${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
  done
  word=${words[${#words[@]}-1]}
  current=$word
  [[ $word == --*=* ]] && current=${word#*=}
  # readline replaces only what is behind the last "=".
  [[ $splits && $word == *=* ]] && prefix=${word%=*}=
  while IFS= read -r line; do
    value=${line%%$'\t'*}
    case $value in
      :file) _lumio_paths -f "$current" ;;
      :directory) _lumio_paths -d "$current" ;;
      "$word"*)
        [[ $value == *= ]] && compopt -o nospace 2>/dev/null
        value=${value#"$prefix"}
        printf -v value %q "$value"
        COMPREPLY+=("$value")
        ;;
    esac
  done < <("$program" __complete "$((${#words[@]} - 1))" "${words[@]}" 2>/dev/null </dev/null)
}
_lumio_paths() {
  local path quotes=
  compopt -o filenames 2>/dev/null || quotes=1
  while IFS= read -r path; do
    [[ $quotes ]] && printf -v path %q "$path"
    COMPREPLY+=("$path")
  done < <(compgen "$1" -- "$2")
}
_lumio_register() {
  local line name
  complete -F _lumio lumio
  while IFS= read -r line; do
    name=${line%%=*}
    if [[ $line =~ =\'([^\']*/)?lumio\'$ ]]; then complete -F _lumio "${name#alias }"; fi
  done < <(alias)
  return 0
}
_lumio_register
