/** The examples of the API page, word for word; empty where it has none. */
import type { EndpointName } from './contract.ts';

interface Examples {
  readonly request?: Readonly<Record<string, unknown>>;
  readonly response?: Readonly<Record<string, unknown>>;
}

export const pageExamples: Readonly<Record<EndpointName, Examples>> = {
  listExtensions: {
    response: {
      extensions: [
        {
          id: 'ext_01j9k2m3n4p5q6r7',
          slug: 'my-scoreboard',
          name: 'Sports Scoreboard',
          visibility: 'public',
          status: 'approved',
          installCount: 142,
          currentVersionId: 'ver_abc123',
          createdAt: '2026-01-15T10:30:00Z',
          updatedAt: '2026-04-01T08:00:00Z',
        },
      ],
    },
  },
  getExtension: {},
  createExtension: {
    request: {
      name: 'My New Extension',
      short_description: 'A brief description shown in search results.',
      description: 'Full Markdown description.',
      pricing: { type: 'free' },
    },
    response: {
      extension: {
        id: 'ext_newly_created_id',
        slug: 'my-new-extension',
        name: 'My New Extension',
        status: 'draft',
        createdAt: '2026-05-01T00:00:00Z',
      },
    },
  },
  updateExtension: { request: { visibility: 'public' } },
  deleteExtension: {},
  listVersions: {
    response: {
      versions: [
        {
          id: 'ver_abc123',
          version: '1.2.0',
          status: 'approved',
          bundleSizeBytes: 182_400,
          submittedAt: '2026-04-01T08:00:00Z',
          approvedAt: '2026-04-02T14:30:00Z',
        },
      ],
    },
  },
  submitVersion: {
    response: {
      version: {
        id: 'ver_new_version_id',
        version: '1.3.0',
        status: 'pending',
        submittedAt: '2026-05-01T12:00:00Z',
      },
    },
  },
  getInstalls: {
    response: { total: 142, active: 138, byVersion: { ver_abc123: 130, ver_older: 8 } },
  },
  setSecret: { request: { value: 'sk_live_abc123' } },
  deleteSecret: {},
  listSecrets: { response: { keys: ['API_KEY', 'WEBHOOK_SECRET'] } },
};

export const errorExample = {
  error: {
    code: 'extension_not_found',
    message: 'Extension ext_abc123 does not exist or you do not have access to it.',
    status: 404,
  },
};
