using FastShard.Engine.Commands;

namespace FastShard.Server.Execution;

/// <summary>Copies of arguments for logs and MONITOR, passwords left out.</summary>
internal static class SecretArguments
{
    private static readonly byte[] Hidden = [.. "(redacted)"u8];

    /// <summary>All arguments; those that the declaration calls secret are replaced.</summary>
    public static byte[][] Hide(CommandSpec spec, in ArgumentView arguments)
    {
        byte[][] copy = new byte[arguments.Count][];
        for (int index = 0; index < copy.Length; index++) copy[index] = arguments[index].ToArray();
        if (Find(spec, arguments) is not { } secrets) return copy;
        for (int secret = 0; secret < secrets.Count; secret++) copy[secrets[secret]] = Hidden;
        return copy;
    }

    /// <summary>Where the secrets are; null when the command has none.</summary>
    public static KeyPositions? Find(CommandSpec spec, in ArgumentView arguments)
    {
        if (spec.FindSecrets is null) return null;
        KeyPositions secrets = new();
        spec.FindSecrets(arguments, secrets);
        return secrets;
    }
}
