/** Loaded before a measured program: writes its peak memory in KiB to LUMIO_BENCH_PEAK. */
const { readFileSync, writeFileSync } = require('node:fs');

process.on('exit', () => writeFileSync(process.env.LUMIO_BENCH_PEAK, String(peakKibi())));

/** On Linux, `maxRSS` includes what the parent had at the start; /proc doesn't. */
function peakKibi() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
}
