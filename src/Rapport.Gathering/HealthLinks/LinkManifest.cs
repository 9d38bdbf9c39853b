using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>What the server of a SMART Health Link says there is behind it.</summary>
/// <param name="Files">The files; one more than <see cref="MostFiles"/> when there are too many.</param>
/// <param name="MayChange">Whether there may be others later.</param>
/// <param name="IsOver">Whether the server says that the link holds no longer.</param>
public sealed record LinkManifest(IReadOnlyList<LinkFile> Files, bool MayChange, bool IsOver)
{
    /// <summary>The most files that are fetched.</summary>
    public const int MostFiles = 100;

    /// <summary>Reads a manifest; null when it is none.</summary>
    /// <param name="json">As it came; it must not change meanwhile.</param>
    public static LinkManifest? Read(ReadOnlyMemory<byte> json)
    {
        using var document = SafeJson.Parse(json, out _);
        if (document?.RootElement is not { } root)
        {
            return null;
        }

        var status = SafeJson.Text(root.Child("status"));
        if (root.Child("files") is not { ValueKind: JsonValueKind.Array } list)
        {
            return status == "no-longer-valid" ? new LinkManifest([], false, true) : null;
        }

        List<LinkFile> files = [.. list.EnumerateArray().Take(MostFiles + 1).Select(FileOf).OfType<LinkFile>()];
        return files.Count == Math.Min(list.GetArrayLength(), MostFiles + 1) ? new LinkManifest(files, status == "can-change", status == "no-longer-valid") : null;
    }

    private static LinkFile? FileOf(JsonElement file)
    {
        var type = file.Text("contentType", 100);
        var embedded = SafeJson.Text(file.Child("embedded"));
        var location = HealthLink.AddressOf(SafeJson.Text(file.Child("location")));
        return type is null || (embedded is null && location is null) ? null : new LinkFile(type, embedded, location);
    }
}

/// <summary>A file behind a SMART Health Link, which its key opens.</summary>
/// <param name="ContentType">What it says it is.</param>
/// <param name="Embedded">The file itself; null when it has to be fetched.</param>
/// <param name="Location">Where it is fetched from. A secret.</param>
public sealed record LinkFile(string ContentType, string? Embedded, Uri? Location)
{
    /// <summary>A file of SMART Health Cards.</summary>
    public const string Cards = "application/smart-health-card";

    /// <summary>FHIR in JSON.</summary>
    public const string Fhir = "application/fhir+json";

    /// <summary>No data, but an access to a server that has some.</summary>
    public const string Access = "application/smart-api-access";

    /// <summary>Whether it holds what can be taken.</summary>
    public bool HasData => IsData(ContentType);

    /// <summary>Whether files of this type hold what can be taken.</summary>
    internal static bool IsData(string contentType) => Bare(contentType) is Cards or Fhir;

    /// <summary>The type without what is said about it: <c>application/fhir+json;fhirVersion=4.0.1</c>.</summary>
    internal static string Bare(string contentType) => contentType.Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>Its type alone: where it is, and what is in it, is secret.</summary>
    public override string ToString() => ContentType;
}
