using System.Text;

namespace FastShard.Engine.Commands;

/// <summary>The recursive descent below <see cref="ArgumentSyntax"/>; see there for the notation.</summary>
internal sealed class ArgumentParser
{
    private const string Repetition = "...";

    private readonly string _syntax;
    private readonly string[] _keyNames;
    private readonly List<string> _words;
    private int _position;

    public ArgumentParser(string syntax, string[] keyNames)
    {
        _syntax = syntax;
        _keyNames = keyNames;
        _words = Split(syntax);
    }

    public List<Argument> Parse()
    {
        List<Argument> arguments = Alternatives(out bool repeated);
        if (_position < _words.Count || repeated) throw Malformed();
        return arguments;
    }

    private string? Next => _position < _words.Count ? _words[_position] : null;

    public static List<string> Split(string syntax)
    {
        List<string> words = [];
        StringBuilder word = new();
        foreach (char letter in syntax)
        {
            bool isMark = letter is '[' or ']' or '(' or ')' or '|';
            if ((isMark || letter == ' ') && word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
            if (isMark) words.Add(letter.ToString());
            else if (letter != ' ') word.Append(letter);
        }
        if (word.Length > 0) words.Add(word.ToString());
        return words;
    }

    /// <summary>Sequences separated by bars, up to a closing bracket or the end.</summary>
    private List<Argument> Alternatives(out bool repeated)
    {
        List<Argument> first = Sequence(out repeated);
        if (Next != "|") return first;
        List<Argument> alternatives = [Join(first)];
        while (Next == "|")
        {
            _position++;
            if (repeated) throw Malformed();
            alternatives.Add(Join(Sequence(out repeated)));
        }
        return [new Argument(JoinNames(alternatives), ArgumentType.OneOf) { Children = alternatives }];
    }

    private List<Argument> Sequence(out bool repeated)
    {
        List<Argument> items = [];
        repeated = false;
        while (Next is not (null or "]" or ")" or "|"))
        {
            if (repeated) throw Malformed();
            if (Next == "[") Optional(items);
            else if (Next == Repetition) Repeat(items, out repeated);
            else items.Add(Required());
        }
        if (items.Count == 0 && (_position > 0 || Next is not null)) throw Malformed();
        return items;
    }

    /// <summary>A value, a group, or a token with all that belongs to it.</summary>
    private Argument Required()
    {
        string word = Next!;
        if (word == "(") return Group();
        _position++;
        if (!IsToken(word)) return Value(word);
        List<Argument> values = TokenValues();
        if (values.Count == 0) return new Argument(NameOf(word), ArgumentType.PureToken) { Token = word };
        if (values.Count == 1 && values[0].Token is null) return values[0] with { Token = word };
        return new Argument(NameOf(word), ArgumentType.Block) { Token = word, Children = values };
    }

    private Argument Group()
    {
        _position++;
        List<Argument> inner = Alternatives(out bool repeated);
        Close(")");
        Argument group = Join(inner);
        return repeated ? group with { Flags = group.Flags | ArgumentFlags.Multiple } : group;
    }

    /// <summary>The required values behind a token, and the repetition of the last of them.</summary>
    private List<Argument> TokenValues()
    {
        List<Argument> values = [];
        while (Next is { } word && word is not ("]" or ")" or "|" or Repetition))
        {
            if (word == "[")
            {
                int start = _position;
                List<Argument> inner = Bracket(out bool repeated);
                if (repeated && values.Count > 0 && TryFold(values, inner)) continue;
                _position = start;
                break;
            }
            if (word != "(" && IsToken(word)) break;
            values.Add(Required());
        }
        return values;
    }

    private void Optional(List<Argument> items)
    {
        List<Argument> inner = Bracket(out bool repeated);
        if (repeated && TryFold(items, inner)) return;
        Argument argument = Join(inner);
        ArgumentFlags flags = argument.Flags | ArgumentFlags.Optional;
        if (repeated) flags |= ArgumentFlags.Multiple;
        items.Add(argument with { Flags = flags });
    }

    private List<Argument> Bracket(out bool repeated)
    {
        _position++;
        List<Argument> inner = Alternatives(out repeated);
        Close("]");
        return inner;
    }

    // At the end of a bracket the dots repeat the whole of it, elsewhere what stands before them.
    private void Repeat(List<Argument> items, out bool repeated)
    {
        _position++;
        if (items.Count == 0) throw Malformed();
        repeated = Next is "]" or ")";
        if (!repeated) items[^1] = items[^1] with { Flags = items[^1].Flags | ArgumentFlags.Multiple };
    }

    /// <summary>"x [x ...]": what was there already is repeated, as one argument.</summary>
    private static bool TryFold(List<Argument> items, List<Argument> repetition)
    {
        int start = items.Count - repetition.Count;
        if (start < 0) return false;
        for (int index = 0; index < repetition.Count; index++)
        {
            Argument before = items[start + index];
            bool tokenGone = index == 0 && repetition[0].Token is null && before.Token is not null;
            if (!repetition[index].IsSameShape(tokenGone ? before with { Token = null } : before)) return false;
        }
        ArgumentFlags flags = ArgumentFlags.Multiple;
        if (repetition[0].Token is not null) flags |= ArgumentFlags.MultipleToken;
        Argument folded = Join(items.GetRange(start, repetition.Count));
        items.RemoveRange(start, repetition.Count);
        items.Add(folded with { Flags = folded.Flags | flags });
        return true;
    }

    private static Argument Join(List<Argument> items) =>
        items.Count == 1 ? items[0] : new Argument(JoinNames(items), ArgumentType.Block) { Children = items };

    private static string JoinNames(List<Argument> items) =>
        string.Join('-', items.ConvertAll(static item => item.Name));

    private Argument Value(string word)
    {
        int colon = word.LastIndexOf(':');
        if (colon > 0 && ArgumentTypeNames.TryParse(word.AsSpan(colon + 1), out ArgumentType type))
            return new Argument(NameOf(word[..colon]), type);
        bool isKey = Array.IndexOf(_keyNames, word) >= 0;
        if (isKey) return new Argument(word, ArgumentType.Key);
        return new Argument(NameOf(word), word == "pattern" ? ArgumentType.Pattern : ArgumentType.String);
    }

    private static bool IsToken(string word) => !char.IsAsciiLetterLower(word[0]);

    private static string NameOf(string word) => word switch
    {
        "=" => "equal",
        "~" => "approximately",
        "*" => "asterisk",
        "$" => "last",
        "\"\"" => "empty",
        _ => word.ToLowerInvariant().Replace(':', '-'),
    };

    private void Close(string bracket)
    {
        if (Next != bracket) throw Malformed();
        _position++;
    }

    private FormatException Malformed() => new($"argument syntax, near word {_position + 1}: {_syntax}");
}
