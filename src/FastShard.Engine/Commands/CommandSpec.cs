using FastShard.Engine.Spreading;

namespace FastShard.Engine.Commands;

/// <summary>
/// The one declaration of a command. Everything that knows a command by name derives from it: lookup, arity, keys,
/// routing, ACL categories, memory refusal, COMMAND and its subcommands, statistics, documentation and tests.
/// </summary>
public sealed class CommandSpec
{
    private static readonly KeySpec[] NoKeys = [];
    private static readonly CommandSpec[] NoSubcommands = [];

    /// <summary>Declares a command.</summary>
    /// <param name="name">Upper-case name; for a subcommand "CONTAINER|SUB" is derived from the container.</param>
    /// <param name="arity">Number of arguments with the name(s); negative: at least that many.</param>
    /// <param name="flags">What it claims about itself.</param>
    /// <param name="handler">Runs it; null for a container that only has subcommands.</param>
    public CommandSpec(string name, int arity, CommandFlags flags, CommandHandler? handler)
    {
        Name = name;
        Arity = arity;
        Flags = flags;
        Handler = handler;
    }

    /// <summary>Upper-case name without the container.</summary>
    public string Name { get; }

    /// <summary>Lower-case full name: "get", "client|list". What COMMAND, INFO and ACL print.</summary>
    public string FullName { get; private set; } = "";

    /// <summary>Arguments including the name(s); negative = minimum.</summary>
    public int Arity { get; }

    /// <summary>Claims, see <see cref="CommandFlags"/>.</summary>
    public CommandFlags Flags { get; private set; }

    /// <summary>Null only for containers.</summary>
    public CommandHandler? Handler { get; }

    /// <summary>Where its keys are; empty when it has none.</summary>
    public KeySpec[] Keys { get; init; } = NoKeys;

    /// <summary>Which shards it needs. Default: those of its keys, or only the connection when it has none.</summary>
    public Placement? Needs { private get; init; }

    /// <summary>How it is journalled when it changed something.</summary>
    public Propagation Propagates { get; init; }

    /// <summary>
    /// Over which kinds of spread keys it works as they are; for all others they are brought together.
    /// </summary>
    public SpreadKinds SpreadsOver { get; init; }

    /// <summary>How it runs on them; null where <see cref="SpreadsOver"/> names none.</summary>
    public SpreadHandler? OnSpread { get; init; }

    /// <summary>What it adds to a counter, where that is the same in every request; else 0.</summary>
    public int SpreadStep { get; init; }

    /// <summary>Documentation group.</summary>
    public required CommandGroup Group { get; init; }

    /// <summary>First version of Redis or Valkey that had it ("1.0.0").</summary>
    public required string Since { get; init; }

    /// <summary>Time complexity in O notation.</summary>
    public required string Complexity { get; init; }

    /// <summary>One sentence, ends with a full stop.</summary>
    public required string Summary { get; init; }

    /// <summary>
    /// Arguments in the notation of the command references: "key value [NX | XX] [EX seconds | PX milliseconds]",
    /// parsed
    /// by <see cref="ArgumentSyntax"/> for COMMAND DOCS. Lower case = a value (type after a colon: "cursor:integer"),
    /// upper case = a token, [] optional, | one of, () a block, ... repeated.
    /// </summary>
    public string Syntax { get; init; } = "";

    /// <summary>Categories that do not follow from flags and group.</summary>
    public AclCategories Categories { get; init; }

    /// <summary>Command tips as COMMAND INFO lists them ("request_policy:all_shards").</summary>
    public string[] Tips { get; init; } = [];

    /// <summary>How it is asked of several nodes of a cluster, by its tips.</summary>
    public RequestPolicy RequestPolicy { get; private set; }

    /// <summary>How their replies become one, by its tips.</summary>
    public ResponsePolicy ResponsePolicy { get; private set; }

    /// <summary>
    /// It is about keys wherever in a cluster they are: what several nodes say to it can be made one reply.
    /// </summary>
    public bool IsOfAllNodes { get; private set; }

    /// <summary>Subcommands of a container.</summary>
    public CommandSpec[] Subcommands { get; init; } = NoSubcommands;

    /// <summary>
    /// Finds keys that no key specification describes (SORT's STORE, for one); null for the rest. Gets what
    /// <see cref="KeyFinder"/> gets.
    /// </summary>
    public KeyFinder? FindKeys { get; init; }

