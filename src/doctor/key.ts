/** Which key is in force, and whether it looks like one. Whether it is valid only the API knows. */
import { checkKeyForm, maskKey } from '../auth/credentials.ts';
import { type Check, failed, ok, warning } from './check.ts';
import type { DoctorDeps } from './world.ts';

/** @returns the key, where there is one that can be sent */
export async function checkKey(
  world: DoctorDeps,
): Promise<{ check: Check; key: string | undefined }> {
  try {
    const { key, label, hides } = await world.credential();
    const flaws = [
      ...checkKeyForm(key, label),
      ...hides.map((hidden) => `${label} hides ${hidden}.`),
    ];
    const found = `${maskKey(key)}, from ${label}`;
    if (flaws.length === 0) return { check: ok('key', found), key };
    return {
      check: warning(
        'key',
        `${found}. ${flaws.join(' ')}`,
        'If another key is meant, unset the variable or store the right one with lumio login.',
      ),
      key,
    };
  } catch (thrown) {
    return { check: failed('key', thrown), key: undefined };
  }
}
