using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.Streams;

/// <summary>The events of streams ('t').</summary>
internal static class StreamEvents
{
    public static readonly KeyEvent Add = new('t', "xadd");
    public static readonly KeyEvent Delete = new('t', "xdel");
    public static readonly KeyEvent Trim = new('t', "xtrim");
    public static readonly KeyEvent SetId = new('t', "xsetid");
    public static readonly KeyEvent GroupCreate = new('t', "xgroup-create");
    public static readonly KeyEvent GroupCreateConsumer = new('t', "xgroup-createconsumer");
    public static readonly KeyEvent GroupDeleteConsumer = new('t', "xgroup-delconsumer");
    public static readonly KeyEvent GroupDestroy = new('t', "xgroup-destroy");
    public static readonly KeyEvent GroupSetId = new('t', "xgroup-setid");
}
