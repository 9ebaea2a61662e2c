#!/usr/bin/env node
'use strict';
var version = process.versions.node.split('.').map(Number);
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  process.stderr.write(
    'lumio needs Node.js 20.19 or newer; this is ' +
      process.versions.node +
      '. See https://nodejs.org.\n',
  );
  process.exitCode = 1;
} else {
  require('../dist/main.js');
}
