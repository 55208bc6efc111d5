namespace FastShard.Engine.Commands;

/// <summary>The implicit ACL categories of Redis: they follow from a command's flags and group.</summary>
internal static class CategoryRules
{
    public static AclCategories Derive(CommandSpec spec)
    {
        AclCategories categories = ByGroup(spec.Group);
        CommandFlags flags = spec.Flags;
        if ((flags & CommandFlags.Write) != 0) categories |= AclCategories.Write;
        // Reading the server's state is not reading keys: only commands outside of scripting and administration.
        if ((flags & CommandFlags.ReadOnly) != 0 && spec.Group != CommandGroup.Scripting)
            categories |= AclCategories.Read;
        if ((flags & CommandFlags.Admin) != 0) categories |= AclCategories.Admin | AclCategories.Dangerous;
        if ((flags & CommandFlags.PubSub) != 0) categories |= AclCategories.PubSub;
        if ((flags & CommandFlags.Blocking) != 0) categories |= AclCategories.Blocking;
        categories |= (flags & CommandFlags.Fast) != 0 ? AclCategories.Fast : AclCategories.Slow;
        return categories;
    }

    private static AclCategories ByGroup(CommandGroup group) => group switch
    {
        CommandGroup.Generic => AclCategories.Keyspace,
        CommandGroup.String => AclCategories.String,
        CommandGroup.Bitmap => AclCategories.Bitmap,
        CommandGroup.List => AclCategories.List,
        CommandGroup.Set => AclCategories.Set,
        CommandGroup.SortedSet => AclCategories.SortedSet,
        CommandGroup.Hash => AclCategories.Hash,
        CommandGroup.Stream => AclCategories.Stream,
        CommandGroup.HyperLogLog => AclCategories.HyperLogLog,
        CommandGroup.Geo => AclCategories.Geo,
        CommandGroup.Transactions => AclCategories.Transaction,
        CommandGroup.Scripting => AclCategories.Scripting,
        CommandGroup.Connection => AclCategories.Connection,
        _ => AclCategories.None,
    };
}
