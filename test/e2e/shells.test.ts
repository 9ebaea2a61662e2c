/** The completion scripts in the real shells. A shell that is not installed is said to be left out. */
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { cleanEnvironment } from '../support/lumio.ts';
import { isInstalled, lumioScript, programs } from '../support/programs.ts';
import { projectOf, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const lines = [
  { line: 'lumio versions ', offers: ['list', 'get', 'wait'] },
  { line: 'lumio env ', offers: ['set', 'delete', 'list'] },
  { line: 'lumio deploy --bump ', offers: ['major', 'minor', 'patch'] },
  { line: 'lumio deploy --bump=mi', offers: ['minor'] },
  { line: 'lumio deploy --dry', offers: ['--dry-run'] },
  { line: 'lumio deploy -e my', offers: ['my-scoreboard'] },
  { line: 'lumio versions get -e my-scoreboard ', offers: ['latest', '1.2.0'] },
  { line: 'lumio deploy bu', offers: ['build'] },
  { line: 'lumio deploy --changelog-file no', offers: ['notes.md'] },
] as const;

let env: Record<string, string> = {};
let cwd = '';

beforeAll(async () => {
  const sandbox = await openSandbox();
  const folder = await programs({ lumio: lumioScript });
  const clean = await cleanEnvironment();
  env = { ...clean, ...sandbox.env, PATH: folder + delimiter + (clean['PATH'] ?? '') };
  cwd = await projectOf({ 'build/index.html': '', 'notes.md': '' });
});

/** Runs a shell script with the line to complete as its first argument. @returns all that it prints */
async function shell(
  command: string,
  args: readonly string[],
  script: string,
  line: string,
): Promise<string> {
  const path = join(await temporaryDirectory(), 'script');
  await writeFile(path, script);
  const { all } = await execa(command, [...args, path, line], {
    env,
    cwd,
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
  });
  return stripVTControlCharacters(all);
}

/** What readline does: the words cut at blanks and "=", then the function. */
const inBash = `source <(lumio completion bash)
IFS=' ' read -r -a COMP_WORDS <<< "\${1//=/ = }"
[[ $1 == *' ' || $1 == *= ]] && [[ $1 != *= ]] && COMP_WORDS+=("")
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_lumio "\${COMP_WORDS[0]}"
printf '%s\\n' "\${COMPREPLY[@]}"
`;

const inFish = `lumio completion fish | source
complete -C $argv[1]
`;

/** zsh completes only at a prompt: an inner one in a pseudo-terminal gets the line and two presses of Tab, then tells what the line is. */
const inZsh = `zmodload zsh/zpty
zpty inner 'zsh -f -i'
zpty -w inner 'stty -echo; autoload -Uz compinit; compinit -u -D; LISTMAX=0; source <(lumio completion zsh); tell() { zle -I; print -r -- "LINE: $BUFFER" }; zle -N tell; bindkey "^X" tell; PS1=REA''DY'
zpty -r inner shown '*READY*'
zpty -w -n inner "$1"$'\\t\\t'
zpty -w -n inner $'\\C-x\\C-a\\C-k'"print OVER''NOW"$'\\n'
zpty -r inner shown '*OVERNOW*'
print -r -- "$shown"
zpty -d inner
`;

describe.each([
  { name: 'bash', args: ['--norc'], script: inBash },
  { name: 'zsh', args: ['-f'], script: inZsh },
  { name: 'fish', args: ['--no-config'], script: inFish },
])('$name', ({ name, args, script }) => {
  // Completion gives up on a server that takes longer than people wait for Tab, and so may this machine when it is busy.
  test.skipIf(!isInstalled(name))(
    `completes${isInstalled(name) ? '' : ` (left out: ${name} is not installed)`}`,
    { retry: 3 },
    async () => {
      for (const { line, offers } of lines) {
        const shown = await shell(name, args, script, line);
        for (const offer of offers) expect(shown, line).toContain(offer);
        expect(shown, line).not.toMatch(/error|not found|bad/i);
      }
    },
  );
});
