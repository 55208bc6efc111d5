using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.SortedSets;

/// <summary>
/// Adds members to the set of a key one by one under ZADD's options; the first one that may makes the key.
/// </summary>
internal ref struct MemberAdder
{
    private readonly Key _key;
    private readonly AddOptions _options;
    private readonly EncodingLimits _limits;
    private readonly int _expected;
    private SortedSetValue _value;
    private bool _hasKey;

    private MemberAdder(Key key, AddOptions options, EncodingLimits limits, int expected)
    {
        _key = key;
        _options = options;
        _limits = limits;
        _expected = expected;
    }

    /// <summary>Members that were new.</summary>
    public int Added { get; private set; }

    /// <summary>Members that got another score.</summary>
    public int Updated { get; private set; }

    /// <summary>Finds the key's set; false, with the reply written, if it holds something else.</summary>
    public static bool TryBegin(ref CommandContext context, in AddOptions options, int expected, out MemberAdder adder)
    {
        adder = new MemberAdder(context.Key(1), options, context.Dataset.Encodings, expected);
        Lookup lookup = SortedSetValue.Write(adder._key, out adder._value);
        adder._hasKey = lookup == Lookup.Found;
        if (lookup != Lookup.WrongType) return true;
        context.Reply.Error(Errors.WrongType);
        return false;
    }

    /// <summary>Adds one member; <paramref name="score"/> becomes what its score now is.</summary>
    public AddOutcome Add(scoped ReadOnlySpan<byte> member, ref double score)
    {
        if (!_hasKey)
        {
            if (_options.OnlyExisting) return AddOutcome.Refused;
            _value = SortedSetValue.Create(_key, _limits, _expected, member.Length);
            _hasKey = true;
        }
        FoundMember found = _value.Find(member);
        if (!found.Exists)
        {
            if (_options.OnlyExisting) return AddOutcome.Refused;
            _value.Put(found, member, score, _limits);
            Added++;
            return AddOutcome.Added;
        }
        double before = found.Score;
        if (_options.OnlyNew)
        {
            score = before;
            return AddOutcome.Refused;
        }
        if (_options.Increments)
        {
            score += before;
            if (double.IsNaN(score)) return AddOutcome.NotANumber;
        }
        if ((_options.OnlyLess && score >= before) || (_options.OnlyGreater && score <= before))
            return AddOutcome.Refused;
        if (score == before) return AddOutcome.Unchanged;
        _value.Put(found, member, score, _limits);
        Updated++;
        return AddOutcome.Updated;
    }

    /// <summary>Reports the change of the key, if there was one.</summary>
    public readonly void End(KeyEvent change)
    {
        if (Added + Updated > 0) _key.Home.Modified(_key, change);
    }
}
