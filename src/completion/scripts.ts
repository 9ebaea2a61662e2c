/** The scripts that shells load. Each hands the words to `lumio __complete` and shows what comes back, so that no script goes stale. */

const bash = `# Completion of lumio for bash. In ~/.bashrc: source <(lumio completion bash)
_lumio() {
  local at word line value current
  local words=()
  COMPREPLY=()
  # bash cuts words at "="; options with a value in the same word are put together again.
  for ((at = 1; at <= COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    if [[ \${#words[@]} -gt 0 && \${words[\${#words[@]}-1]} == --* && ( $word == "=" || \${COMP_WORDS[at-1]} == "=" ) ]]; then
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
        [[ $word == --*=* ]] && value=\${value#*=}
        COMPREPLY+=("$value")
        ;;
    esac
  done < <("$1" __complete "$((\${#words[@]} - 1))" "\${words[@]}" 2>/dev/null </dev/null)
}
_lumio_paths() {
  local path
  compopt -o filenames 2>/dev/null
  while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$1" -- "$2")
}
complete -F _lumio lumio
`;

const zsh = `#compdef lumio
# Completion of lumio for zsh. In ~/.zshrc: source <(lumio completion zsh)
_lumio() {
  local line value
  local -a lines words_before described
  words_before=("\${(@Q)words[2,CURRENT-1]}")
  lines=("\${(@f)$("\${(Q)words[1]}" __complete "\${#words_before}" "\${words_before[@]}" "$PREFIX" 2>/dev/null </dev/null)}")
  for line in "\${lines[@]}"; do
    value=\${line%%$'\\t'*}
    case $value in
      "") ;;
      :file) compset -P '--*='; _files ;;
      :folder) compset -P '--*='; _files -/ ;;
      *) described+=("\${value//:/\\\\:}:\${\${line#"$value"}#$'\\t'}") ;;
    esac
  done
  (( \${#described} )) && _describe -V lumio described
}
if [[ \${funcstack[1]} == _lumio ]]; then
  _lumio "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
  compdef _lumio lumio
fi
`;

const fish = `# Completion of lumio for fish. Once: lumio completion fish > ~/.config/fish/completions/lumio.fish
function __lumio_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l program $words[1]
  set -e words[1]
  for line in ($program __complete (count $words) $words "$current" 2>/dev/null </dev/null)
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

const powershell = `# Completion of lumio for PowerShell. In $PROFILE: lumio completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName lumio -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $elements = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $program = $elements[0]
  $words = @($elements | Select-Object -Skip 1)
  # An empty word at the cursor is none of the elements, and older versions would drop it on the way: the index stands for it.
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
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
  }
}
`;

/** shell → script */
export const scripts = { bash, zsh, fish, powershell } as const;
