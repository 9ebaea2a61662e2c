/** The initial state: the extension of the API page, so that its `curl` examples get its responses. */
import type { State } from './state.ts';

export const exampleState: State = {
  extensions: [
    {
      id: 'ext_01j9k2m3n4p5q6r7',
      slug: 'my-scoreboard',
      name: 'Sports Scoreboard',
      short_description: 'Live scores for any sport, on your stream.',
      description: '# Sports Scoreboard\n\nShows the score, the clock and the period.',
      visibility: 'public',
      status: 'approved',
      pricing: { type: 'free' },
      ratingCount: 17,
      currentVersionId: 'ver_abc123',
      everPublic: true,
      createdAt: '2026-01-15T10:30:00Z',
      updatedAt: '2026-04-01T08:00:00Z',
      versions: [
        {
          id: 'ver_abc123',
          version: '1.2.0',
          status: 'approved',
          changelog: null,
          bundleSizeBytes: 182_400,
          submittedAt: '2026-04-01T08:00:00Z',
          approvedAt: '2026-04-02T14:30:00Z',
        },
      ],
      installs: { total: 142, byVersion: { ver_abc123: 130, ver_older: 8 } },
      secrets: [
        { key: 'API_KEY', value: 'sk_live_example' },
        { key: 'WEBHOOK_SECRET', value: 'whsec_example' },
      ],
    },
  ],
};
