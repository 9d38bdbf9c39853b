using System.Globalization;
using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>
/// What of a Patient an earlier version of it said, which another source brought. It stands as an extension in <c>meta</c>. One that nobody
/// can have written here is none: versions that were stored before marks meant something may have come with any.
/// </summary>
/// <param name="Version">The earlier version.</param>
/// <param name="Counts">How many items stand at the end of which element.</param>
internal sealed record JoinMark(int Version, IReadOnlyList<(string Element, int Count)> Counts)
{
    /// <summary>The URL of the extension.</summary>
    internal const string Url = "urn:x-rapport:also-told";

    private const string VersionUrl = "version";

    /// <summary>The marks of one version of a Patient, as far as they can be true together.</summary>
    /// <param name="root">The Patient.</param>
    /// <param name="version">Which version it is: it repeats earlier ones alone.</param>
    internal static IReadOnlyList<JoinMark> In(JsonElement root, int version)
    {
        List<JoinMark> marks = [];
        Dictionary<string, int> marked = [];
        foreach (var extension in AllIn(root))
        {
            if (Read(extension) is { } mark && mark.Version > 0 && mark.Version < version
                && mark.Counts.All(count => IsThere(count.Element, count.Count)))
            {
                marks.Add(mark);
                foreach (var (element, count) in mark.Counts)
                {
                    marked[element] = marked.GetValueOrDefault(element) + count;
                }
            }
        }

        return marks;

        bool IsThere(string element, int count) =>
            count > 0 && PatientElements.MayBeCarried(element) && root.TryGetProperty(element, out var there)
            && count <= (there.ValueKind == JsonValueKind.Array ? there.GetArrayLength() : 1) - marked.GetValueOrDefault(element);
    }

    /// <summary>The extensions of this URL, whatever they say.</summary>
    internal static IEnumerable<JsonElement> AllIn(JsonElement root) =>
        root.TryGetProperty("meta", out var meta) && meta.TryGetProperty("extension", out var extensions)
            ? extensions.EnumerateArray().Where(IsOne)
            : [];

    internal static bool IsOne(JsonElement extension) => PatientElements.UrlOf(extension) == Url;

    internal string Write()
    {
        var parts = Counts.Select(count => $$"""{"url":"{{count.Element}}","valuePositiveInt":{{count.Count}}}""");
        return $$"""{"url":"{{Url}}","extension":[{"url":"{{VersionUrl}}","valueId":"{{Version}}"},{{string.Join(',', parts)}}]}""";
    }

    private static JoinMark? Read(JsonElement extension)
    {
        int? version = null;
        List<(string Element, int Count)> counts = [];
        foreach (var part in extension.TryGetProperty("extension", out var parts) ? parts.EnumerateArray() : default)
        {
            var url = PatientElements.UrlOf(part);
            if (url == VersionUrl)
            {
                var hasId = part.TryGetProperty("valueId", out var id);
                version = hasId && int.TryParse(id.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
            }
            else if (url is not null && part.TryGetProperty("valuePositiveInt", out var value) && value.TryGetInt32(out var count)
                && counts.TrueForAll(other => other.Element != url))
            {
                counts.Add((url, count));
            }
            else
            {
                return null;
            }
        }

        return version is { } named ? new JoinMark(named, counts) : null;
    }
}
