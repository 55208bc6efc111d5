namespace FastShard.Server.Configuration.Kinds;

/// <summary>The field of the options that a directive reads and writes.</summary>
public delegate ref T FieldOf<T>(ServerOptions options);

/// <summary>A directive with a typed value: in a field or, without effect, in the options' spare cells.</summary>
public abstract class FieldDirective<T> : Directive
{
    private readonly FieldOf<T>? _field;
    private readonly T _default;

    private protected FieldDirective(string name, FieldOf<T>? field, T defaultValue)
        : base(name)
    {
        _field = field;
        _default = defaultValue;
    }

    internal sealed override bool HasField => _field is not null;

    private protected ref T Value(ServerOptions options)
    {
        if (_field is null) return ref options.SpareCell<T>(this);
        return ref _field(options);
    }

    internal sealed override void Reset(ServerOptions options) => Value(options) = _default;

    internal sealed override object? Capture(ServerOptions options) => Value(options);

    internal sealed override void Restore(ServerOptions options, object? captured) => Value(options) = (T)captured!;
}
