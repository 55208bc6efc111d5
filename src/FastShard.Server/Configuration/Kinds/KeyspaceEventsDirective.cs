using System.Text;
using FastShard.Engine.Notifications;

namespace FastShard.Server.Configuration.Kinds;

/// <summary>The letters of notify-keyspace-events, printed in Redis's order and with A for all classes.</summary>
internal sealed class KeyspaceEventsDirective(string name, FieldOf<KeyspaceEvents> field)
    : SingleDirective<KeyspaceEvents>(name, field, KeyspaceEvents.None)
{
    // In the order of printing.
    private static readonly (char Letter, KeyspaceEvents Event)[] Classes =
    [
        ('g', KeyspaceEvents.Generic), ('$', KeyspaceEvents.String), ('l', KeyspaceEvents.List),
        ('s', KeyspaceEvents.Set), ('h', KeyspaceEvents.Hash), ('z', KeyspaceEvents.SortedSet),
        ('x', KeyspaceEvents.Expired), ('e', KeyspaceEvents.Evicted), ('t', KeyspaceEvents.Stream),
        ('d', KeyspaceEvents.Module),
    ];

    // Redis forgets the n when it prints A; keeping it is what lets a rewritten file mean the same.
    private static readonly (char Letter, KeyspaceEvents Event)[] Extras =
    [
        ('n', KeyspaceEvents.New), ('o', KeyspaceEvents.Overwritten), ('c', KeyspaceEvents.TypeChanged),
        ('K', KeyspaceEvents.Keyspace), ('E', KeyspaceEvents.Keyevent),
        ('m', KeyspaceEvents.KeyMiss),
        ('S', KeyspaceEvents.Subkeyspace), ('T', KeyspaceEvents.Subkeyevent),
        ('I', KeyspaceEvents.SubkeyspaceItem), ('V', KeyspaceEvents.SubkeyspaceEvent),
    ];

    public override string ValueText => "letters of KEAg$lshzxetdmnocSTIV";

    /// <summary>The classes among the events, as bits of their letters.</summary>
    public static uint ClassBits(KeyspaceEvents events)
    {
        uint bits = 0;
        foreach ((char letter, KeyspaceEvents bit) in (ReadOnlySpan<(char, KeyspaceEvents)>)[.. Classes, .. Extras])
        {
            bool isClass = (bit & (KeyspaceEvents.Keyspace | KeyspaceEvents.Keyevent | KeyspaceEvents.Fields)) == 0;
            if (isClass && (events & bit) != 0) bits |= KeyEventClasses.BitOf(letter);
        }
        return bits;
    }

    private protected override string? Parse(string text, out KeyspaceEvents value)
    {
        value = KeyspaceEvents.None;
        foreach (char letter in text)
        {
            KeyspaceEvents bit = letter == 'A' ? KeyspaceEvents.All : Find(Classes, letter) | Find(Extras, letter);
            if (bit == KeyspaceEvents.None) return "Invalid event class character. Use 'Ag$lshzxeKEtmdnocSTIV'.";
            value |= bit;
        }
        return null;
    }

    private protected override string Print(KeyspaceEvents value)
    {
        var text = new StringBuilder();
        if ((value & KeyspaceEvents.All) == KeyspaceEvents.All) text.Append('A');
        else Append(text, Classes, value);
        Append(text, Extras, value);
        return text.ToString();
    }

    private static KeyspaceEvents Find((char Letter, KeyspaceEvents Event)[] letters, char wanted)
    {
        foreach ((char letter, KeyspaceEvents bit) in letters)
            if (letter == wanted) return bit;
        return KeyspaceEvents.None;
    }

    private static void Append(
        StringBuilder text, (char Letter, KeyspaceEvents Event)[] letters, KeyspaceEvents value)
    {
        foreach ((char letter, KeyspaceEvents bit) in letters)
            if ((value & bit) != 0) text.Append(letter);
    }
}
