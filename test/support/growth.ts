/** How the cost of some work grows with its input. */

/** Between linear (4) and quadratic (16). */
export const maxLinearGrowth = 8;

const minRuns = 3;
const maxRuns = 12;

/**
 * CPU time for four times the size, divided by that for the size. The shortest of several runs
 * counts, because other work disturbs single ones.
 */
export async function growthOf(size: number, work: (size: number) => unknown): Promise<number> {
  let [small, large] = [Infinity, Infinity];
  for (let run = 0; run < minRuns || (run < maxRuns && large / small > maxLinearGrowth); run += 1) {
    small = Math.min(small, await cpuTimeOf(() => work(size)));
    large = Math.min(large, await cpuTimeOf(() => work(4 * size)));
  }
  return large / small;
}

/** @returns microseconds */
async function cpuTimeOf(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}
