using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// A photo or a PDF of a paper: kept byte for byte as a document. Nobody has read what is on it, so the rules of sensitivity keep it home until somebody does.
/// Its type is told by its first bytes (their signatures stand in the formats' own specifications), never by its name.
/// </summary>
internal sealed class PaperFormat : ISourceFormat
{
    private static readonly (int At, byte[] Mark, string Type)[] Types =
    [
        (0, "%PDF-"u8.ToArray(), "application/pdf"),
        (0, [0xFF, 0xD8, 0xFF], "image/jpeg"),
        (0, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "image/png"),
        (0, "GIF87a"u8.ToArray(), "image/gif"),
        (0, "GIF89a"u8.ToArray(), "image/gif"),
        (8, "WEBP"u8.ToArray(), "image/webp"),
        (4, "ftypheic"u8.ToArray(), "image/heic"),
        (4, "ftypheix"u8.ToArray(), "image/heic"),
        (4, "ftypmif1"u8.ToArray(), "image/heic"),
        (0, "II*\0"u8.ToArray(), "image/tiff"),
        (0, "MM\0*"u8.ToArray(), "image/tiff"),
    ];

    /// <summary>The code of the issue that says that a file is not there to its end.</summary>
    internal const string CutOff = "incomplete";

    public string Name => "paper";

    public bool Recognises(SourceHead head) => TypeOf(head.Bytes.Span) is not null;

    public void Read(SourceContent content, Harvest harvest, CancellationToken cancel)
    {
        if (content.Length > harvest.Limits.MaxBytes)
        {
            harvest.Refuse("too-long", "", $"the file has {content.Length} bytes, at most {harvest.Limits.MaxBytes} are kept of a photo or a paper: make it smaller");
            return;
        }

        var bytes = content.ReadAll(harvest.Limits.MaxBytes);
        harvest.Advance(bytes.Length);
        var type = TypeOf(bytes)!;
        if (!WholePaper.Is(type, bytes))
        {
            harvest.Refuse(CutOff, "", "the file ends too early: it was cut off on its way");
            return;
        }

        var place = new Provenance { Path = content.Name };
        var key = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (KeptBytes.Add(harvest, key + "\nbytes", bytes, type, place, null, content.Name) is not { } attachment)
        {
            return;
        }

        var document = R4.Resource("DocumentReference");
        document["status"] = "current";
        document["subject"] = R4.Self();
        document.With("description", content.Name);
        document["content"] = R4.List(new JsonObject { ["attachment"] = attachment });
        harvest.Add(key, document, place);
    }

    internal static string? TypeOf(ReadOnlySpan<byte> bytes)
    {
        foreach (var (at, mark, type) in Types)
        {
            if (bytes.Length > at + mark.Length && bytes[at..].StartsWith(mark))
            {
                return type;
            }
        }

        return null;
    }
}
