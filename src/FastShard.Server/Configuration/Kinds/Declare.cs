// The words that the tables of directives are written in: one short call a directive.

namespace FastShard.Server.Configuration.Kinds;

internal static class Declare
{
    public static BoolDirective Bool(
        string name, FieldOf<bool>? field, bool defaultValue, string summary,
        DirectiveFlags flags = DirectiveFlags.None, string? alias = null) =>
        new(name, field, defaultValue) { Summary = summary, Flags = flags, Alias = alias };

    public static IntegerDirective<int> Int(
        string name, FieldOf<int>? field, int defaultValue, int min, int max, string summary,
        DirectiveFlags flags = DirectiveFlags.None, string? alias = null) =>
        new(name, field, defaultValue, min, max) { Summary = summary, Flags = flags, Alias = alias };

    public static IntegerDirective<long> Long(
        string name, FieldOf<long>? field, long defaultValue, long min, string summary,
        DirectiveFlags flags = DirectiveFlags.None, string? alias = null) =>
        new(name, field, defaultValue, min, long.MaxValue) { Summary = summary, Flags = flags, Alias = alias };

    public static MemoryDirective MemorySize(
        string name, FieldOf<long>? field, long defaultValue, long min, string summary,
        DirectiveFlags flags = DirectiveFlags.None, string? alias = null) =>
        new(name, field, defaultValue, min, long.MaxValue) { Summary = summary, Flags = flags, Alias = alias };

    public static EnumDirective<T> Enum<T>(
        string name, FieldOf<T>? field, T defaultValue, (string Word, T Value)[] choices, string summary,
        DirectiveFlags flags = DirectiveFlags.None, string? alias = null)
        where T : struct, Enum =>
        new(name, field, defaultValue, choices) { Summary = summary, Flags = flags, Alias = alias };

    public static ChoiceDirective Choice(
        string name, string defaultValue, string[] choices, string summary,
        DirectiveFlags flags = DirectiveFlags.None) =>
        new(name, defaultValue, choices) { Summary = summary, Flags = flags };

    public static StringDirective Text(
        string name, FieldOf<string>? field, string defaultValue, string summary,
        DirectiveFlags flags = DirectiveFlags.None, string? alias = null) =>
        new(name, field, defaultValue) { Summary = summary, Flags = flags, Alias = alias };

    public static WordsDirective Words(
        string name, FieldOf<string[]>? field, string[] defaultValue, string summary,
        DirectiveFlags flags = DirectiveFlags.None, string? alias = null) =>
        new(name, field, defaultValue) { Summary = summary, Flags = flags, Alias = alias };
}
