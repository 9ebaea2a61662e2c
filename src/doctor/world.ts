/** What a diagnosis needs of the world. */
import type { Client } from '../api/client.ts';
import type { Globals } from '../globals.ts';
import type { Host } from '../host.ts';
import type { Manifest } from '../project/manifest.ts';

export interface DoctorWorld {
  readonly host: Host;
  readonly globals: Globals;
  /** Version of lumio. */
  readonly version: string;
  manifest(): Promise<Manifest | undefined>;
  credential(): Promise<{
    readonly key: string;
    readonly label: string;
    readonly hides: readonly string[];
  }>;
  clientFor(apiKey: string): Promise<Client>;
}
