using System.Buffers.Binary;

namespace FastShard.Engine.Commands;

/// <summary>
/// Finds declarations by name. One probe in the common case: the bucket is chosen by the upper-cased first eight bytes
/// and the length, and an exact compare follows. Built once at start, read by every shard.
/// </summary>
public sealed class CommandTable
{
    private const ulong CaseMask = 0xDFDFDFDFDFDFDFDF;

    private readonly CommandSpec?[] _buckets;
    private readonly int _mask;
    private readonly List<CommandSpec> _all = [];
    private readonly List<CommandSpec> _top = [];

    /// <summary>Builds the table; a name declared twice is refused.</summary>
    /// <exception cref="ArgumentException">Two declarations share a name.</exception>
    public CommandTable(params IEnumerable<CommandSpec>[] families)
    {
        foreach (IEnumerable<CommandSpec> family in families) Register(family, null);
        int size = 1024;
        while (size < _top.Count * 4) size *= 2;
        _buckets = new CommandSpec?[size];
        _mask = size - 1;
        foreach (CommandSpec spec in _top) Place(spec);
    }

    /// <summary>All commands and subcommands; a spec's Id is its index here.</summary>
    public IReadOnlyList<CommandSpec> All => _all;

    /// <summary>Commands without subcommands' own rows.</summary>
    public IReadOnlyList<CommandSpec> TopLevel => _top;

    /// <summary>Finds a command by its name in any case; null when unknown.</summary>
    public CommandSpec? Find(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty) return null;
        int bucket = BucketOf(name);
        while (_buckets[bucket] is { } spec)
        {
            if (IsName(name, spec.Name)) return spec;
            bucket = (bucket + 1) & _mask;
        }
        return null;
    }

    /// <summary>Finds a subcommand of a container; null when unknown.</summary>
    public static CommandSpec? FindSubcommand(CommandSpec container, ReadOnlySpan<byte> name)
    {
        foreach (CommandSpec spec in container.Subcommands)
        {
            if (IsName(name, spec.Name)) return spec;
        }
        return null;
    }

    /// <summary>Finds "get" or "client|list", as COMMAND INFO is asked.</summary>
    public CommandSpec? FindByFullName(ReadOnlySpan<byte> fullName)
    {
        int bar = fullName.IndexOf((byte)'|');
        if (bar < 0) return Find(fullName);
        return Find(fullName[..bar]) is { } container ? FindSubcommand(container, fullName[(bar + 1)..]) : null;
    }

    private static bool IsName(ReadOnlySpan<byte> candidate, string name)
    {
        if (candidate.Length != name.Length) return false;
        for (int index = 0; index < name.Length; index++)
        {
            int upper = candidate[index];
            if (upper is >= 'a' and <= 'z') upper -= 32;
            if (upper != name[index]) return false;
        }
        return true;
    }

    private void Register(IEnumerable<CommandSpec> family, CommandSpec? container)
    {
        foreach (CommandSpec spec in family)
        {
            if (container is null && _top.Exists(other => other.Name == spec.Name))
                throw new ArgumentException($"{spec.Name} is declared twice");
            spec.Register(_all.Count, container);
            _all.Add(spec);
            if (container is null) _top.Add(spec);
            Register(spec.Subcommands, spec);
        }
    }

    private void Place(CommandSpec spec)
    {
        int bucket = BucketOf(System.Text.Encoding.ASCII.GetBytes(spec.Name));
        while (_buckets[bucket] is not null) bucket = (bucket + 1) & _mask;
        _buckets[bucket] = spec;
    }

    private int BucketOf(ReadOnlySpan<byte> name)
    {
        ulong word;
        if (name.Length >= 8)
        {
            word = BinaryPrimitives.ReadUInt64LittleEndian(name);
        }
        else if (name.Length >= 4)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(name);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(name[^4..]);
            word = low | ((ulong)high << 32);
        }
        else
        {
            word = name[0] | ((ulong)name[^1] << 8) | ((ulong)name[name.Length / 2] << 16);
        }
        word = (word & CaseMask) + (ulong)name.Length;
        return (int)((word * 0x9E3779B97F4A7C15) >> 40) & _mask;
    }
}
