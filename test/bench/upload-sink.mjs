/** Responds to a deploy as the API does, and reads uploads without parsing them. */
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  let head = '';
  request.on('data', (chunk) => {
    if (head.length < 4096) head += chunk.toString('latin1', 0, 4096);
  });
  request.on('end', () => {
    const document = responseTo(request.method, head);
    response.writeHead(request.method === 'POST' ? 202 : 200, {
      'content-type': 'application/json',
    });
    response.end(JSON.stringify(document));
  });
});

function responseTo(method, head) {
  if (method !== 'POST') return { versions: [] };
  const version = /name="version"\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]*)/.exec(head)?.[1];
  return {
    version: { id: 'ver_bench', version, status: 'pending', submittedAt: new Date().toISOString() },
  };
}

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(
    `LUMIO_API_URL=http://127.0.0.1:${server.address().port}/developer/v1\n` +
      `LUMIO_API_KEY=lm_dev_${'0'.repeat(57)}\n`,
  );
});
