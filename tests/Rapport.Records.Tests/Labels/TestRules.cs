using System.Globalization;
using System.Text;
using Rapport.Fhir;
using Rapport.Labelling;

namespace Rapport.Records.Tests;

/// <summary>
/// Rules that are easy to foresee. A code <c>X</c> of the system <c>urn:test:label</c> anywhere in a resource gives the label <c>X</c>, and so does one in the visit, the author and the medicine that it refers to; words <c>is X</c> in a
/// document do too; a document that is no text is restricted; what has <c>MINOR</c> and tells of a year before the patient was 18 is <c>ADOL</c>.
/// </summary>
internal static class TestRules
{
    internal const string System = "urn:test:label";

    private static readonly string[] Followed = ["encounter", "performer", "medication"];

    /// <param name="version">Higher for newer ones.</param>
    /// <param name="only">Codes that are labels; none for all.</param>
    internal static LabelRules Of(int version, params string[] only) => new(version, (resource, resolve) => Find(resource, resolve, only));

    /// <summary>A server from before there were labels.</summary>
    internal static LabelRules Before { get; } = new(0, static (_, _) => []);

    internal static IReadOnlyList<FoundLabel> Find(Resource resource, Func<string, Resource?> resolve, string[] only)
    {
        List<FoundLabel> found = [];
        Collect(resource.Root, "code", "", found);
        foreach (var child in resource.Root.Children)
        {
            if (Followed.Contains(child.Name) && child.TryGetChild("reference", out var reference) && resolve(reference.GetString()!) is { } other)
            {
                Collect(other.Root, "other", reference.GetString()!, found);
            }
        }

        if (found.Exists(static label => label.Code == "MINOR"))
        {
            found.RemoveAll(static label => label.Code == "MINOR");
            if (resolve("Patient") is { } patient && patient.Root.TryGetChild("birthDate", out var born) && Year(resource) - int.Parse(born.GetString()!.AsSpan(0, 4), CultureInfo.InvariantCulture) < 18)
            {
                found.Add(new FoundLabel(SecurityLabel.ActCode, "ADOL", "minor", "", ""));
            }
        }

        return [.. found.Where(label => only.Length == 0 || only.Contains(label.Code)).DistinctBy(static label => (label.Code, label.Rule))];
    }

    private static int Year(Resource resource) =>
        resource.Root.TryGetChild("effective", out var date) ? int.Parse(date.GetString()!.AsSpan(0, 4), CultureInfo.InvariantCulture) : 9999;

    private static void Collect(Element element, string rule, string where, List<FoundLabel> found)
    {
        if (element.TypeName == "Coding" && element.TryGetChild("system", out var system) && system.GetString() == System && element.TryGetChild("code", out var code))
        {
            found.Add(new FoundLabel(SecurityLabel.ActCode, code.GetString()!, $"{rule}-{code.GetString()}", where.Length == 0 ? element.Location : where, code.GetString()!));
        }

        if (element.TypeName is "Attachment" or "Binary" && (element.TypeName == "Binary" || element.TryGetChild("url", out _) || element.TryGetChild("data", out _)))
        {
            Read(element, found);
        }

        foreach (var child in element.Children)
        {
            Collect(child, rule, where, found);
        }
    }

    private static void Read(Element document, List<FoundLabel> found)
    {
        if (!document.TryGetChild("contentType", out var type) || type.GetString() != "text/plain" || !document.TryGetChild("data", out var data))
        {
            found.Add(new FoundLabel(SecurityLabel.Confidentiality, "R", "unreadable", document.Location, ""));
            return;
        }

        var words = Encoding.UTF8.GetString(Convert.FromBase64String(data.GetString()!)).Split(' ');
        foreach (var (before, word) in words.Zip(words.Skip(1)).Where(static pair => pair.First == "is"))
        {
            found.Add(new FoundLabel(SecurityLabel.ActCode, word, $"words-{word}", document.Location, $"{before} {word}"));
        }
    }
}
