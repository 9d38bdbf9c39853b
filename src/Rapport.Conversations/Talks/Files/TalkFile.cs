using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>A file of a message, or one that may become it.</summary>
/// <param name="Id">Names it within its conversation.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Sha256">What they hash to, in hexadecimal.</param>
/// <param name="Name">How the sender calls it; null for nothing.</param>
/// <param name="Says">What it shows, in the sender's words, for who does not see it; null where they said nothing.</param>
public sealed record TalkFile(LocalId Id, FileKind Kind, long Size, string Sha256, string? Name, string? Says = null);

/// <summary>A file that somebody wants to send with a message.</summary>
/// <param name="Id">Which.</param>
/// <param name="Says">What it shows, in their words; null for nothing.</param>
public sealed record SentFile(LocalId Id, string? Says = null);

/// <summary>What became of a file that somebody chose.</summary>
public enum FileStatus
{
    /// <summary>It is stored, now or before, until a message takes it.</summary>
    Taken,

    /// <summary>There is nothing in it.</summary>
    Empty,

    /// <summary>It is larger than may be.</summary>
    TooLarge,

    /// <summary>It is none of the kinds that can be sent, or damaged.</summary>
    NotOfAKind,

    /// <summary>It is a photo as HEIC, which most browsers cannot show.</summary>
    Heic,

    /// <summary>They sent as much as they may in a day.</summary>
    NoRoom,

    /// <summary>The patient ended the conversation.</summary>
    Ended,

    /// <summary>The key was sent before with another file.</summary>
    KeyUsedBefore,
}

/// <summary>What became of a file that somebody chose, and the file.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="File">It; null where it was not taken.</param>
public sealed record FileAnswer(FileStatus Status, TalkFile? File);

/// <summary>How files are taken in.</summary>
/// <param name="MostBytes">The largest.</param>
/// <param name="Folder">Where they lie while they are looked through, sealed under a key that is nowhere else, and without a name.</param>
public sealed record FileRules(long MostBytes, string Folder)
{
    /// <summary>The largest file, unless the operator says otherwise: 20 MB.</summary>
    public const long UsualBytes = 20 * 1024 * 1024;

    /// <summary>As long as the operator says nothing.</summary>
    public static FileRules Usual { get; } = new(UsualBytes, Path.GetTempPath());
}
