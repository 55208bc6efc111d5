namespace FastShard.Engine.Notifications;

/// <summary>The class letters of key events as a set of bits: one test says whether a class is announced.</summary>
public static class KeyEventClasses
{
    /// <summary>The bit of a class letter of notify-keyspace-events ('g', '$', 'x' ...).</summary>
    public static uint BitOf(char letter) => letter == '$' ? 1u << 26 : 1u << (letter - 'a');
}
