using System.Xml.Linq;

namespace Rapport.Gathering;

/// <summary>What became of a statement.</summary>
internal enum StatementFate
{
    /// <summary>Nothing yet.</summary>
    Open,

    /// <summary>An entry of its own.</summary>
    Taken,

    /// <summary>A part of the entry of a statement that it stands in, such as the severity of a reaction.</summary>
    Folded,

    /// <summary>Named in the report as not taken.</summary>
    NotTaken,
}

/// <summary>A clinical statement of CDA: an act, observation, procedure, … with those that stand in it.</summary>
internal sealed class Statement
{
    internal static readonly string[] Kinds =
        ["act", "encounter", "observation", "observationMedia", "organizer", "procedure", "regionOfInterest", "substanceAdministration", "supply"];

    private const int MostAuthors = 20;

    private bool? _hasOneAllergy;

    private Statement(XElement node, Section section, Statement? parent, XElement relation, string path)
    {
        (Node, Section, Parent, Path) = (node, section, parent, path);
        Relation = relation.At("typeCode") ?? "COMP";
        Templates = [.. node.Cdas("templateId").Select(template => template.At("root")).OfType<string>()];

        // Asked for again by each statement in it, of which there may be very many.
        (Code, Value, Time, Status) = (node.First("code"), node.First("value"), node.First("effectiveTime"), node.First("statusCode").At("code"));
        Authors = [.. node.Cdas("author").Take(MostAuthors)];
        IsAboutSomebodyElse = node.First("subject") is not null || (parent?.IsAboutSomebodyElse ?? section.IsAboutSomebodyElse);
    }

    internal XElement Node { get; }

    internal Section Section { get; }

    /// <summary>The statement that it stands in; null for an entry of a section.</summary>
    internal Statement? Parent { get; }

    /// <summary>How it belongs to the one that it stands in: <c>COMP</c>, <c>SUBJ</c>, <c>RSON</c> …</summary>
    internal string Relation { get; }

    internal HashSet<string> Templates { get; }

    /// <summary>The place in the document.</summary>
    internal string Path { get; }

    internal IReadOnlyList<Statement> Children { get; private set; } = [];

    internal StatementFate Fate { get; set; }

    /// <summary>How to refer to the entry that it became; null for none.</summary>
    internal string? Reference { get; set; }

    /// <summary>The FHIR type of that entry.</summary>
    internal string? ResourceType { get; set; }

    internal string Kind => Node.Name.LocalName;

    /// <summary>Whether it happened (<c>EVN</c>) or is meant to (<c>INT</c>, <c>RQO</c>, <c>GOL</c> …).</summary>
    internal string Mood => Node.At("moodCode") ?? "EVN";

    internal bool IsNegated => Node.IsTrue("negationInd");

    internal XElement? Code { get; }

    internal XElement? Value { get; }

    internal XElement? Time { get; }

    internal string? Status { get; }

    internal IReadOnlyList<XElement> Authors { get; }

    /// <summary>Whether it speaks of somebody else than the patient: a fetus, a relative.</summary>
    internal bool IsAboutSomebodyElse { get; }

    /// <summary>The observation in it that says whether it is active; null for none.</summary>
    internal Statement? State { get; private set; }

    /// <summary>Whether it is a concern over one allergy alone, so that what stands beside that one is about it.</summary>
    internal bool HasOneAllergy => _hasOneAllergy ??= Kind == "act" && Children.Count(child => child.Is(CcdaTemplates.AllergyObservation)) == 1;

    /// <summary>A reference to the visit that it stands in; null for none.</summary>
    internal System.Text.Json.Nodes.JsonObject? Visit =>
        Parent is null ? null : Parent is { ResourceType: "Encounter", Reference: { } visit } ? R4.Reference(visit) : Parent.Visit;

    /// <summary>It and all that stand in it.</summary>
    internal IEnumerable<Statement> All => Children.SelectMany(child => child.All).Prepend(this);

    /// <summary>What it is about, in its own codes: its code, its value's and its product's.</summary>
    internal string Signature => $"{Kind} {Code.At("code")} {Value.At("code")} {Product.At("code")}";

    /// <summary>The code of what is given or supplied.</summary>
    internal XElement? Product => Material.First("code");

    internal XElement? Material =>
        Node.First("consumable", "manufacturedProduct", "manufacturedMaterial") ?? Node.First("product", "manufacturedProduct", "manufacturedMaterial")
        ?? Node.First("consumable", "manufacturedProduct", "manufacturedLabeledDrug");

    internal bool Is(string template) => Templates.Contains(template);

    internal bool HasCode(string code) => Code.At("code") == code;

    /// <summary>The statements right in an element; some write several into one relation, or none around them.</summary>
    internal static IEnumerable<Statement> In(XElement node, Section section, Statement? parent, string path)
    {
        Dictionary<string, int> numbers = [];
        foreach (var child in node.Elements().Where(child => child.IsCda()))
        {
            var name = child.Name.LocalName;
            if (Kinds.Contains(name))
            {
                yield return Of(child, node, section, parent, path);
            }
            else if (name is "entry" or "entryRelationship" or "component")
            {
                var number = numbers[name] = numbers.GetValueOrDefault(name) + 1;
                foreach (var inner in child.Elements().Where(inner => inner.IsCda() && Kinds.Contains(inner.Name.LocalName)))
                {
                    yield return Of(inner, child, section, parent, $"{path}/{name}[{number}]");
                }
            }
        }
    }

    private static Statement Of(XElement node, XElement relation, Section section, Statement? parent, string path)
    {
        var statement = new Statement(node, section, parent, relation, $"{path}/{node.Name.LocalName}");
        statement.Children = [.. In(node, section, statement, statement.Path)];
        statement.State = statement.Children.FirstOrDefault(child =>
            child.Kind == "observation" && (child.Is(CcdaTemplates.ProblemStatus) || child.Is(CcdaTemplates.AllergyStatus) || child.HasCode("33999-4")));
        return statement;
    }
}
