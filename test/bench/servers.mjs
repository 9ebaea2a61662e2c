/**
 * Servers in separate processes, as a measured command is waited for without a turn of this
 * process's event loop.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { binary, cleanEnvironment } from './pairs.mjs';

/** The sandbox; its key is the one that it prints. */
export function startSandbox() {
  return start([binary, 'sandbox', 'start', '--port', '0', '--rate-limit', 'off', '--quiet']);
}

/** A server that accepts uploads as the API does, and discards them. */
export function startUploadSink() {
  return start([join(import.meta.dirname, 'upload-sink.mjs')]);
}

/** @returns the environment that leads a command to it, and what ends it */
function start(args) {
  const child = spawn(process.execPath, args, {
    env: cleanEnvironment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`${args.join(' ')} ended with ${code} before it reported its address`)),
    );
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      const url = /LUMIO_API_URL=(\S+)/.exec(text)?.[1];
      const key = /LUMIO_API_KEY=(\S+)\n/.exec(text)?.[1];
      if (url !== undefined && key !== undefined)
        resolve({
          url,
          key,
          env: { ...cleanEnvironment, LUMIO_API_URL: url, LUMIO_API_KEY: key },
          stop: () => child.kill(),
        });
    });
  });
}
