namespace FastShard.Protocol;

/// <summary>
/// Splits a line that a person typed into arguments, by redis's quoting rules: blanks separate; in double quotes
/// \xHH, \n, \r, \t, \b, \a and \anything are unescaped; in single quotes only \'. A closing quote must end its
/// argument, an opening one may stand inside of it. Unescaped bytes are written over the line itself: an argument
/// is never longer than its source.
/// </summary>
public ref struct InlineSplitter
{
    private readonly Span<byte> _line;
    private int _read;
    private int _write;

    private InlineSplitter(Span<byte> line) => _line = line;

    /// <summary>
    /// Splits buffer[start, end) and appends the arguments; false (and nothing appended) where quotes do not balance.
    /// </summary>
    public static bool TrySplit(Span<byte> buffer, int start, int end, ArgList args)
    {
        int first = args.Count;
        var splitter = new InlineSplitter(buffer[..end]) { _read = start };
        while (splitter.SkipBlanks())
        {
            int argument = splitter._read;
            splitter._write = argument;
            if (!splitter.ReadArgument())
            {
                args.Truncate(first);
                return false;
            }
            args.Add(argument, splitter._write - argument);
        }
        return true;
    }

    private static bool IsBlank(byte value) => value is (byte)' ' or >= (byte)'\t' and <= (byte)'\r';

    private bool SkipBlanks()
    {
        while (_read < _line.Length && IsBlank(_line[_read])) _read++;
        return _read < _line.Length;
    }

    private bool ReadArgument()
    {
        while (_read < _line.Length)
        {
            byte value = _line[_read++];
            switch (value)
            {
                // Not every blank: redis lets a vertical tab or a form feed stand inside an argument.
                case (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t':
                    return true;
                case (byte)'"':
                    return ReadDoubleQuoted() && AtBoundary();
                case (byte)'\'':
                    return ReadSingleQuoted() && AtBoundary();
                default:
                    _line[_write++] = value;
                    break;
            }
        }
        return true;
    }

    private readonly bool AtBoundary() => _read == _line.Length || IsBlank(_line[_read]);

    private bool ReadSingleQuoted()
    {
        while (_read < _line.Length)
        {
            byte value = _line[_read++];
            if (value == '\'') return true;
            if (value == '\\' && _read < _line.Length && _line[_read] == '\'') value = _line[_read++];
            _line[_write++] = value;
        }
        return false;
    }

    private bool ReadDoubleQuoted()
    {
        while (_read < _line.Length)
        {
            byte value = _line[_read++];
            if (value == '"') return true;
            if (value == '\\' && _read < _line.Length) value = Unescape();
            _line[_write++] = value;
        }
        return false;
    }

    private byte Unescape()
    {
        byte escape = _line[_read++];
        if (escape == 'x' && _read + 1 < _line.Length
            && char.IsAsciiHexDigit((char)_line[_read]) && char.IsAsciiHexDigit((char)_line[_read + 1]))
        {
            int value = (HexDigit(_line[_read]) << 4) | HexDigit(_line[_read + 1]);
            _read += 2;
            return (byte)value;
        }
        return escape switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            _ => escape,
        };
    }

    private static int HexDigit(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
