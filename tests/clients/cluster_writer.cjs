// Writes through ioredis's cluster client until its input ends, then reads back what was acknowledged.
// Prints "ready" and, at the end, one line of JSON. Usage: cluster_writer.cjs HOST PORT
'use strict';

const crypto = require('crypto');
const Redis = require('ioredis');

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const valueOf = (number) => `${number}:${crypto.createHash('md5').update(`${number}`).digest('hex')}`;

async function readBack(client, key) {
  for (let attempt = 0; attempt < 300; attempt++) {
    try {
      return await client.get(key);
    } catch {
      await pause(100);
    }
  }
  throw new Error(`${key} cannot be read`);
}

async function main() {
  const [host, port] = [process.argv[2], Number(process.argv[3])];
  const client = new Redis.Cluster([{ host, port }], {
    slotsRefreshInterval: 500,
    redisOptions: { commandTimeout: 1000, connectTimeout: 1000 },
  });
  client.on('error', () => {});
  await client.ping();
  let stopped = false;
  process.stdin.on('end', () => { stopped = true; }).resume();
  const acknowledged = new Map();
  const errors = {};
  let [count, longest, last] = [0, 0, Date.now()];
  console.log('ready');
  while (!stopped) {
    const number = ++count;
    try {
      await client.set(`node:${number}`, valueOf(number));
      const now = Date.now();
      acknowledged.set(number, now);
      longest = Math.max(longest, now - last);
      last = now;
    } catch (error) {
      errors[error.message.slice(0, 40)] = (errors[error.message.slice(0, 40)] ?? 0) + 1;
      await pause(20);
    }
    await pause(1);
  }
  const lost = [];
  let wrong = 0;
  for (const [number, millis] of acknowledged) {
    const found = await readBack(client, `node:${number}`);
    if (found === null) lost.push(millis);
    else if (found !== valueOf(number)) wrong++;
  }
  console.log(JSON.stringify({
    acknowledged: acknowledged.size, errors: Object.values(errors).reduce((sum, one) => sum + one, 0), wrong, lost,
    longest, kinds: JSON.stringify(errors),
  }));
  process.exit(0);
}

main();
