// Runs named checks one after the other, prints one line for each, and ends with the exit code that says how it went.
const assert = require('node:assert/strict');

async function run(checks, client) {
  let failures = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check(client);
      console.log(`ok ${name}`);
    } catch (error) {
      failures += 1;
      console.log(`FAILED ${name}: ${String(error.message ?? error).replaceAll('\n', ' ')}`);
    }
  }
  return failures === 0 ? 0 : 1;
}

// until CONDITION holds: asks again and again, for five seconds at most.
async function until(condition) {
  const end = Date.now() + 5000;
  while (!(await condition())) {
    assert.ok(Date.now() < end, 'the condition did not come true in five seconds');
    // A condition that is a promise fulfilled already would never let the sockets have their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

module.exports = { assert, run, until };
