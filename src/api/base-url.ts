/** Base URL of the real service (API page, section Base URL). Apart from the contract so that help texts can name it without loading the schemas. */
export const baseUrl = 'https://api.lumio.vision/developer/v1';
