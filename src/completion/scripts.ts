/**
 * The scripts that shells load. Each passes the words to `lumio __complete`, so that no script goes
 * stale.
 *
 * Text from the server goes onto the command line, so each value is quoted: by bash's `printf %q`,
 * by our own quotes in PowerShell, by zsh and fish themselves. In bash, aliases are registered when
 * the script is loaded; a function can't run them, so it runs lumio. In zsh, a description is only
 * passed if there is one, since zsh shows a bare "--" otherwise.
 */
import bash from './lumio.bash?raw';
import fish from './lumio.fish?raw';
import powershell from './lumio.ps1?raw';
import zsh from './lumio.zsh?raw';

/** shell → script */
export const scripts = { bash, zsh, fish, powershell } as const;
