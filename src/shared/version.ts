/** The version of the tool, taken from package.json when it is built. */
export { version } from '../../package.json';
