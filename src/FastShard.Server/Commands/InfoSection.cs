namespace FastShard.Server.Commands;

/// <summary>One section of INFO.</summary>
/// <param name="Name">What asks for it.</param>
/// <param name="IsDefault">Whether it comes unasked.</param>
/// <param name="Write">Writes its heading and fields.</param>
internal sealed record InfoSection(string Name, bool IsDefault, Action<InfoText, InfoSource> Write);
