using System.Text;
using System.Text.Json.Nodes;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>What is left of an entry that nobody says any more. Stateless.</summary>
public static class WithdrawnEntry
{
    /// <summary>Its id, and the labels that it carried, so that they are there when it comes again.</summary>
    /// <param name="view">The record that it is in.</param>
    /// <param name="known">The entry.</param>
    /// <param name="source">Who said it last.</param>
    public static EntryDraft Of(GatheringView view, in KnownEntry known, long source)
    {
        var id = known.Local is { } local ? $"{view.Patient}.{local}" : view.Patient.ToString();
        var stub = Resource.Read(Encoding.UTF8.GetBytes(new JsonObject { ["resourceType"] = known.ResourceType, ["id"] = id }.ToJsonString())).Root;
        var body = ResourceRewriter.Rewrite(
            stub, new RewriteOptions { VersionId = (known.Version + 1).ToString(), LastUpdated = view.Now, SecurityLabels = view.LabelsMissing(known, stub) });
        return new EntryDraft(known.Local, known.Version + 1, body, known.Origin, 0) { IsWithdrawn = true, Source = source };
    }
}
