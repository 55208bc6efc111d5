namespace FastShard.Server.Configuration.Kinds;

/// <summary>A directive whose value is one word (or one quoted text).</summary>
public abstract class SingleDirective<T> : FieldDirective<T>
{
    private protected SingleDirective(string name, FieldOf<T>? field, T defaultValue)
        : base(name, field, defaultValue)
    {
    }

    internal sealed override string? Set(ServerOptions options, ReadOnlySpan<string> arguments, bool append)
    {
        if (arguments.Length != 1) return "wrong number of arguments";
        string? error = Parse(arguments[0], out T value);
        if (error is null) Value(options) = value;
        return error;
    }

    public sealed override string Format(ServerOptions options) => Print(Value(options));

    private protected abstract string? Parse(string text, out T value);

    private protected abstract string Print(T value);

    private protected T Read(ServerOptions options) => Value(options);
}
