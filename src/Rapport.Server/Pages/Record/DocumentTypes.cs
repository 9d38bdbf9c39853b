using System.Collections.Frozen;
using Rapport.Fhir;

namespace Rapport.Server.Pages.Record;

/// <summary>How files of a type are called, so that the device that takes one knows what opens it.</summary>
internal static class DocumentTypes
{
    private static readonly FrozenDictionary<string, string> Extensions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["application/pdf"] = ".pdf",
        ["application/xml"] = ".xml",
        ["text/xml"] = ".xml",
        ["application/hl7-cda+xml"] = ".xml",
        ["text/plain"] = ".txt",
        ["text/csv"] = ".csv",
        ["application/json"] = ".json",
        ["application/fhir+json"] = ".json",
        ["application/gpx+xml"] = ".gpx",
        ["image/jpeg"] = ".jpg",
        ["image/png"] = ".png",
        ["image/webp"] = ".webp",
        ["image/gif"] = ".gif",
        ["image/heic"] = ".heic",
        ["image/tiff"] = ".tif",
        ["audio/ogg"] = ".ogg",
        ["audio/webm"] = ".webm",
        ["audio/mp4"] = ".m4a",
        ["audio/mpeg"] = ".mp3",
        ["audio/wav"] = ".wav",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The extension of a Binary's content, with the dot; <c>.bin</c> for any other.</summary>
    public static string ExtensionOf(Resource binary) =>
        binary.Root.TryGetChild("contentType", out var type) && type.GetString() is { } text && Extensions.TryGetValue(text.Split(';')[0].Trim(), out var extension) ? extension : ".bin";
}
