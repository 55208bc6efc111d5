using System.Text;
using FastShard.Memory;
using Xunit;

namespace FastShard.UnitTests.Memory;

/// <summary>The table of keys that clients keep copies of, against a dictionary of sets.</summary>
public sealed class TrackedKeysTests
{
    [Fact]
    public void It_knows_what_a_dictionary_of_sets_knows()
    {
        using TrackedKeys keys = new();
        Dictionary<string, HashSet<long>> model = [];
        var random = new Random(7);
        List<long> taken = [];
        for (int step = 0; step < 20_000; step++)
        {
            string key = $"key:{random.Next(500)}";
            byte[] bytes = Encoding.UTF8.GetBytes(key);
            if (random.Next(4) > 0)
            {
                long client = random.Next(1, 200);
                keys.Add(bytes, KeyHash.Of(bytes), KeySlot.Of(bytes), client);
                if (!model.TryGetValue(key, out HashSet<long>? clients)) model[key] = clients = [];
                clients.Add(client);
            }
            else
            {
                taken.Clear();
                keys.Take(bytes, KeyHash.Of(bytes), KeySlot.Of(bytes), taken);
                Assert.Equal(model.GetValueOrDefault(key, []).Order(), taken.Order());
                model.Remove(key);
            }
            Assert.Equal(model.Count, keys.Count);
        }
        Assert.Equal(model.Values.Sum(clients => clients.Count), keys.Items);
        Assert.Contains(Encoding.UTF8.GetString(keys.AnyKey()), model.Keys);
    }

    [Fact]
    public void Cleared_it_gives_its_memory_back()
    {
        using TrackedKeys keys = new();
        Assert.True(keys.AnyKey().IsEmpty);
        for (int number = 0; number < 3000; number++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes($"key:{number}");
            // One has so many readers that their ids take a block of their own.
            for (int client = 0; client < (number == 0 ? 20_000 : 1); client++)
                keys.Add(bytes, KeyHash.Of(bytes), KeySlot.Of(bytes), client);
        }
        Assert.Equal(22_999, keys.Items);
        keys.Clear();
        Assert.Equal((0, 0), (keys.Count, keys.Items));
        // What is left are the slots' own places.
        Assert.InRange(keys.UsedBytes, 0, 32 * 1024);
    }
}
