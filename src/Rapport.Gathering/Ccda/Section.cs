using System.Xml.Linq;

namespace Rapport.Gathering;

/// <summary>A section of a document, with its narrative, its entries and the sections in it.</summary>
internal sealed class Section
{
    private Section(XElement node, string path)
    {
        (Node, Path) = (node, path);
        Code = node.First("code").At("code");
        Title = Words.Of(node.First("title")) ?? Words.Tidy(node.First("code").At("displayName")) ?? Code ?? "section";
        Confidentiality = node.First("confidentialityCode").At("code");
        IsAboutSomebodyElse = node.First("subject") is not null;
        Entries = [.. Statement.In(node, this, null, path)];
        Sections = [.. In(node, path)];
    }

    internal XElement Node { get; }

    internal string Path { get; }

    /// <summary>Its LOINC code, as a rule.</summary>
    internal string? Code { get; }

    internal string Title { get; }

    internal IReadOnlyList<Statement> Entries { get; }

    internal IReadOnlyList<Section> Sections { get; }

    internal bool IsAboutSomebodyElse { get; }

    /// <summary>How confidential it is, where it says so itself.</summary>
    internal string? Confidentiality { get; }

    /// <summary>It and all sections in it.</summary>
    internal IEnumerable<Section> All => Sections.SelectMany(section => section.All).Prepend(this);

    internal IEnumerable<Statement> Statements => Entries.SelectMany(entry => entry.All);

    internal bool Is(params ReadOnlySpan<string> codes) => Code is not null && codes.Contains(Code);

    /// <summary>The sections right in a body or a section.</summary>
    internal static IEnumerable<Section> In(XElement? node, string path)
    {
        var number = 0;
        foreach (var component in node.Cdas("component"))
        {
            number++;
            if (component.First("section") is { } section)
            {
                yield return new Section(section, $"{path}/component[{number}]/section");
            }
        }
    }
}
