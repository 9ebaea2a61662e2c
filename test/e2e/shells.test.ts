/** The completion scripts in real shells; a shell that isn't installed is skipped. */
import { readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { cleanEnvironment } from '../support/lumio.ts';
import { isInstalled, lumioScript, programs } from '../support/programs.ts';
import { temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const lines = [
  { line: 'lumio versions ', offers: ['list', 'get', 'wait'] },
  { line: 'lumio env ', offers: ['set', 'delete', 'list'] },
  { line: 'lumio deploy --bump ', offers: ['major', 'minor', 'patch'] },
  { line: 'lumio deploy --bump=mi', offers: ['minor'] },
  { line: 'lumio sandbox start --fault subm', offers: ['submitVersion='] },
  { line: 'lumio sandbox start --fault submitVersion=drop-b', offers: ['drop-before'] },
  { line: 'lumio sandbox exec --fault=submitVersion=drop-b', offers: ['drop-before'] },
  { line: 'lumio deploy --dry', offers: ['--dry-run'] },
  { line: 'lumio deploy bu', offers: ['build'] },
  { line: 'lumio deploy --changelog-file no', offers: ['notes.md'] },
] as const;

/** Values from the API; in one shell, as they depend on how busy this machine is. */
const liveLines = [
  { line: 'lumio deploy -e my', offers: ['my-scoreboard'] },
  { line: 'lumio versions get -e my-scoreboard ', offers: ['latest', '1.2.0'] },
] as const;

let env: Record<string, string> = {};
let cwd = '';

beforeAll(async () => {
  const sandbox = await openSandbox();
  const directory = await programs({ lumio: lumioScript });
  const clean = await cleanEnvironment();
  env = { ...clean, ...sandbox.env, PATH: directory + delimiter + (clean['PATH'] ?? '') };
  cwd = await temporaryDirectory({ 'build/index.html': '', 'notes.md': '' });
});

/**
 * Runs a shell script with the line to complete as its first argument.
 * @returns all that it prints
 */
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

/** Calls the function with words split at spaces and "=", as readline does. */
const inBash = `eval "$(lumio completion bash)"
IFS=' ' read -r -a COMP_WORDS <<< "\${1//=/ = }"
[[ $1 == *' ' || $1 == *= ]] && [[ $1 != *= ]] && COMP_WORDS+=("")
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_lumio "\${COMP_WORDS[0]}"
printf '%s\\n' "\${COMPREPLY[@]}"
`;

const inFish = `lumio completion fish | source
complete -C $argv[1]
`;

/**
 * zsh completes only at a prompt: one in a pseudo-terminal gets the line and two tabs, then prints
 * the line.
 */
const inZsh = `zmodload zsh/zpty
zpty inner 'zsh -f -i'
zpty -w inner 'stty -echo; autoload -Uz compinit; compinit -u -D; LISTMAX=0; eval "$(lumio completion zsh)"; tell() { zle -I; print -r -- "LINE: $BUFFER" }; zle -N tell; bindkey "^X" tell; PS1=REA''DY'
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
  test.skipIf(!isInstalled(name))(
    `completes${isInstalled(name) ? '' : ` (skipped: ${name} isn't installed)`}`,
    async () => {
      for (const { line, offers } of name === 'bash' ? [...lines, ...liveLines] : lines) {
        const shown = await completed({ name, args, script, line }, offers);
        for (const offer of offers) expect(shown, line).toContain(offer);
        expect(shown, line).not.toMatch(/error|not found|bad/i);
      }
    },
  );
});

interface Completion {
  readonly name: string;
  readonly args: readonly string[];
  readonly script: string;
  readonly line: string;
}

/** Retries, since completion gives up on a server after 200 ms, and this machine may be busy. */
async function completed(
  { name, args, script, line }: Completion,
  offers: readonly string[],
): Promise<string> {
  let shown = '';
  for (let attempt = 0; attempt < 5; attempt += 1) {
    shown = await shell(name, args, script, line);
    if (offers.every((offer) => shown.includes(offer))) break;
  }
  return shown;
}

test.skipIf(!isInstalled('bash'))('bash completes an alias of lumio', async () => {
  const script = `set -e; alias lm=lumio ls='ls -l'\n${inBash}\ncomplete -p lm; complete -p ls 2>&1\n`;
  const shown = await shell('bash', ['--norc'], script, 'lm versions ');
  expect(shown).toContain('wait');
  expect(shown).toContain('complete -F _lumio lm');
  expect(shown).not.toContain('_lumio ls');
});

// The nearest to bash 3.2 here, which has no compopt.
test.skipIf(!isInstalled('bash'))('bash completes in POSIX mode and without compopt', async () => {
  const script = `enable -n compopt\n${inBash}`;
  for (const { line, offers } of lines) {
    const shown = await shell('bash', ['--norc', '--posix'], script, line);
    for (const offer of offers) expect(shown, line).toContain(offer);
    expect(shown, line).not.toMatch(/error|not found|bad/i);
  }
});

test.skipIf(!isInstalled('zsh'))(
  'zsh shows no "--" beside values without description',
  async () => {
    const shown = await shell('zsh', ['-f'], inZsh, 'lumio deploy --bump ');
    expect(shown).toContain('major');
    expect(shown).not.toMatch(/(?:^|\s)--(?:\s|$)/m);
  },
);

describe('names that are shell code', () => {
  const names = ['$(touch PWN)', '`touch PWN`', 'a;touch PWN', "it's", 'two words', '<!&|*?~#'];

  /** A fake lumio that prints these candidates for any word. */
  async function offering(candidates: readonly string[]): Promise<void> {
    cwd = await temporaryDirectory();
    const list = await temporaryDirectory({ list: `${candidates.join('\n')}\n` });
    const script = `[ "$1" = __complete ] && exec cat '${list}/list'\n${lumioScript}`;
    const directory = await programs({ lumio: script });
    env = { ...env, PATH: directory + delimiter + (env['PATH'] ?? '') };
  }

  test.skipIf(!isInstalled('bash'))('bash quotes them as printf %q does', async () => {
    await offering(names);
    const script = `${inBash}\neval "printf '<%s>' \${COMPREPLY[*]}"\n`;
    const shown = await shell('bash', ['--norc'], script, 'lumio secrets delete ');
    for (const name of names) expect(shown).toContain(`<${name}>`);
    expect(await readdir(cwd)).toEqual([]);
  });

  test.skipIf(!isInstalled('zsh'))('zsh quotes them', async () => {
    const [name = ''] = names;
    await offering([name]);
    const script = inZsh.replace('"LINE: $BUFFER"', '"LINE: ${(Q)${(z)BUFFER}[-1]}"');
    expect(await shell('zsh', ['-f'], script, 'lumio secrets delete ')).toContain(`LINE: ${name}`);
    expect(await readdir(cwd)).toEqual([]);
  });
});
