# Completion of lumio for PowerShell. In $PROFILE, after your aliases: lumio completion powershell | Out-String | Invoke-Expression
$lumioNames = @('lumio') + @(Get-Alias -Definition lumio -ErrorAction SilentlyContinue | ForEach-Object { $_.Name })
Register-ArgumentCompleter -Native -CommandName $lumioNames -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $elements = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $program = $elements[0]
  $words = @($elements | Select-Object -Skip 1)
  # An empty word at the cursor isn't among the elements, and older versions drop empty arguments: the index marks it.
  $index = if ($wordToComplete -eq '') { $words.Count } else { $words.Count - 1 }
  $lines = & $program __complete $index @words 2>$null
  foreach ($line in $lines) {
    if ($line -eq ':file' -or $line -eq ':directory') {
      [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete)
      continue
    }
    $value, $description = $line -split "`t", 2
    if (-not $value.StartsWith($wordToComplete)) { continue }
    if (-not $description) { $description = $value }
    $quoted = $value
    if ($value -notmatch '^[A-Za-z0-9_.:/=+-]+$') { $quoted = "'" + ($value -replace "['\u2018\u2019\u201A\u201B]", '$0$0') + "'" }
    [System.Management.Automation.CompletionResult]::new($quoted, $value, 'ParameterValue', $description)
  }
}
