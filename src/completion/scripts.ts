/** The scripts that shells load. Each passes the words to `lumio __complete`, so that no script goes stale. */

/**
 * Text from the server goes onto the command line, so each value is quoted as `printf %q` does.
 * Aliases are registered when the script is loaded; a function can't run them, so it runs lumio.
 */
const bash = `# Completion of lumio for bash 3.2 and later. In ~/.bashrc, after your aliases: eval "$(lumio completion bash)"
_lumio() {
  local at word line value current program=$1 splits=
  local words=()
  COMPREPLY=()
  type -P -- "$program" >/dev/null || program=lumio
  [[ $COMP_WORDBREAKS == *=* ]] && splits=1
  # bash splits words at "="; an option and its value are joined again.
  for ((at = 1; at <= COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    if [[ $splits && \${#words[@]} -gt 0 && \${words[\${#words[@]}-1]} == --* && ( $word == "=" || \${COMP_WORDS[at-1]} == "=" ) ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
  done
  word=\${words[\${#words[@]}-1]}
  current=$word
  [[ $word == --*=* ]] && current=\${word#*=}
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    case $value in
      :file) _lumio_paths -f "$current" ;;
      :folder) _lumio_paths -d "$current" ;;
      "$word"*)
        [[ $splits && $word == --*=* ]] && value=\${value#*=}
        printf -v value %q "$value"
        COMPREPLY+=("$value")
        ;;
    esac
  done < <("$program" __complete "$((\${#words[@]} - 1))" "\${words[@]}" 2>/dev/null </dev/null)
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
    name=\${line%%=*}
    [[ $line =~ =\\'([^\\']*/)?lumio\\'$ ]] && complete -F _lumio "\${name#alias }"
  done < <(alias)
}
_lumio_register
`;

/** compadd quotes what it inserts. A description is only passed if there is one, since zsh shows a bare "--" otherwise. */
const zsh = `#compdef lumio
# Completion of lumio for zsh. In ~/.zshrc: eval "$(lumio completion zsh)"
_lumio() {
  local line value text program
  local -a lines words_before described plain
  program=\${(Q)words[1]}
  (( \${+commands[$program]} )) || [[ -x $program ]] || program=lumio
  words_before=("\${(@Q)words[2,CURRENT-1]}")
  lines=("\${(@f)$("$program" __complete "\${#words_before}" "\${words_before[@]}" "$PREFIX" 2>/dev/null </dev/null)}")
  for line in "\${lines[@]}"; do
    value=\${line%%$'\\t'*}
    text=\${\${line#"$value"}#$'\\t'}
    case $value in
      "") ;;
      :file) compset -P '--*='; _files ;;
      :folder) compset -P '--*='; _files -/ ;;
      *) if [[ -n $text ]]; then described+=("\${value//:/\\\\:}:$text"); else plain+=("$value"); fi ;;
    esac
  done
  (( \${#described} )) && _describe -V lumio described
  (( \${#plain} )) && compadd -V lumio-values -a plain
}
if [[ \${funcstack[1]} == _lumio ]]; then
  _lumio "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
  compdef _lumio lumio
fi
`;

/** fish quotes what it inserts. */
const fish = `# Completion of lumio for fish. Once: lumio completion fish > ~/.config/fish/completions/lumio.fish
function __lumio_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l program $words[1]
  command -q $program; or set program lumio
  set -e words[1]
  for line in (command $program __complete (count $words) $words "$current" 2>/dev/null </dev/null)
    switch $line
      case :file
        __fish_complete_path "$current"
      case :folder
        __fish_complete_directories "$current"
      case '*'
        printf '%s\\n' $line
    end
  end
end
complete -c lumio -f -a '(__lumio_complete)'
`;

/** PowerShell inserts text as it is, and accepts typographic quotes as quotes. */
const powershell = `# Completion of lumio for PowerShell. In $PROFILE, after your aliases: lumio completion powershell | Out-String | Invoke-Expression
$lumioNames = @('lumio') + @(Get-Alias -Definition lumio -ErrorAction SilentlyContinue | ForEach-Object { $_.Name })
Register-ArgumentCompleter -Native -CommandName $lumioNames -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $elements = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $program = $elements[0]
  $words = @($elements | Select-Object -Skip 1)
  # An empty word at the cursor is not among the elements, and older versions drop empty arguments: the index marks it.
  $index = if ($wordToComplete -eq '') { $words.Count } else { $words.Count - 1 }
  $lines = & $program __complete $index @words 2>$null
  foreach ($line in $lines) {
    if ($line -eq ':file' -or $line -eq ':folder') {
      [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete)
      continue
    }
    $value, $description = $line -split "\`t", 2
    if (-not $value.StartsWith($wordToComplete)) { continue }
    if (-not $description) { $description = $value }
    $quoted = $value
    if ($value -notmatch '^[A-Za-z0-9_.:/=+-]+$') { $quoted = "'" + ($value -replace "['\\u2018\\u2019\\u201A\\u201B]", '$0$0') + "'" }
    [System.Management.Automation.CompletionResult]::new($quoted, $value, 'ParameterValue', $description)
  }
}
`;

/** shell → script */
export const scripts = { bash, zsh, fish, powershell } as const;
