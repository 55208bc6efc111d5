using Xunit.Sdk;

namespace FastShard.TidyTests;

/// <summary>Turns a list of places into one failure that says what to do about them.</summary>
internal static class Findings
{
    public static void AssertNone(string whatToDo, IEnumerable<string> places)
    {
        string[] found = [.. places];
        if (found.Length == 0) return;
        throw new XunitException($"{whatToDo}\n  {string.Join("\n  ", found)}");
    }
}
