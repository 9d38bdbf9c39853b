using System.Collections.Frozen;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// What the entries of a compartment refer to, read from their bodies: search parameters leave some references out (who recorded a condition), and
/// consents may speak of all of them. Costs the opening of every body, so it is made only for consents that name data by reference. Immutable.
/// </summary>
internal sealed class EntryReferences
{
    private static readonly FrozenSet<string> Authors = FrozenSet.Create(
        "author", "performer", "asserter", "recorder", "requester", "attester", "authenticator", "resultsInterpreter", "sender", "agent", "source",
        "informationSource", "informant", "enterer", "custodian");

    private readonly ILookup<string, Link> _byReference;
    private readonly ILookup<int, Link> _byRow;

    /// <param name="count">How many entries there are.</param>
    /// <param name="open">Gives the resource of a row.</param>
    internal EntryReferences(int count, Func<int, Resource> open)
    {
        List<Link> links = [];
        for (var row = 0; row < count; row++)
        {
            var resource = open(row).Root;
            foreach (var field in resource.Children)
            {
                Collect(new Link(row, "", field.Name, Authors.Contains(field.Name)), field, links);
            }
        }

        _byReference = links.ToLookup(static l => l.Reference);
        _byRow = links.ToLookup(static l => l.Row);
    }

    /// <summary>The references to what is named.</summary>
    internal IEnumerable<Link> To(string reference) => _byReference[reference];

    /// <summary>The references of one entry.</summary>
    internal IEnumerable<Link> From(int row) => _byRow[row];

    private static void Collect(Link found, Element element, List<Link> links)
    {
        if (element.TypeName == "Reference" && element.TryGetChild("reference", out var text) && text.GetString() is { } reference)
        {
            var version = reference.IndexOf("/_history/", StringComparison.Ordinal);
            links.Add(found with { Reference = version < 0 ? reference : reference[..version] });
        }

        foreach (var child in element.Children)
        {
            Collect(found.IsAuthor || !Authors.Contains(child.Name) ? found : found with { IsAuthor = true }, child, links);
        }
    }

    /// <summary>One reference.</summary>
    /// <param name="Row">The entry it stands in.</param>
    /// <param name="Reference">Its text, without a version.</param>
    /// <param name="Field">The element directly under the resource that it stands in.</param>
    /// <param name="IsAuthor">Whether it names who made the entry or answers for it.</param>
    internal readonly record struct Link(int Row, string Reference, string Field, bool IsAuthor);
}
