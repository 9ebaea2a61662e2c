# Completion of lumio for fish. Once: lumio completion fish > ~/.config/fish/completions/lumio.fish
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
      case :directory
        __fish_complete_directories "$current"
      case '*'
        printf '%s\n' $line
    end
  end
end
complete -c lumio -f -a '(__lumio_complete)'
