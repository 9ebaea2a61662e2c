/** The JSON documents of `lumio deploy` and `lumio pack`. */
import {
  notes,
  errorBody,
  version,
  anyOf,
  anything,
  described,
  flag,
  integer,
  list,
  nullable,
  object,
  oneOf,
  text,
} from './json-schema.ts';

const bundle = object({
  fileCount: integer,
  sizeBytes: integer,
  sha256: text,
  tarSha256: described('Hash of the tar archive, independent of the compression', text),
});
const files = list(object({ path: text, sizeBytes: integer }));
const changelog = nullable(
  object({ source: described('An option or a path', text), characters: integer }),
);
const deployed = {
  version,
  outcome: described('skipped: the version existed, no upload', oneOf('created', 'skipped')),
  recovered: described('The response was lost; the version was found on the server', flag),
  bundle: described('null if skipped', nullable(bundle)),
  changelog,
  extension: object({ id: text }, { slug: text, name: text }),
  notes,
};
const dryRun = {
  outcome: oneOf('dry-run'),
  request: object({
    method: oneOf('POST'),
    url: text,
    fields: object({ version: text }, { changelog: text }),
    bundle: object({ filename: text, sizeBytes: integer }),
  }),
  bundle,
  files,
  ignoredCount: integer,
  changelog,
  extension: object({ id: nullable(text), named: text, source: text }, { slug: text, name: text }),
  existing: described('The version on the server, if it exists', nullable(version)),
  unchecked: described("What couldn't be checked, and why", list(anything)),
  notes,
};
const directory = { directory: described('The path as passed', text) };
const failedDeploy = object(
  { ...directory, outcome: oneOf('failed'), error: errorBody },
  { extension: anything, version: anything, notes },
);

export const deploy = anyOf(
  { title: 'deploy', ...object(deployed) },
  { title: 'deploy --dry-run', ...object(dryRun) },
  {
    title: 'deploy with several projects',
    ...object({
      deploys: list(
        anyOf(
          object({ ...directory, ...deployed }),
          object({ ...directory, ...dryRun }),
          failedDeploy,
        ),
      ),
      failed: described('How many failed', integer),
    }),
  },
);

export const pack = object({
  path: described('null with --list', nullable(text)),
  directory: described('The built directory', text),
  version: nullable(text),
  bundle,
  files,
  ignoredCount: integer,
  notes,
});
