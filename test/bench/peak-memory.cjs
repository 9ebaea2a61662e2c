/** Loaded before a measured program: leaves the highest resident memory, in KiB, in the file that LUMIO_BENCH_PEAK names. */
const { readFileSync, writeFileSync } = require('node:fs');

process.on('exit', () => writeFileSync(process.env.LUMIO_BENCH_PEAK, String(peakKibi())));

/** What the system tells of a process counts, on Linux, what its parent had when it was started; the kernel's own file does not. */
function peakKibi() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
}
