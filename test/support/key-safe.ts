/** No test may see its API key again: every run of a command in a test, in process or spawned, is searched for it. */

/** GitHub Actions has to be told the key once, to keep it out of the log. */
const toldToRunner = /^::add-mask::.*\n/m;

/**
 * @param printed all that a command printed
 * @throws Error when the key stands in it; keys of tests about short keys are left out
 */
export function checkKeySafe(printed: string, key: string | undefined): void {
  if (key !== undefined && key.length > 20 && printed.replace(toldToRunner, '').includes(key))
    throw new Error('the API key was printed');
}
