/**
 * Loaded into the runs of examples: their clock starts on a fixed day, so that ages such as
 * "7 months ago" stay as they are in the documentation.
 */
const { ServerResponse } = require('node:http');

const offsetMs = Number(process.env.EXAMPLE_CLOCK_OFFSET_MS);
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...values) {
    super(...(values.length === 0 ? [RealDate.now() + offsetMs] : values));
  }

  static now() {
    return RealDate.now() + offsetMs;
  }
};

// Node.js would send the real date.
const { writeHead } = ServerResponse.prototype;
ServerResponse.prototype.writeHead = function (...values) {
  this.setHeader('date', new Date().toUTCString());
  return writeHead.apply(this, values);
};
