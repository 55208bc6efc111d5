using Xunit;

namespace FastShard.TidyTests;

public sealed class CodeTests
{
    [Fact]
    public void Functions_stay_short()
    {
        Findings.AssertNone(
            $"Take a part with a name of its own out of it (limit: {CodeRules.FunctionLinesMax} lines). A table or a " +
            "straight-line encoder says '// tidy: table' on the line above.",
            Repository.Sources.SelectMany(CodeRules.LongFunctions));
    }

    [Fact]
    public void Type_names_say_what_the_type_is()
    {
        Findings.AssertNone(
            "Find the noun; if none comes, the border is wrong.",
            Repository.Sources.SelectMany(CodeRules.BannedTypeNames));
    }

    [Fact]
    public void A_file_holds_the_type_that_it_is_named_after()
    {
        Findings.AssertNone(
            "Move the type to a file of its own name (a delegate, or an enum of at most " +
            $"{CodeRules.CompanionLinesMax} lines, may stay beside its only user).",
            Repository.Sources.SelectMany(CodeRules.MisplacedTypes));
    }

    [Fact]
    public void Public_unsafe_members_say_why_they_are_safe()
    {
        Findings.AssertNone(
            "Put a comment above the member (or its type): 'SAFETY:' why it cannot go out of bounds, 'OWNER:' who " +
            "frees the memory, 'LIVES:' until when.",
            Repository.ProductSources.SelectMany(CodeRules.UnexplainedUnsafe));
    }

    [Fact]
    public void Nothing_waits_where_a_shard_runs()
    {
        Findings.AssertNone(
            "No lock and no async on a shard: use the mailbox, the token, or a state machine. Code that runs outside " +
            "of the turn says '// tidy: cold because ...' on the line above.",
            // The portable transport's socket loops run on the pool, and hand over through a queue.
            Repository.ProductSources
                .Where(file => !file.Path.StartsWith("src/FastShard.Transport/Pipelines/", StringComparison.Ordinal))
                .SelectMany(CodeRules.Waiting));
    }
}
