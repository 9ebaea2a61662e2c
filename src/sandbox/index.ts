/** The room's door: what commands reach of it through the context. */
export { execCommand } from './exec.ts';
export { parseFault } from './faults.ts';
export { type Sandbox, startSandbox } from './server.ts';
