using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Clients;

/// <summary>
/// Where the clients' libraries are: tools/test.sh says so in the environment; for a plain `dotnet test`
/// tools/clients.sh is run here, which installs what is missing and writes the places down.
/// </summary>
internal static class ClientPrograms
{
    private static readonly Lazy<Dictionary<string, string>> Installed = new(Install);

    public static string Where(string variable) =>
        Environment.GetEnvironmentVariable(variable) ?? Installed.Value[variable];

    private static Dictionary<string, string> Install()
    {
        string script = Path.Combine(ServerBinary.Root, "tools", "clients.sh");
        ProgramResult result = ProgramRun.Run("bash", [script], input: null, new Dictionary<string, string>());
        Assert.True(result.ExitCode == 0, $"tools/clients.sh: {result}");
        string[] lines = File.ReadAllLines(Path.Combine(ServerBinary.Root, "out", "clients.env"));
        return lines
            .Select(line => line["export ".Length..].Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1].Trim('\''));
    }
}
