using System.Globalization;

namespace FastShard.SystemTests.Model;

/// <summary>Random keys, values and numbers from one seed.</summary>
internal sealed class Draw(int seed, string prefix, int keyCount)
{
    private const long FarMillis = 4_000_000_000_000;

    private static readonly string[] Words = ["", "a", "b", "ab", "abc", "value", "10", "-3", "0", "3.5", "007"];

    private static readonly string[] Numbers = ["0", "1", "-1", "7", "100", "-250", "9223372036854775807"];

    private readonly Random _random = new(seed);
    private long _risen;

    /// <summary>Keys whose deadline passes about now: nobody may ask for them until it has passed for sure.</summary>
    public HashSet<string> Resting { get; } = [];

    public int Below(int limit) => _random.Next(limit);

    public int Between(int first, int last) => _random.Next(first, last + 1);

    public bool Chance(int percent) => _random.Next(100) < percent;

    public T Of<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    public string Key()
    {
        string key;
        do key = prefix + _random.Next(keyCount).ToString(CultureInfo.InvariantCulture);
        while (Resting.Contains(key));
        return key;
    }

    /// <summary>One of a few keys that a family has for itself: so its values meet many of its commands.</summary>
    public string KeyFor(string family)
    {
        string key = prefix + family + Below(3).ToString(CultureInfo.InvariantCulture);
        return Resting.Contains(key) ? SpareFor(family) : key;
    }

    /// <summary>A number that tends to grow from one draw to the next.</summary>
    public long Rising() => Math.Max(0, ++_risen + Below(6) - 2);

    /// <summary>What is drawn in place of one that rests; it never does.</summary>
    public string SpareFor(string family) => $"{prefix}{family}spare";

    public string[] Keys(int most) => Many(most, Key);

    /// <summary>One to so many.</summary>
    public string[] Many(int most, Func<string> one) => [.. Enumerable.Range(0, Between(1, most)).Select(_ => one())];

    /// <summary>One to so many pairs.</summary>
    public string[] Pairs(int most, Func<string> left, Func<string> right) =>
        [.. Enumerable.Range(0, Between(1, most)).SelectMany(_ => new[] { left(), right() })];

    /// <summary>A short text; now and then one that is packed, sent or stored in another way for its length.</summary>
    public string Value() => Below(40) switch
    {
        0 => Filled(17_000),
        1 => Filled(70_000),
        < 6 => Filled(Between(50, 2000)),
        < 12 => Number(),
        _ => Of(Words),
    };

    /// <summary>A text of a small choice, for members and fields.</summary>
    public string Member() => Below(30) switch
    {
        0 => Filled(Between(60, 300)),
        < 10 => Between(-20, 20).ToString(CultureInfo.InvariantCulture),
        _ => "m" + Below(25).ToString(CultureInfo.InvariantCulture),
    };

    public string Number() => Chance(60) ? Between(-50, 50).ToString(CultureInfo.InvariantCulture) : Of(Numbers);

    public string Small(int first, int last) => Between(first, last).ToString(CultureInfo.InvariantCulture);

    /// <summary>A deadline that nobody will live to see, in whole seconds.</summary>
    public string FarDeadline() => (FarMillis + (1000L * Below(100))).ToString(CultureInfo.InvariantCulture);

    /// <summary>A deadline for tests: mostly far away, at times passed already.</summary>
    public string Deadline() => Chance(15) ? "1" : FarDeadline();

    private string Filled(int length) => new((char)('a' + Below(26)), length);
}
