// Drives a server with node-redis over RESP3 as an application would. Usage: node node_redis_client.cjs HOST PORT
const { createClient } = require('redis');
const { assert, run, until } = require('./checks.cjs');
const types = require('./node_redis_types.cjs');

const numbers = (count) => Array.from({ length: count }, (_, index) => index);

const checks = {
  async 'hello 3'(client) {
    const hello = await client.hello(3);
    assert.equal(hello.proto, 3);
    assert.equal(hello.role, 'master');
    assert.equal(await client.ping(), 'PONG');
  },

  async 'strings'(client) {
    assert.equal(await client.set('nr:a', '1'), 'OK');
    assert.equal(await client.set('nr:a', '2', { condition: 'NX' }), null);
    assert.equal(await client.set('nr:a', '2', { GET: true }), '1');
    assert.equal(await client.append('nr:a', '34'), 3);
    assert.equal(await client.getRange('nr:a', 1, 2), '34');
    assert.equal(await client.getDel('nr:a'), '234');
    assert.equal(await client.get('nr:a'), null);
  },

  async 'numbers and errors'(client) {
    await client.del('nr:n');
    assert.equal(await client.incrBy('nr:n', 42), 42);
    assert.equal(Number(await client.incrByFloat('nr:n', 0.5)), 42.5);
    await assert.rejects(client.incr('nr:n'), /not an integer/);
    await assert.rejects(client.sendCommand(['NOSUCHCOMMAND']), /unknown command/);
  },

  async 'automatic pipelining'(client) {
    await Promise.all(numbers(1000).map((index) => client.set(`nr:p:${index}`, String(index))));
    const values = await Promise.all(numbers(1000).map((index) => client.get(`nr:p:${index}`)));
    assert.deepEqual(values, numbers(1000).map(String));
  },

  async 'transactions'(client) {
    await client.set('nr:t', '1');
    assert.deepEqual(await client.multi().incr('nr:t').incr('nr:t').get('nr:t').exec(), [2, 3, '3']);
  },

  async 'many keys'(client) {
    await client.mSet(Object.fromEntries(numbers(100).map((index) => [`nr:many:${index}`, `v${index}`])));
    assert.deepEqual(await client.mGet(['nr:many:1', 'nr:many:none', 'nr:many:99']), ['v1', null, 'v99']);
    const found = new Set();
    for await (const keys of client.scanIterator({ MATCH: 'nr:many:*', COUNT: 20 })) {
      [keys].flat().forEach((key) => found.add(key));
    }
    assert.equal(found.size, 100);
    assert.equal(await client.del([...found]), 100);
  },

  async 'expiry'(client) {
    await client.set('nr:e', 'x', { expiration: { type: 'EX', value: 100 } });
    const ttl = await client.ttl('nr:e');
    assert.ok(ttl > 90 && ttl <= 100);
    await client.pExpire('nr:e', 1);
    await until(async () => (await client.exists('nr:e')) === 0);
  },

  async 'publishing'(client) {
    const listener = client.duplicate();
    await listener.connect();
    const heard = [];
    await listener.subscribe('nr:one', (message, channel) => heard.push(`${channel} ${message}`));
    await listener.pSubscribe('nr:*', (message, channel) => heard.push(`* ${channel} ${message}`));
    await listener.sSubscribe('nr:shard', (message, channel) => heard.push(`s ${channel} ${message}`));
    assert.equal(await client.publish('nr:one', 'hello'), 2);
    assert.equal(await client.sPublish('nr:shard', 'there'), 1);
    await until(async () => heard.length === 3);
    assert.deepEqual(heard.sort(), ['* nr:one hello', 'nr:one hello', 's nr:shard there']);
    // In RESP3 a subscribed connection goes on with other commands.
    assert.equal(await listener.set('nr:k', 'v'), 'OK');
    await listener.unsubscribe('nr:one');
    assert.equal(await client.publish('nr:one', 'again'), 1);
    await listener.close();
  },

  async 'maps and server'(client) {
    const limits = await client.configGet('maxclients');
    assert.ok(Number(limits.maxclients) > 0);
    assert.match(await client.info('server'), /redis_version:\d+/);
    assert.equal(await client.clientGetName(), 'nr');
    assert.ok((await client.clientId()) > 0);
    assert.ok((await client.dbSize()) > 0);
  },
};

async function main() {
  const [host, port] = process.argv.slice(2);
  const client = createClient({ RESP: 3, name: 'nr', socket: { host, port: Number(port), reconnectStrategy: false } });
  client.on('error', (error) => console.log(`connection: ${error.message}`));
  await client.connect();
  process.exitCode = await run({ ...checks, ...types }, client);
  await client.close();
}

main().catch((error) => {
  console.log(`FAILED to connect: ${error.message}`);
  process.exitCode = 1;
});
