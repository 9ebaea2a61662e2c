import { LumioError, type ErrorKind, type Problem } from '../../src/errors.ts';

/** The thrown LumioError as plain data. @throws Error if nothing or anything else is thrown */
export async function problemOf(run: () => unknown): Promise<Problem & { kind: ErrorKind }> {
  try {
    await run();
  } catch (thrown) {
    if (thrown instanceof LumioError) return { kind: thrown.kind, ...thrown.problem };
    throw thrown;
  }
  throw new Error("It was expected to fail, but didn't.");
}
