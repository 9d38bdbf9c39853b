using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rapport.Gathering;

/// <summary>What a SMART Health Link gave when it was opened: its files in clear, and neither its address nor its key. It is what is imported.</summary>
/// <param name="Host">The name of the server that had them.</param>
/// <param name="MayChange">Whether there may be others later.</param>
/// <param name="Files">The files that hold data.</param>
/// <param name="Left">The types of the others.</param>
public sealed record OpenedLink(string Host, bool MayChange, IReadOnlyList<OpenedFile> Files, IReadOnlyList<string> Left)
{
    /// <summary>As a source that <see cref="ImportOptions.IsOpenedLink"/> is for: the same each time that the link gives the same.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, OpenedLinkJson.Default.OpenedLink);

    /// <exception cref="InvalidDataException">The bytes are no opened link.</exception>
    internal static OpenedLink Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, OpenedLinkJson.Default.OpenedLink) is { } link && !link.Files.Contains(null) && !link.Left.Contains(null)
                ? link
                : throw new InvalidDataException("what came by the link is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("what came by the link cannot be read", e);
        }
    }
}

/// <summary>A file that a SMART Health Link gave, in clear.</summary>
/// <param name="ContentType">What it is said to be; null when that was not said.</param>
/// <param name="Bytes">The file.</param>
public sealed record OpenedFile(string? ContentType, byte[] Bytes);

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(OpenedLink))]
internal sealed partial class OpenedLinkJson : JsonSerializerContext;
