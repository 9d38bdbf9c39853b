using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>
/// Puts together what several sources tell of one person. The Patient of whoever said something new last stands token for token; to it
/// comes what the others say and it is silent about: of lists each item that is not there yet, at their end; of all else what nobody newer
/// says. What was added is marked, so that what a source said itself can be told from it again. Stateless.
/// </summary>
internal static class JoinedPatient
{
    /// <summary>
    /// The extension on <c>meta</c> that says what of a Patient an earlier version of it said, which another source brought, and how many items
    /// of each element.
    /// </summary>
    internal const string Mark = "urn:x-rapport:also-told";

    /// <summary>Names the version in <see cref="Mark"/>.</summary>
    private const string MarkedVersion = "version";

    /// <summary>As deep as FHIR may be here.</summary>
    internal static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1024 };

    // Each item is a fact of its own: two telephones may both ring.
    private static readonly string[] _lists =
        ["identifier", "telecom", "address", "contact", "communication", "generalPractitioner", "photo", "link"];

    // Each item says of what it is, by its URL.
    private static readonly string[] _byUrl = ["extension", "modifierExtension"];

    // About one source's resource, not about the person; what is contained goes along with what refers to it.
    private static readonly string[] _ofTheResource = ["resourceType", "id", "meta", "implicitRules", "language", "text", "contained"];

    internal static JsonElement Parse(ReadOnlyMemory<byte> json) => JsonElement.Parse(json.Span, Deep);

    /// <summary>Whether a Patient says of whom it tells, by name or birth date.</summary>
    internal static bool Names(JsonElement patient) => patient.TryGetProperty("name", out _) || patient.TryGetProperty("birthDate", out _);

    /// <summary>A Patient with what others tell of the same person.</summary>
    /// <param name="said">What one source says, as it is to stand in the record; with a <c>meta</c>, without a mark.</param>
    /// <param name="others">What others said last, the newest first.</param>
    internal static byte[] Join(ReadOnlyMemory<byte> said, IReadOnlyList<ToldPatient> others)
    {
        var root = Parse(said);
        var parts = new PatientParts(root);
        List<string> marks = [];
        foreach (var other in others.Where(other => other.Names || !Names(root)))
        {
            if (Add(parts, other) is { Count: > 0 } counts)
            {
                marks.Add(MarkOf(other.Version, counts));
            }
        }

        if (marks.Count == 0)
        {
            return said.ToArray();
        }

        var meta = new PatientParts(root.GetProperty("meta"));
        meta.AddRaw("extension", marks);
        parts.Replace("meta", meta.Write());
        return Encoding.UTF8.GetBytes(parts.Write());
    }

    /// <summary>What the source of a version said itself.</summary>
    internal static ReadOnlyMemory<byte> SaidIn(ReadOnlyMemory<byte> body) => Unmark(body, cut: true);

    /// <summary>
    /// A Patient that comes from elsewhere: it says all that is in it, and a mark in it speaks of another record, or of an earlier state of
    /// this one.
    /// </summary>
    internal static ReadOnlyMemory<byte> WithoutMarks(ReadOnlyMemory<byte> body) => Unmark(body, cut: false);

    /// <summary>The versions of the record's Patient that a joined one repeats.</summary>
    internal static IEnumerable<JsonElement> MarksIn(JsonElement root) =>
        root.TryGetProperty("meta", out var meta) && meta.TryGetProperty("extension", out var extensions)
            ? extensions.EnumerateArray().Where(IsMark)
            : [];

    /// <summary>Which version a mark names.</summary>
    internal static int VersionIn(JsonElement mark) => int.Parse(
        mark.GetProperty("extension").EnumerateArray().First(part => UrlOf(part) == MarkedVersion).GetProperty("valueId").GetString()!,
        CultureInfo.InvariantCulture);

    private static ReadOnlyMemory<byte> Unmark(ReadOnlyMemory<byte> body, bool cut)
    {
        var root = Parse(body);
        JsonElement[] marks = [.. MarksIn(root)];
        if (marks.Length == 0)
        {
            return body;
        }

        var parts = new PatientParts(root);
        var meta = new PatientParts(root.GetProperty("meta"));
        meta.RemoveAll("extension", IsMark);
        parts.Replace("meta", meta.Write());
        foreach (var part in cut ? marks.SelectMany(mark => mark.GetProperty("extension").EnumerateArray()) : [])
        {
            if (part.TryGetProperty("valuePositiveInt", out var count))
            {
                parts.RemoveLast(part.GetProperty("url").GetString()!, count.GetInt32());
            }
        }

        return Encoding.UTF8.GetBytes(parts.Write());
    }

    /// <summary>Adds what another source tells and nobody newer does; how many items of which element.</summary>
    private static Dictionary<string, int> Add(PatientParts parts, ToldPatient other)
    {
        Dictionary<string, int> counts = [];
        var (root, contained) = ContainedResources.Apart(parts, other);
        var told = parts.Names.Select(OneOf).ToHashSet();
        var urls = _byUrl.SelectMany(name => parts.Items(name).Select(item => (name, UrlOf(item)))).ToHashSet();
        var refers = false;
        foreach (var property in root.EnumerateObject().Where(property => !_ofTheResource.Contains(property.Name)))
        {
            var isMany = property.Value.ValueKind == JsonValueKind.Array;
            JsonElement[] items = isMany ? [.. property.Value.EnumerateArray()] : [property.Value];
            JsonElement[] missing =
                _lists.Contains(property.Name)
                    ? [.. items.Where(item => !parts.Items(property.Name).Any(there => AreOne(property.Name, there, item)))]
                : _byUrl.Contains(property.Name) ? [.. items.Where(item => !urls.Contains((property.Name, UrlOf(item))))]
                : told.Contains(OneOf(property.Name)) ? [] : items;
            if (missing.Length > 0)
            {
                parts.Add(property.Name, missing, isMany);
                counts[property.Name] = missing.Length;
                refers |= missing.Any(ContainedResources.RefersInside);
            }
        }

        if (refers && contained.Count > 0)
        {
            parts.Add("contained", contained, isMany: true);
            counts["contained"] = contained.Count;
        }

        return counts;
    }

    /// <summary>
    /// What a property is about: <c>_birthDate</c> goes with <c>birthDate</c>, and somebody died, or was one of several born, in one way.
    /// </summary>
    private static string OneOf(string name)
    {
        name = name.TrimStart('_');
        return name.StartsWith("deceased", StringComparison.Ordinal) ? "deceased"
            : name.StartsWith("multipleBirth", StringComparison.Ordinal) ? "multipleBirth"
            : name;
    }

    /// <summary>Whether two items say the same. Each source has its own spaces and dashes in a telephone number.</summary>
    private static bool AreOne(string list, JsonElement one, JsonElement other) =>
        SameJson.AreSame(one, other)
        || (list == "telecom" && NumberOf(one) is { } number && number == NumberOf(other)
            && one.GetPropertyCount() == other.GetPropertyCount()
            && one.EnumerateObject().Where(property => !property.NameEquals("value"))
                .All(property => other.TryGetProperty(property.Name, out var same) && SameJson.AreSame(property.Value, same)));

    private static string? NumberOf(JsonElement telecom) =>
        telecom.TryGetProperty("value", out var value) && value.GetString() is { } text
        && text.All(letter => char.IsAsciiDigit(letter) || " -().+/".Contains(letter, StringComparison.Ordinal))
            ? string.Concat(text.Where(letter => char.IsAsciiDigit(letter) || letter == '+'))
            : null;

    private static string? UrlOf(JsonElement extension) => extension.TryGetProperty("url", out var url) ? url.GetString() : null;

    private static bool IsMark(JsonElement extension) => UrlOf(extension) == Mark;

    private static string MarkOf(int version, Dictionary<string, int> counts)
    {
        var parts = counts.Select(count => $$"""{"url":"{{count.Key}}","valuePositiveInt":{{count.Value}}}""");
        return $$"""{"url":"{{Mark}}","extension":[{"url":"{{MarkedVersion}}","valueId":"{{version}}"},{{string.Join(',', parts)}}]}""";
    }
}
