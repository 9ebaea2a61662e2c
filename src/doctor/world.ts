/** What a diagnosis needs of the world. */
import type { Client } from '../api/client.ts';
import type { GlobalOptions } from '../cli/global-options.ts';
import type { Host } from '../host.ts';
import type { Manifest } from '../project/manifest.ts';

export interface DoctorDeps {
  readonly host: Host;
  readonly globals: GlobalOptions;
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
