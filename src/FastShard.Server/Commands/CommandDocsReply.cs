using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.Server.Commands;

/// <summary>One command as COMMAND DOCS describes it: a map whose fields are left out where they say nothing.</summary>
internal static class CommandDocsReply
{
    /// <summary>Writes the name and the map.</summary>
    public static void Write(in ReplyWriter reply, CommandSpec spec)
    {
        IReadOnlyList<Argument> arguments = ArgumentSyntax.Parse(spec);
        int fields = 4;
        if (arguments.Count > 0) fields++;
        if (spec.Subcommands.Length > 0) fields++;

        reply.Text(spec.FullName);
        reply.Map(fields);
        reply.Field("summary", spec.Summary.TrimEnd('.'));
        reply.Field("since", spec.Since);
        reply.Field("group", CommandGroupNames.Of(spec.Group));
        reply.Field("complexity", spec.Complexity);
        if (arguments.Count > 0)
        {
            reply.Bulk("arguments"u8);
            WriteArguments(reply, arguments);
        }
        if (spec.Subcommands.Length == 0) return;
        reply.Bulk("subcommands"u8);
        reply.Map(spec.Subcommands.Length);
        foreach (CommandSpec subcommand in spec.Subcommands) Write(reply, subcommand);
    }

    private static void WriteArguments(in ReplyWriter reply, IReadOnlyList<Argument> arguments)
    {
        reply.Array(arguments.Count);
        foreach (Argument argument in arguments) WriteArgument(reply, argument);
    }

    private static void WriteArgument(in ReplyWriter reply, Argument argument)
    {
        bool isComposite = argument.Type is ArgumentType.OneOf or ArgumentType.Block;
        int fields = 3;
        if (argument.KeySpecIndex >= 0) fields++;
        if (argument.Token is not null) fields++;
        if (argument.Flags != ArgumentFlags.None) fields++;

        reply.Map(fields);
        reply.Field("name", argument.Name);
        reply.Field("type", ArgumentTypeNames.Of(argument.Type));
        if (!isComposite) reply.Field("display_text", argument.Name);
        if (argument.KeySpecIndex >= 0) reply.Field("key_spec_index", argument.KeySpecIndex);
        if (argument.Token is not null) reply.Field("token", argument.Token);
        if (argument.Flags != ArgumentFlags.None) WriteFlags(reply, argument.Flags);
        if (!isComposite) return;
        reply.Bulk("arguments"u8);
        WriteArguments(reply, argument.Children);
    }

    private static void WriteFlags(in ReplyWriter reply, ArgumentFlags flags)
    {
        List<string> names = [];
        if ((flags & ArgumentFlags.Optional) != 0) names.Add("optional");
        if ((flags & ArgumentFlags.Multiple) != 0) names.Add("multiple");
        if ((flags & ArgumentFlags.MultipleToken) != 0) names.Add("multiple_token");
        reply.Bulk("flags"u8);
        reply.Set(names.Count);
        foreach (string name in names) reply.Status(name);
    }
}
