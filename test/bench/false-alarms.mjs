/**
 * False alarms of the secret scan: packs the content of about 100 npm packages that browser and
 * overlay projects bundle, and lists what is refused.
 * Usage: npm run -s build && node test/bench/false-alarms.mjs [cache directory] [package…]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const packages = `
react react-dom preact vue svelte solid-js lit alpinejs htmx.org jquery three gsap animejs
@tweenjs/tween.js pixi.js phaser konva fabric p5 babylonjs matter-js cannon-es howler tone
wavesurfer.js plyr video.js hls.js shaka-player dashjs lottie-web @lottiefiles/lottie-player
@rive-app/canvas chart.js echarts d3 apexcharts highcharts plotly.js-dist-min recharts
obs-websocket-js tmi.js @twurple/auth @twurple/api @twurple/chat socket.io-client socket.io ws
discord.js @slack/web-api node-telegram-bot-api googleapis-common google-auth-library firebase
@supabase/supabase-js @firebase/app stripe @stripe/stripe-js openai @anthropic-ai/sdk
@octokit/rest axios ky superagent lodash underscore ramda rxjs moment dayjs date-fns luxon
@mui/material @mui/icons-material antd bootstrap bulma tailwindcss @fortawesome/fontawesome-free
material-design-icons-iconfont animate.css swiper sweetalert2 toastr sortablejs interactjs
leaflet mapbox-gl maplibre-gl pdfjs-dist monaco-editor codemirror quill tinymce prismjs
highlight.js marked markdown-it dompurify handlebars mustache ejs jsonwebtoken jose ssh2
jsrsasign node-rsa node-forge crypto-js tweetnacl openpgp elliptic sodium-native libsodium-wrappers
@aws-sdk/client-s3 aws-sdk mongodb mysql2 pg redis ioredis amqplib dotenv webpack vite rollup
esbuild-wasm typescript core-js next nuxt astro @angular/core @angular/material emoji-mart
twemoji @emotion/react styled-components i18next zod yup ajv uuid nanoid qrcode jsqr
canvas-confetti particles.js tsparticles simplebar
`
  .split(/\s+/)
  .filter(Boolean);

const bin = join(import.meta.dirname, '../../bin/lumio.js');
const cache = process.argv[2] ?? join(tmpdir(), 'lumio-false-alarms');
const wanted = process.argv.length > 3 ? process.argv.slice(3) : packages;

mkdirSync(cache, { recursive: true });
const rows = wanted.map(check);
const refused = rows.filter((row) => row.findings.length > 0);
for (const { name, findings } of refused) {
  print(name);
  for (const { path, line, rule } of findings) print(`  ${rule}  ${path}:${line ?? ''}`);
}
const packed = rows.filter((row) => row.isPacked);
print(`${refused.length} of ${packed.length} packages refused`);

function check(name) {
  const directory = unpacked(name);
  if (directory === undefined) return { name, isPacked: false, findings: [] };
  // Sources are allowed here, and the package's own node_modules isn't packed.
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [bin, 'pack', directory, '--list', '--json', '--allow', 'source'],
    { cwd: cache, encoding: 'utf8', maxBuffer: 2 ** 28, env: { PATH: process.env.PATH } },
  );
  if (stdout !== '') return { name, isPacked: true, findings: [] };
  const { error, findings } = JSON.parse(stderr);
  if (findings === undefined) print(`${name}: ${error.message}`);
  return { name, isPacked: findings !== undefined, findings: findings ?? [] };
}

/** Downloads once. @returns undefined if the package can't be had */
function unpacked(name) {
  const target = join(cache, name.replaceAll('/', '+'));
  const directory = join(target, 'package');
  if (existsSync(directory)) return directory;
  mkdirSync(target, { recursive: true });
  run('npm', ['pack', name, '--silent', '--ignore-scripts', '--pack-destination', target]);
  const archive = readdirSync(target).find((file) => file.endsWith('.tgz'));
  if (archive === undefined) {
    print(`${name}: not downloaded`);
    return undefined;
  }
  mkdirSync(directory);
  run('tar', ['-xzf', join(target, archive), '-C', directory, '--strip-components=1']);
  return directory;
}

function run(command, args) {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: cache });
  if (status !== 0) print(`${command} ${args.join(' ')}: ${stderr}`);
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
