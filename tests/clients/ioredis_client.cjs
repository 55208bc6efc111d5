// Drives a server with ioredis as an application would. Usage: node ioredis_client.cjs HOST PORT
const Redis = require('ioredis');
const { assert, run, until } = require('./checks.cjs');
const types = require('./ioredis_types.cjs');

const numbers = (count) => Array.from({ length: count }, (_, index) => index);

const checks = {
  async 'ping and echo'(client) {
    assert.equal(await client.ping(), 'PONG');
    assert.equal(await client.echo('hello'), 'hello');
  },

  async 'strings'(client) {
    assert.equal(await client.set('io:a', '1'), 'OK');
    assert.equal(await client.set('io:a', '2', 'NX'), null);
    assert.equal(await client.set('io:a', '2', 'GET'), '1');
    assert.equal(await client.append('io:a', '34'), 3);
    assert.equal(await client.getrange('io:a', 1, 2), '34');
    assert.equal(await client.getdel('io:a'), '234');
    assert.equal(await client.get('io:a'), null);
  },

  async 'binary values'(client) {
    const value = Buffer.alloc(100_000, 0).map((_, index) => index & 255);
    await client.set('io:binary', value);
    assert.deepEqual(await client.getBuffer('io:binary'), value);
  },

  async 'numbers and errors'(client) {
    await client.del('io:n');
    assert.equal(await client.incrby('io:n', 42), 42);
    assert.equal(await client.incrbyfloat('io:n', '0.5'), '42.5');
    await assert.rejects(client.incr('io:n'), /not an integer/);
    await assert.rejects(client.call('NOSUCHCOMMAND', 'x'), /unknown command/);
  },

  async 'automatic pipelining'(client) {
    await Promise.all(numbers(1000).map((index) => client.set(`io:p:${index}`, index)));
    const values = await Promise.all(numbers(1000).map((index) => client.get(`io:p:${index}`)));
    assert.deepEqual(values, numbers(1000).map(String));
  },

  async 'explicit pipelines'(client) {
    const pipeline = client.pipeline();
    numbers(300).forEach((index) => pipeline.set(`io:q:${index}`, index).get(`io:q:${index}`));
    const replies = await pipeline.exec();
    assert.equal(replies.length, 600);
    assert.ok(replies.every(([error]) => error === null));
    assert.equal(replies[599][1], '299');
  },

  async 'transactions'(client) {
    await client.set('io:t', 1);
    const replies = await client.multi().incr('io:t').incr('io:t').get('io:t').exec();
    assert.deepEqual(replies, [[null, 2], [null, 3], [null, '3']]);
  },

  async 'many keys'(client) {
    await client.mset(Object.fromEntries(numbers(100).map((index) => [`io:many:${index}`, `v${index}`])));
    assert.deepEqual(await client.mget('io:many:1', 'io:many:none', 'io:many:99'), ['v1', null, 'v99']);
    const found = new Set();
    for await (const keys of client.scanStream({ match: 'io:many:*', count: 20 })) {
      keys.forEach((key) => found.add(key));
    }
    assert.equal(found.size, 100);
    assert.equal(await client.unlink(...found), 100);
  },

  async 'expiry'(client) {
    await client.set('io:e', 'x', 'EX', 100);
    const ttl = await client.ttl('io:e');
    assert.ok(ttl > 90 && ttl <= 100);
    await client.set('io:e', 'x', 'PX', 1);
    await until(async () => (await client.exists('io:e')) === 0);
  },

  async 'publishing, over a lost connection too'(client) {
    const listener = client.duplicate();
    const heard = [];
    listener.on('message', (channel, message) => heard.push(`${channel} ${message}`));
    listener.on('pmessage', (pattern, channel, message) => heard.push(`${pattern} ${channel} ${message}`));
    assert.equal(await listener.subscribe('io:one', 'io:two'), 2);
    assert.equal(await listener.psubscribe('io:*'), 3);
    assert.equal(await client.publish('io:one', 'hello'), 2);
    await until(async () => heard.length === 2);
    assert.deepEqual(heard.sort(), ['io:* io:one hello', 'io:one hello']);
    assert.ok((await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub')) >= 1);
    // The library connects again and renews its subscriptions.
    await until(async () => (await client.publish('io:two', 'back')) === 2);
    await until(async () => heard.includes('io:two back'));
    await listener.unsubscribe('io:one');
    assert.deepEqual(await client.pubsub('NUMSUB', 'io:one', 'io:two'), ['io:one', 0, 'io:two', 1]);
    listener.disconnect();
  },

  async 'server'(client) {
    assert.match(await client.info('server'), /redis_version:\d+/);
    assert.deepEqual((await client.config('GET', 'maxclients'))[0], 'maxclients');
    assert.match(await client.client('LIST'), /name=io/);
    assert.ok((await client.dbsize()) > 0);
  },
};

async function main() {
  const [host, port] = process.argv.slice(2);
  const client = new Redis({ host, port: Number(port), connectionName: 'io', maxRetriesPerRequest: 1 });
  client.on('error', (error) => console.log(`connection: ${error.message}`));
  process.exitCode = await run({ ...checks, ...types }, client);
  await client.quit();
}

main();