    /// <summary>
    /// Whether a request looks at keys that are none of its arguments (SORT's patterns), so that every shard has to be
    /// held; null for the commands that never do.
    /// </summary>
    public ArgumentTest? ReachesBeyondKeys { get; init; }

    /// <summary>
    /// Finds the keys with what is done to them exactly, where their specification's flags vary with the options (SET's
    /// GET); null for the rest.
    /// </summary>
    public KeyFinder? FindAccess { get; init; }

    /// <summary>Finds arguments that logs and MONITOR must not show (passwords); null when there are none.</summary>
    public KeyFinder? FindSecrets { get; init; }

    /// <summary>The container, for a subcommand.</summary>
    public CommandSpec? Container { get; private set; }

    /// <summary>Index in the table: statistics arrays are indexed by it.</summary>
    public int Id { get; private set; } = -1;

    /// <summary>Which shards it needs.</summary>
    public Placement Placement { get; private set; }

    /// <summary>Index of the only key when it is one at a fixed place, else 0.</summary>
    public int SingleKeyIndex { get; private set; }

    /// <summary>
    /// Index of the first argument that names an element of the key's collection (a member, a field), else 0: where it
    /// lies in memory is asked for before the command's turn comes.
    /// </summary>
    public int ElementIndex { get; private set; }

    /// <summary>Takes about the same short time whatever its arguments: not worth a clock reading of its own.</summary>
    public bool IsBrief { get; private set; }

    /// <summary>A brief command of one key at a fixed place that never waits: the common case of execution.</summary>
    public bool IsPlain { get; private set; }

    /// <summary>It may change keys or has to reach replicas.</summary>
    public bool MayWrite =>
        (Flags & (CommandFlags.Write | CommandFlags.MayReplicate)) != 0 || Placement == Placement.Transaction;

    /// <summary>All ACL categories, derived ones included.</summary>
    public AclCategories AllCategories { get; private set; }

    /// <summary>Its client may have to wait for something else than the shards it needs.</summary>
    public bool MayPark => (Flags & (CommandFlags.Blocking | CommandFlags.MayWait | CommandFlags.Moves)) != 0;

    /// <summary>True when the number of arguments fits.</summary>
    public bool AcceptsArity(int count) => Arity >= 0 ? count == Arity : count >= -Arity;

    /// <summary>True when all the flags are set.</summary>
    public bool Is(CommandFlags flags) => (Flags & flags) == flags;

    /// <summary>Called once by the table: numbers the declaration and derives what follows from it.</summary>
    internal void Register(int id, CommandSpec? container)
    {
        Id = id;
        Container = container;
        FullName = container is null ? Name.ToLowerInvariant() : $"{container.FullName}|{Name.ToLowerInvariant()}";
        bool hasKeys = Keys.Length > 0 || FindKeys is not null;
        Placement = Needs ?? (hasKeys ? Placement.Keys : Placement.Connection);
        bool isExact = FindKeys is null && ReachesBeyondKeys is null;
        if (isExact && Keys.Length == 1 && Keys[0].IsSingle) SingleKeyIndex = Keys[0].Begin;
        if (SingleKeyIndex == 1 && NamesElement(Syntax)) ElementIndex = 2;
        if (!isExact || Array.Exists(Keys, key => key.IsCounted || key.Keyword is not null))
            Flags |= CommandFlags.MovableKeys;
        IsBrief = (Flags & CommandFlags.Fast) != 0 || Complexity.StartsWith("O(1)", StringComparison.Ordinal);
        IsPlain = IsBrief && Handler is not null && Placement == Placement.Keys && SingleKeyIndex > 0
            && !MayPark;
        AllCategories = Categories | CategoryRules.Derive(this);
        RequestPolicy = CommandPolicies.RequestOf(Tips);
        ResponsePolicy = CommandPolicies.ResponseOf(Tips);
        bool isOfKeys = (Flags & (CommandFlags.Write | CommandFlags.ReadOnly)) != 0;
        IsOfAllNodes = isOfKeys && RequestPolicy != RequestPolicy.None;
    }

    private static bool NamesElement(string syntax) =>
        syntax.StartsWith("key member", StringComparison.Ordinal)
        || syntax.StartsWith("key field", StringComparison.Ordinal);
}
