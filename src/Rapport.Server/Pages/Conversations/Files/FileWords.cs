using Rapport.Conversations;

namespace Rapport.Server.Pages.Conversations.Files;

/// <summary>What files of messages are called in plain words.</summary>
internal static class FileWords
{
    /// <summary>What a browser lets somebody choose: a comfort, since what is taken is found out by what is in it. Phones make a JPEG of a photo when they see that.</summary>
    public const string Accepts = "image/jpeg,image/png,image/webp,image/gif,application/pdf,text/plain,audio/*";

    /// <summary>What one is.</summary>
    public static string Of(TalkFile file) => file.Kind.IsPicture() ? FileText.Photo : file.Kind.IsSound() ? FileText.Voice : FileText.Document;

    /// <summary>What some are together, in a line of a list.</summary>
    public static string Of(IReadOnlyList<TalkFile> files) => files is [var one] ? Of(one) : Say.Count(FileText.Files, files.Count);

    /// <summary>How one is shown by name: as its sender calls it, with what it is and how large.</summary>
    public static string About(TalkFile file) => $"{file.Kind.Ending()[1..].ToUpperInvariant()} · {Say.Size(file.Size)}";

    /// <summary>One where it is not shown: what it is, how its sender calls it, what it shows, and what its bytes hash to.</summary>
    public static string InFull(TalkFile file) => string.Join(" · ", ((string?[])[Of(file), file.Name, file.Says, About(file), $"SHA-256 {file.Sha256}"]).OfType<string>());

    /// <summary>Why one was not taken.</summary>
    public static string Of(FileStatus status, long most) => status switch
    {
        FileStatus.Empty => FileText.Empty,
        FileStatus.TooLarge => Say.Fill(FileText.TooLarge, Say.Size(most)),
        FileStatus.NoRoom => FileText.NoRoom,
        FileStatus.Heic => FileText.Heic,
        FileStatus.Ended => ConversationText.EndedAbout,
        _ => FileText.NotOfAKind,
    };
}
