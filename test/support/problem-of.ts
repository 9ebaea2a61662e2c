import { LumioError, type ErrorKind, type Problem } from '../../src/errors.ts';

/** The LumioError that something fails with, as plain data. Fails itself when nothing is thrown, or anything else. */
export async function problemOf(run: () => unknown): Promise<Problem & { kind: ErrorKind }> {
  try {
    await run();
  } catch (thrown) {
    if (thrown instanceof LumioError) return { kind: thrown.kind, ...thrown.problem };
    throw thrown;
  }
  throw new Error('It was expected to fail, but did not.');
}
