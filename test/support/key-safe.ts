/** Checks that no command in a test prints its API key. */

/** GitHub Actions needs the key once, to mask it in the log. */
const maskCommand = /^::add-mask::.*\n/m;

/**
 * @param printed the output of a command
 * @throws Error if it contains the key, except for short keys
 */
export function checkKeySafe(printed: string, key: string | undefined): void {
  if (key !== undefined && key.length > 20 && printed.replace(maskCommand, '').includes(key))
    throw new Error('the API key was printed');
}
