// A command declares its arguments in the notation that every command reference uses, and COMMAND DOCS wants a tree.
// This is the bridge:
//
//   seconds:integer            a value; its type behind the colon, a string without one, a key where it is one
//   KEEPTTL  =  ~  *           a token: upper case, or no letter at all
//   EX seconds:integer         a token and its value: one argument
//   LIMIT offset count         a token and several values: a block
//   [NX | XX]  (LEFT | RIGHT)  optional; required; alternatives
//   key [key ...]              one argument that may be repeated; so is "score member [score member ...]"
//   GET pattern [GET pattern ...]   repeated together with its token
//
// Parsing is for cold code (COMMAND DOCS, documentation, tests); nothing keeps the result.

namespace FastShard.Engine.Commands;

/// <summary>Parses <see cref="CommandSpec.Syntax"/>.</summary>
public static class ArgumentSyntax
{
    // What a key is called where it is one; other names say so ("bykey:key").
    private static readonly string[] KeyNames = ["key", "newkey", "source", "destination", "destkey"];

    /// <summary>The command's arguments, in order; key arguments know their key specification.</summary>
    /// <exception cref="FormatException">The syntax is not well formed.</exception>
    public static IReadOnlyList<Argument> Parse(CommandSpec spec)
    {
        bool hasKeys = spec.Keys.Length > 0 || spec.FindKeys is not null;
        IReadOnlyList<Argument> arguments = Parse(spec.Syntax, hasKeys);
        int keysSeen = 0;
        return NumberKeys(arguments, spec.Keys.Length, ref keysSeen);
    }

    /// <summary>
    /// The tree of a syntax that belongs to no command; <paramref name="hasKeys"/>: "key" means a key.
    /// </summary>
    /// <exception cref="FormatException">The syntax is not well formed.</exception>
    public static IReadOnlyList<Argument> Parse(string syntax, bool hasKeys) =>
        new ArgumentParser(syntax, hasKeys ? KeyNames : []).Parse();

    /// <summary>The words and brackets of a syntax in order, values without their types: for people.</summary>
    public static List<string> PlainWords(string syntax) => ArgumentParser.Split(syntax).ConvertAll(WithoutType);

    private static string WithoutType(string word)
    {
        int colon = word.LastIndexOf(':');
        return colon > 0 && ArgumentTypeNames.TryParse(word.AsSpan(colon + 1), out _) ? word[..colon] : word;
    }

    // Key arguments and key specifications stand in the same order; where specifications run out (keys that only a
    // finder can find) the last one is named.
    private static List<Argument> NumberKeys(IReadOnlyList<Argument> arguments, int specCount, ref int keysSeen)
    {
        List<Argument> numbered = new(arguments.Count);
        foreach (Argument argument in arguments)
        {
            int index = argument.Type == ArgumentType.Key ? Math.Min(keysSeen++, specCount - 1) : -1;
            numbered.Add(argument with
            {
                KeySpecIndex = index,
                Children = argument.Children.Count == 0
                    ? argument.Children
                    : NumberKeys(argument.Children, specCount, ref keysSeen),
            });
        }
        return numbered;
    }
}
