/** What commands use of this room. Reading archives, which only the sandbox does, stands apart in `read.ts`. */
export { type Bundle, type PackOptions, packFiles } from './archive.ts';
export { type Finding } from './scan.ts';
export { type SelectedFile, type Selection, type SelectOptions, largestFiles, selectFiles } from './select.ts';
