/** A handler for each endpoint of the contract; the compiler sees to it that none is missing. */
import type { EndpointName } from '../api/contract.ts';
import {
  createExtension,
  deleteExtension,
  getExtension,
  getInstalls,
  listExtensions,
  updateExtension,
} from './extensions.ts';
import { deleteSecret, listSecrets, setSecret } from './secrets.ts';
import type { Handler } from './service.ts';
import { listVersions, submitVersion } from './versions.ts';

export const handlers: Readonly<Record<EndpointName, Handler>> = {
  listExtensions,
  getExtension,
  createExtension,
  updateExtension,
  deleteExtension,
  listVersions,
  submitVersion,
  getInstalls,
  setSecret,
  deleteSecret,
  listSecrets,
};
