using FastShard.Engine.Commands;
using FastShard.Memory;

namespace FastShard.Engine.Strings;

/// <summary>Compares a key's string with a value or digest of the request: IFEQ, IFNE, IFDEQ, IFDNE.</summary>
internal static class ValueComparison
{
    /// <summary>
    /// Whether the comparison holds for an existing string; a missing key is the caller's to judge. False with the
    /// reply written when the digest is not one.
    /// </summary>
    public static bool TryEvaluate(
        ref CommandContext context, StringOption comparison, int comparandIndex, in Entry entry, out bool isMet)
    {
        isMet = false;
        ReadOnlySpan<byte> comparand = context.Arg(comparandIndex);
        bool isEqual;
        if ((comparison & (StringOption.IfEqual | StringOption.IfNotEqual)) != 0)
        {
            Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
            isEqual = StringValue.Bytes(entry, scratch).SequenceEqual(comparand);
        }
        else if (ValueDigest.TryParse(comparand, out ulong digest))
        {
            isEqual = ValueDigest.Of(entry) == digest;
        }
        else
        {
            context.Reply.Error(Errors.NotADigest);
            return false;
        }
        isMet = isEqual == ((comparison & (StringOption.IfEqual | StringOption.IfDigestEqual)) != 0);
        return true;
    }
}
