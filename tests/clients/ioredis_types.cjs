// What ioredis makes of every type of value, of reads that wait, and of connections that the server ends.
const { assert, until } = require('./checks.cjs');

module.exports = {
  async 'bitmaps'(client) {
    await client.del('io:bits', 'io:bits2');
    assert.equal(await client.setbit('io:bits', 7, 1), 0);
    assert.equal(await client.getbit('io:bits', 7), 1);
    assert.equal(await client.bitcount('io:bits'), 1);
    assert.equal(await client.bitpos('io:bits', 1), 7);
    assert.equal(await client.bitop('NOT', 'io:bits2', 'io:bits'), 1);
    assert.deepEqual(await client.bitfield('io:bits', 'SET', 'u8', 0, 255, 'GET', 'u4', 0), [1, 15]);
  },

  async 'lists'(client) {
    await client.del('io:list', 'io:list2');
    assert.equal(await client.rpush('io:list', 'a', 'b', 'c', 'b'), 4);
    assert.deepEqual(await client.lrange('io:list', 0, -1), ['a', 'b', 'c', 'b']);
    assert.equal(await client.linsert('io:list', 'BEFORE', 'c', 'x'), 5);
    assert.equal(await client.lrem('io:list', 0, 'b'), 2);
    assert.equal(await client.lmove('io:list', 'io:list2', 'LEFT', 'RIGHT'), 'a');
    assert.deepEqual(await client.lmpop(2, 'io:none', 'io:list', 'LEFT', 'COUNT', 5), ['io:list', ['x', 'c']]);
  },

  async 'hashes and their deadlines'(client) {
    await client.del('io:hash');
    assert.equal(await client.hset('io:hash', { a: '1', b: '2', c: '3' }), 3);
    assert.deepEqual(await client.hgetall('io:hash'), { a: '1', b: '2', c: '3' });
    assert.equal(await client.hincrby('io:hash', 'a', 5), 6);
    assert.deepEqual(await client.call('HPEXPIRE', 'io:hash', 1, 'FIELDS', 1, 'b'), [1]);
    await until(async () => (await client.hexists('io:hash', 'b')) === 0);
    const [cursor, fields] = await client.hscan('io:hash', 0);
    assert.equal(cursor, '0');
    assert.equal(fields.length, 4);
  },

  async 'sets'(client) {
    await client.del('io:set', 'io:set2');
    assert.equal(await client.sadd('io:set', 'a', 'b', '3'), 3);
    assert.equal(await client.sadd('io:set2', 'b', '3', 'd'), 3);
    assert.deepEqual((await client.sinter('io:set', 'io:set2')).sort(), ['3', 'b']);
    assert.deepEqual(await client.smismember('io:set', 'a', 'z'), [1, 0]);
    assert.equal(await client.sunionstore('io:set', 'io:set', 'io:set2'), 4);
    assert.equal((await client.spop('io:set', 4)).length, 4);
    assert.equal(await client.exists('io:set'), 0);
  },

  async 'sorted sets'(client) {
    await client.del('io:zset');
    assert.equal(await client.zadd('io:zset', 1, 'a', 2.5, 'b', 'inf', 'c'), 3);
    assert.deepEqual(await client.zrange('io:zset', 0, -1, 'WITHSCORES'), ['a', '1', 'b', '2.5', 'c', 'inf']);
    assert.equal(await client.zincrby('io:zset', 2, 'a'), '3');
    assert.equal(await client.zrank('io:zset', 'a'), 1);
    assert.deepEqual(await client.zrangebyscore('io:zset', '(2.5', '+inf'), ['a', 'c']);
    assert.deepEqual(await client.zpopmin('io:zset'), ['b', '2.5']);
  },

  async 'streams and groups'(client) {
    await client.del('io:stream');
    assert.equal(await client.xadd('io:stream', '1-1', 'f', 'v'), '1-1');
    const id = await client.xadd('io:stream', 'MAXLEN', '~', 100, '*', 'f', 'w');
    assert.deepEqual(await client.xrange('io:stream', '-', '1-1'), [['1-1', ['f', 'v']]]);
    await client.xgroup('CREATE', 'io:stream', 'g', 0);
    const read = await client.xreadgroup('GROUP', 'g', 'me', 'COUNT', 5, 'STREAMS', 'io:stream', '>');
    assert.deepEqual(read, [['io:stream', [['1-1', ['f', 'v']], [id, ['f', 'w']]]]]);
    assert.equal(await client.xack('io:stream', 'g', '1-1'), 1);
    assert.deepEqual((await client.xpending('io:stream', 'g')).slice(0, 2), [1, id]);
    assert.equal((await client.xautoclaim('io:stream', 'g', 'you', 0, '0'))[1][0][0], id);
  },

  async 'counts of distinct elements'(client) {
    await client.del('io:hll', 'io:hll2');
    assert.equal(await client.pfadd('io:hll', 'a', 'b', 'c'), 1);
    assert.equal(await client.pfadd('io:hll2', 'c', 'd'), 1);
    assert.equal(await client.pfcount('io:hll', 'io:hll2'), 4);
    assert.equal(await client.pfmerge('io:hll', 'io:hll2'), 'OK');
  },

  async 'places'(client) {
    await client.del('io:geo');
    assert.equal(await client.geoadd('io:geo', 13.361389, 38.115556, 'Palermo', 15.087269, 37.502669, 'Catania'), 2);
    assert.equal(await client.geodist('io:geo', 'Palermo', 'Catania', 'km'), '166.2742');
    const near = await client.geosearch('io:geo', 'FROMLONLAT', 15, 37, 'BYRADIUS', 200, 'km', 'ASC');
    assert.deepEqual(near, ['Catania', 'Palermo']);
    assert.deepEqual(await client.geohash('io:geo', 'Palermo'), ['sqc8b49rny0']);
  },

  async 'reads that wait'(client) {
    await client.del('io:b1', 'io:b2', 'io:bz', 'io:bs');
    const waiting = client.duplicate();
    const list = waiting.blpop('io:b1', 'io:b2', 0);
    await blocked(client, 1);
    await client.rpush('io:b2', 'x');
    assert.deepEqual(await list, ['io:b2', 'x']);
    const sorted = waiting.bzpopmin('io:bz', 0);
    await blocked(client, 1);
    await client.zadd('io:bz', 1, 'm');
    assert.deepEqual(await sorted, ['io:bz', 'm', '1']);
    const stream = waiting.xread('BLOCK', 0, 'STREAMS', 'io:bs', '$');
    await blocked(client, 1);
    await client.xadd('io:bs', '5-5', 'f', 'v');
    assert.deepEqual(await stream, [['io:bs', [['5-5', ['f', 'v']]]]]);
    assert.equal(await waiting.blpop('io:b1', 0.01), null);
    waiting.disconnect();
  },

  async 'a waiting read over a lost connection'(client) {
    await client.del('io:lost');
    const waiting = client.duplicate({ maxRetriesPerRequest: null });
    const list = waiting.blpop('io:lost', 0);
    await blocked(client, 1);
    assert.ok((await client.call('CLIENT', 'KILL', 'TYPE', 'normal')) >= 1);
    // The library connects again and asks again.
    await blocked(client, 1);
    await client.rpush('io:lost', 'x');
    assert.deepEqual(await list, ['io:lost', 'x']);
    waiting.disconnect();
  },
};

async function blocked(client, count) {
  await until(async () => (await client.info('clients')).includes(`blocked_clients:${count}\r`));
}
