/** The room's door: what commands reach of it through the context. */
export { type FaultName, faultKinds } from './fault-kinds.ts';
export { type Fault, parseFault } from './faults.ts';
export { type Sandbox, type SandboxOptions, startSandbox } from './server.ts';
