namespace FastShard.Engine.Commands;

/// <summary>
/// What a command does with the keys of one key specification (the flags of COMMAND INFO's key specs).
/// </summary>
[Flags]
public enum KeyAccess
{
    None = 0,
    ReadOnly = 1 << 0,
    ReadWrite = 1 << 1,
    Overwrite = 1 << 2,
    Remove = 1 << 3,
    Access = 1 << 4,
    Update = 1 << 5,
    Insert = 1 << 6,
    Delete = 1 << 7,
    NotKey = 1 << 8,
    Incomplete = 1 << 9,
    VariableFlags = 1 << 10,
}
