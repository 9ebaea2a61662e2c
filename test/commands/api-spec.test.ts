/** `api --spec`: the OpenAPI document. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { runLumio } from '../support/host.ts';

describe('--spec', () => {
  test('is a valid OpenAPI document, without key or request', async () => {
    const ran = await runLumio(['api', '--spec', '--json']);
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    const document = ran.json();
    expect(
      typeof document === 'object' &&
        document !== null &&
        (await new Validator().validate({ ...document })).valid,
    ).toBe(true);
    expect((await runLumio(['api', '--spec'])).json()).toEqual(document);
    expect((await runLumio(['api', '--spec', '--query', 'servers[0].url'])).stdout).toBe(
      'https://api.lumio.vision/developer/v1\n',
    );
  });
});
