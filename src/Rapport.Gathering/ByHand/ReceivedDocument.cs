using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>A file that somebody sent to the patient and the patient takes into the record, as it came: with who sent it and when. Stateless.</summary>
/// <remarks>What is written in plain text is judged by its words. Of all else nobody has read what is on it, so the rules of sensitivity keep it home until somebody does.</remarks>
public sealed record ReceivedDocument
{
    /// <summary>The most bytes of one.</summary>
    public static int MostBytes { get; } = new HarvestLimits().MaxBytes;

    private const string Format = "document";

    /// <summary>A text of more bytes stands beside its entry like a picture, where nobody reads it.</summary>
    private const int MostRead = 256 * 1024;

    /// <summary>Who sent it; null for the patient themself.</summary>
    public required string? By { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it is, in a few words.</summary>
    public required string Says { get; init; }

    /// <summary>How its sender calls it; null for nothing.</summary>
    public string? Name { get; init; }

    /// <summary>Its media type.</summary>
    public required string ContentType { get; init; }

    /// <summary>Where it was sent, for its provenance.</summary>
    public required string Place { get; init; }

    /// <summary>What it is known by again, so that it is in the record once.</summary>
    public required string Known { get; init; }

    /// <summary>Whether it is from where the patient talks in private: then nobody sees it whom no agreement names it to, whatever its words say.</summary>
    public bool IsRestricted { get; init; }

    /// <summary>Whether a source of the record is the file that is known by something.</summary>
    public static bool IsOf(SourceDescription source, string known) => source.Digest.Span.SequenceEqual(DigestOf(known));

    /// <summary>The file as a source.</summary>
    /// <param name="bytes">All of it, <see cref="MostBytes"/> at most.</param>
    public HarvestedSource Read(ReadOnlyMemory<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MostBytes, nameof(bytes));
        var harvest = new Harvest(Format, new HarvestLimits());
        var place = new Provenance { File = Name, Path = Place };
        if (Keep(harvest, bytes, place) is { } attachment)
        {
            var document = R4.Resource("DocumentReference").With("meta", Meta());
            document["status"] = "current";
            document["subject"] = R4.Self();
            document["date"] = R4.DateTime(At);
            document["author"] = R4.List(By is null ? R4.Self() : new JsonObject { ["display"] = By });
            document["description"] = Says;
            document["content"] = R4.List(new JsonObject { ["attachment"] = attachment });
            harvest.Add(Known, document, place);
        }

        return HarvestedSource.Of(harvest, new ImportOptions { SourceName = Format }, () => DigestOf(Known), CancellationToken.None);
    }

    private JsonObject? Keep(Harvest harvest, ReadOnlyMemory<byte> bytes, Provenance place)
    {
        var key = Known + "\nbytes";
        if (!ContentType.StartsWith("text/", StringComparison.Ordinal) || bytes.Length > MostRead)
        {
            return KeptBytes.Add(harvest, key, bytes, ContentType, place, Meta(), Name);
        }

        var binary = R4.Resource("Binary").With("meta", Meta()).With("contentType", ContentType);
        binary["data"] = Convert.ToBase64String(bytes.Span);
        return harvest.Add(key, binary, place) is { } url ? new JsonObject { ["contentType"] = ContentType, ["url"] = url, ["size"] = bytes.Length }.With("title", Name) : null;
    }

    private JsonObject? Meta() => IsRestricted ? R4.Restricted() : null;

    private static byte[] DigestOf(string known) => SHA256.HashData(Encoding.UTF8.GetBytes(known));
}
