using System.Text;
using FastShard.SystemTests.Harness;

namespace FastShard.SystemTests.Replication;

/// <summary>Writes of every type and command family, the same for the same seed.</summary>
internal static class WriteLoad
{
    private const int BatchSize = 200;

    /// <summary>
    /// Sends so many batches and reads their replies; errors (a wrong type, a missing key) are part of it.
    /// </summary>
    public static void Run(RespClient client, int seed, int batches)
    {
        Random random = new(seed);
        for (int batch = 0; batch < batches; batch++)
        {
            StringBuilder requests = new();
            int count = 0;
            for (int number = 0; number < BatchSize; number++)
            {
                foreach (string request in Next(random, number))
                {
                    requests.Append(Encoding.UTF8.GetString(RespClient.Encode(request.Split(' '))));
                    count++;
                }
            }
            client.SendRaw(requests.ToString());
            while (count-- > 0) client.Read();
        }
    }

    // tidy: table
    private static string[] Next(Random random, int number)
    {
        string key = $"{(char)('a' + random.Next(8))}{random.Next(60)}";
        string other = $"{(char)('a' + random.Next(8))}{random.Next(60)}";
        int value = random.Next(1000);
        return random.Next(34) switch
        {
            0 => [$"SET s{key} v{value} EX {value + 1000}"],
            1 => [$"APPEND s{key} xx{value}"],
            2 => [$"INCRBY n{key} {value}"],
            3 => [$"INCRBYFLOAT f{key} 1.5"],
            4 => [$"RPUSH l{key} {value} b c"],
            5 => [$"LPOP l{key}", $"LTRIM l{key} 0 50"],
            6 => [$"LMOVE l{key} l{other} LEFT RIGHT"],
            7 => [$"SADD S{key} {value} {value + 1} x{value}"],
            8 => [$"SPOP S{key} 2"],
            9 => [$"HSET h{key} f{value % 90} {value} g{value % 30} {number}"],
            10 => [$"HDEL h{key} f{value % 90}", $"HINCRBYFLOAT h{key} q 0.25"],
            11 => [$"ZADD z{key} {value}.5 m{value % 200} {value} n{value % 20}"],
            12 => [$"ZPOPMIN z{key} 2"],
            13 => [$"XADD x{key} MAXLEN ~ 40 * f {value}"],
            14 => [$"EXPIRE h{key} {value + 1000}", $"PERSIST s{key}"],
            15 => [$"SET e{key} {value} PX {1 + (value % 50)}"],
            16 => [$"DEL l{key} S{key}"],
            17 => [$"MSET m{key} 1 m{other} {value} mm{key} {value}"],
            18 => [$"RENAME m{key} m{other}"],
            19 => [$"COPY h{key} hc{other} REPLACE"],
            20 => [$"SUNIONSTORE su{key} S{key} S{other}"],
            21 => [$"ZUNIONSTORE zu{key} 2 z{key} z{other}"],
            22 => [$"SETRANGE b{key} {value % 300} zz"],
            23 => [$"SETBIT b{key} {value} 1", $"BITFIELD b{other} INCRBY u8 {value} 3"],
            24 => [$"PFADD p{key} {value}", $"PFMERGE pm{key} p{key} p{other}"],
            25 => [$"GEOADD g{key} {value % 90} {value % 80} m{value % 50}"],
            26 => [$"GEOSEARCHSTORE gs{key} g{key} FROMLONLAT 10 10 BYRADIUS 5000 km"],
            27 => [$"BITOP XOR bo{key} b{key} b{other}"],
            28 => [$"XGROUP CREATE x{key} g 0 MKSTREAM"],
            29 => [$"XREADGROUP GROUP g c{value % 3} COUNT 3 STREAMS x{key} >"],
            30 => [$"GETEX s{key} PERSIST", $"GETDEL n{other}"],
            31 => ["MULTI", $"INCR t{key}", $"LPUSH tl{other} {value}", $"SET ts{key} {value} EX 5000", "EXEC"],
            32 => ["SELECT 3", $"SET d{key} {value}", "SELECT 0", $"MOVE m{key} 2"],
            _ => [$"SORT S{key} ALPHA LIMIT 0 5 STORE so{key}", $"LINSERT l{key} BEFORE b {value}"],
        };
    }
}
