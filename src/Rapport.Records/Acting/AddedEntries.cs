using System.Text;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>Decides which new entries somebody else than the patient may add to a record.</summary>
internal static class AddedEntries
{
    /// <summary>
    /// Those that they may add, decided as if nothing were known of how sensitive they are: adding shows nothing, and what patient and rules say of labels is not for them to learn. Comments are written at their own door
    /// alone, where it is known who says it: in a file they could be of anybody's name.
    /// </summary>
    /// <param name="compartment">The record.</param>
    /// <param name="record">As it is.</param>
    /// <param name="drafts">The entries.</param>
    /// <param name="actor">Who adds them.</param>
    /// <param name="purposes">What for: one of these must be permitted.</param>
    /// <param name="now">The instant.</param>
    internal static HashSet<LocalId> Permitted(Compartment compartment, CompartmentState record, IReadOnlyList<EntryDraft> drafts, Actor actor, IEnumerable<string> purposes, DateTimeOffset now)
    {
        // A record of its own for a moment, so that there is one way to look at entries and one to decide about them.
        var entries = drafts.Select((draft, row) => EntryWriting.Seal(
            compartment.Id, compartment.Sealer, row, EntryWriting.HeaderOf(draft with { Version = 1, Parts = null }, source: 0, isRule: false), Unlabelled(draft), now));
        var state = StateBuilder.Extend(compartment.Id, compartment.Sealer, null, entries, 0);
        var compiled = CompiledConsents.Compile([.. record.Rules.Select(static rule => rule.Consent)], state.View(treatments: record.View()), record.Minors);
        var recipient = new Recipient(actor.Name, actor.RecipientReferences);
        return
        [
            .. from purpose in purposes
               from row in compiled.Decide(new DisclosureRequest(recipient, purpose, ConsentAction.Collect, now)).Permitted.ToArray()
               where !IsComment(drafts[row].Body.Span)
               select drafts[row].Local!.Value,
        ];
    }

    private static bool IsComment(ReadOnlySpan<byte> body) => Comment.MayBe(body) && Comment.Is(Resource.Read(body.ToArray()).Root);

    private static Resource Unlabelled(in EntryDraft draft)
    {
        var json = JsonNode.Parse(draft.Body.Span)!.AsObject();
        (json["meta"] as JsonObject)?.Remove("security");
        return Resource.Read(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }
}
