/** Defaults of the client. Apart from the contract, so that help texts don't load the schemas. */

/** Base URL of the service (API page, section Base URL). */
export const baseUrl = 'https://api.lumio.vision/developer/v1';
/** A request is aborted after this long without data. */
export const defaultTimeoutMs = 30_000;
/** Maximum total time to spend on retries. */
export const defaultMaxWaitMs = 60_000;
