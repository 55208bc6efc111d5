using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace FastShard.Native.Diagnostics;

/// <summary>
/// Assertions in two strengths. A broken invariant is our own fault and never a client's: native memory may be
/// wrong, so the process says what it knows and stops instead of serving corrupt data.
/// </summary>
public static class Invariant
{
    /// <summary>Always on, also in the shipped binary: cold paths, and state that would corrupt data.</summary>
    public static void Check(
        [DoesNotReturnIf(false)] bool condition,
        [CallerArgumentExpression(nameof(condition))] string expression = "",
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        if (!condition) Fail(expression, file, line);
    }

    /// <summary>On in Debug and Checked builds only: the hot paths.</summary>
    [Conditional("DEBUG"), Conditional("CHECKED")]
    public static void Slow(
        [DoesNotReturnIf(false)] bool condition,
        [CallerArgumentExpression(nameof(condition))] string expression = "",
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        if (!condition) Fail(expression, file, line);
    }

    [DoesNotReturn]
    private static void Fail(string expression, string file, int line) =>
        Environment.FailFast($"FastShard invariant broken: {expression} at {Path.GetFileName(file)}:{line}");
}
