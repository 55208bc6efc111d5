using FastShard.Engine.Commands;
using FastShard.Engine.Text;
using FastShard.Protocol;

namespace FastShard.Server.Commands;

/// <summary>DEBUG subcommands that only reply: for tests of clients.</summary>
internal static class DebugReplies
{
    public static void Error(ref CommandContext context) => context.Reply.Error(context.Arg(2));

    public static void StringMatch(ref CommandContext context) =>
        context.Reply.Integer(GlobPattern.IsMatch(context.Arg(2), context.Arg(3), ignoreCase: false) ? 1 : 0);

    public static void Protocol(ref CommandContext context)
    {
        ReplyWriter reply = context.Reply;
        bool isResp3 = reply.Version == RespVersion.Resp3;
        switch (context.Text(2).ToLowerInvariant())
        {
            case "string": reply.Bulk("Hello World"u8); break;
            case "integer": reply.Integer(12345); break;
            case "double": reply.Double(3.141); break;
            case "null": reply.Null(); break;
            case "bignum": reply.BigNumber("1234567999999999999999999999999999999"u8); break;
            case "true": reply.Boolean(true); break;
            case "false": reply.Boolean(false); break;
            case "verbatim": reply.Verbatim("txt"u8, "This is a verbatim\nstring"u8); break;
            case "array": Array(reply); break;
            case "set": Set(reply); break;
            case "map": Map(reply); break;
            case "attrib" when isResp3: Attribute(reply); break;
            case "attrib": reply.Bulk("Some real reply following the attribute"u8); break;
            case "push" when isResp3: Push(reply); break;
            case "push": reply.Error("ERR RESP2 is not supported by this command"u8); break;
            default:
                reply.Error("ERR Wrong protocol type name. Please use one of the following: "u8 +
                    "string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false"u8);
                break;
        }
    }

    private static void Array(in ReplyWriter reply)
    {
        reply.Array(3);
        for (int value = 0; value < 3; value++) reply.Integer(value);
    }

    private static void Set(in ReplyWriter reply)
    {
        reply.Set(3);
        for (int value = 0; value < 3; value++) reply.Integer(value);
    }

    private static void Map(in ReplyWriter reply)
    {
        reply.Map(3);
        for (int key = 0; key < 3; key++)
        {
            reply.Integer(key);
            reply.Boolean(key == 1);
        }
    }

    private static void Attribute(in ReplyWriter reply)
    {
        reply.Attribute(1);
        reply.Bulk("key-popularity"u8);
        reply.Array(2);
        reply.Bulk("key:123"u8);
        reply.Integer(90);
        reply.Bulk("Some real reply following the attribute"u8);
    }

    private static void Push(in ReplyWriter reply)
    {
        reply.Push(2);
        reply.Bulk("server-cpu-usage"u8);
        reply.Integer(42);
    }
}
