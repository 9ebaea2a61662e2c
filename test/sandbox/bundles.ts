/** Bundles for tests, made by Python's tarfile so that not only our own writer is read. */
import { execFileSync } from 'node:child_process';

/** Python statements that fill `archive`; `add(name, content, **fields)` adds a member. */
function pack(statements: string, mode = 'w:gz'): Blob {
  const script = `
import io, sys, tarfile
out = io.BytesIO()
archive = tarfile.open(fileobj=out, mode='${mode}')
def add(name, content=b'<html>', **fields):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in fields.items(): setattr(info, key, value)
    archive.addfile(info, io.BytesIO(content))
${statements}
archive.close()
sys.stdout.buffer.write(out.getvalue())`;
  return new Blob([execFileSync('python3', ['-c', script])]);
}

export const goodBundle = pack(
  "add('editor/index.html')\nadd('layer/' + 'n' * 150 + '.js', b'x' * 5000)\nadd('ü.svg')",
);

/** Defect → a bundle with it, and words of the message. */
export const badBundles: Readonly<Record<string, readonly [Blob, string]>> = {
  'no gzip': [new Blob(['PK\u0003\u0004']), "isn't a gzip file"],
  'an empty file': [new Blob([]), ''],
  "a tar that isn't compressed": [pack("add('index.html')", 'w:'), "isn't a gzip file"],
  'a gzip without a tar': [
    new Blob([execFileSync('gzip', ['-c'], { input: 'hello' })]),
    "doesn't contain a tar archive",
  ],
  'no files': [pack(''), 'no files'],
  'a path that leads out': [
    pack("add('index.html')\nadd('../../etc/cron.d/job')"),
    '"../../etc/cron.d/job"',
  ],
  'an absolute path': [pack("add('/etc/passwd')"), '"/etc/passwd"'],
  'a path of Windows': [pack(String.raw`add('..\\evil.js')`), String.raw`"..\\evil.js"`],
  'a symbolic link': [
    pack("add('link', b'', type=tarfile.SYMTYPE, linkname='/etc/passwd')"),
    '"link"',
  ],
  'a hard link': [
    pack("add('index.html')\nadd('hard', b'', type=tarfile.LNKTYPE, linkname='index.html')"),
    '"hard"',
  ],
  'a device': [pack("add('null', b'', type=tarfile.CHRTYPE)"), '"null"'],
  'a FIFO': [pack("add('pipe', b'', type=tarfile.FIFOTYPE)"), '"pipe"'],
  'the same path twice': [pack("add('a.js')\nadd('a.js')"), '"a.js" twice'],
};
