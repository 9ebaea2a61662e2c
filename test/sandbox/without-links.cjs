/** Loaded into a process before the sandbox is: its system then answers as Linux does on a file system without hard links. */
const files = require('node:fs/promises');

files.link = async () =>
  Promise.reject(
    Object.assign(new Error('EPERM: operation not permitted, link'), {
      code: 'EPERM',
      syscall: 'link',
    }),
  );
