using System.Text.Json.Serialization;

namespace Rapport.Conversations;

/// <summary>What a file of a message is, as its content says: never by its name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FileKind>))]
public enum FileKind
{
    /// <summary>A photo as JPEG.</summary>
    Jpeg,

    /// <summary>A picture as PNG.</summary>
    Png,

    /// <summary>A picture as WebP.</summary>
    WebP,

    /// <summary>A picture as GIF.</summary>
    Gif,

    /// <summary>A document as PDF.</summary>
    Pdf,

    /// <summary>Plain text in UTF-8.</summary>
    Text,

    /// <summary>Sound as Ogg Opus.</summary>
    Ogg,

    /// <summary>Sound as WebM.</summary>
    WebM,

    /// <summary>Sound as MP4.</summary>
    Mp4,

    /// <summary>Sound as MP3.</summary>
    Mp3,

    /// <summary>Sound as WAV.</summary>
    Wav,
}

/// <summary>What follows from what a file is.</summary>
public static class FileKinds
{
    /// <summary>Whether it is a photo or another picture.</summary>
    public static bool IsPicture(this FileKind kind) => kind is FileKind.Jpeg or FileKind.Png or FileKind.WebP or FileKind.Gif;

    /// <summary>Whether it is heard.</summary>
    public static bool IsSound(this FileKind kind) => kind >= FileKind.Ogg;

    /// <summary>The type by which it is sent.</summary>
    public static string MediaType(this FileKind kind) => kind switch
    {
        FileKind.Jpeg => "image/jpeg",
        FileKind.Png => "image/png",
        FileKind.WebP => "image/webp",
        FileKind.Gif => "image/gif",
        FileKind.Pdf => "application/pdf",
        FileKind.Text => "text/plain; charset=utf-8",
        FileKind.Ogg => "audio/ogg",
        FileKind.WebM => "audio/webm",
        FileKind.Mp4 => "audio/mp4",
        FileKind.Mp3 => "audio/mpeg",
        FileKind.Wav => "audio/wav",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>How the name of such a file ends, with the point.</summary>
    public static string Ending(this FileKind kind) => kind switch
    {
        FileKind.Jpeg => ".jpg",
        FileKind.Png => ".png",
        FileKind.WebP => ".webp",
        FileKind.Gif => ".gif",
        FileKind.Pdf => ".pdf",
        FileKind.Text => ".txt",
        FileKind.Ogg => ".ogg",
        FileKind.WebM => ".webm",
        FileKind.Mp4 => ".m4a",
        FileKind.Mp3 => ".mp3",
        FileKind.Wav => ".wav",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
