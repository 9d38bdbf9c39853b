using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Fhir;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>
/// Begins an opening of a consent for a number of them. It is a new version of the consent, so that every node decides by it: an opening that is not written is not there, and of two
/// who begin one at the same time the second finds the first's.
/// </summary>
public sealed class CountedOpening
{
    private const string Note = "opening ";

    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly Actor _recipient;

    internal CountedOpening(RecordServices services, Compartment compartment, Actor recipient) => (_services, _compartment, _recipient) = (services, compartment, recipient);

    /// <summary>How many openings there were with it and how many there may be, when a ledger's note of a consent tells of one; null for another note.</summary>
    public static (int Used, int Allowed)? In(string? note) =>
        note?.StartsWith(Note, StringComparison.Ordinal) == true && note[Note.Length..].Split('/') is [var used, var allowed]
        && int.TryParse(used, NumberStyles.None, CultureInfo.InvariantCulture, out var first) && int.TryParse(allowed, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            ? (first, second) : null;

    /// <summary>Writes it, unless the record changed meanwhile: whoever asks decides anew either way.</summary>
    internal async Task BeginAsync(CompartmentState state, string consentId, DateTimeOffset now, CancellationToken cancel)
    {
        var rule = state.Rules.First(known => known.Consent.Id == consentId);
        var openings = rule.Consent.Counted!.Open(now);
        var local = state.Index.LocalOf(rule.Row);
        var version = state.Index.VersionOf(rule.Row) + 1;
        var written = Resource.Read(With(state.Read(rule.Row), openings));
        var body = ResourceRewriter.Rewrite(written.Root, new RewriteOptions { Id = consentId, VersionId = version.ToString(CultureInfo.InvariantCulture), LastUpdated = now });
        var header = EntryWriting.HeaderOf(new EntryDraft(local, version, body, 0, 0), source: 0, isRule: true);
        var next = StateBuilder.Extend(
            _compartment.Id, _compartment.Sealer, state, [EntryWriting.Seal(_compartment.Id, _compartment.Sealer, (int)state.RecordSeq, header, Resource.Read(body), now)], state.RecordSeq + 1);
        var details = EntryWriting.Describe(LedgerKind.Consented, _recipient, next, (int)state.RecordSeq, $"{Note}{openings.Used}/{openings.Allowed}", [consentId]);
        var change = new Change
        {
            ExpectedRecordSeq = state.RecordSeq,
            Entries = EntryWriting.Rows(state, next, now),
            Leaf = Recording.Draft(_compartment.Id, _compartment.Sealer, now, details),
            Sharing = await SharingRows.AgainAsync(_services, _compartment, next, cancel),
        };
        await _services.ApplyAsync(_compartment, change, next, cancel);
    }

    private static byte[] With(Resource consent, CountedOpenings openings)
    {
        var json = JsonNode.Parse(consent.Json.Span)!.AsObject();
        var extension = json["modifierExtension"]!.AsArray().Single(known => known!["url"]?.GetValue<string>() == PatientConsent.Openings)!.AsObject();
        extension["extension"] = new JsonArray(
            ConsentJson.Extension("allowed", "valueInteger", openings.Allowed),
            ConsentJson.Extension("used", "valueInteger", openings.Used),
            ConsentJson.Extension("open-until", "valueInstant", FhirTime.Instant(openings.OpenUntil!.Value)));
        return JsonSerializer.SerializeToUtf8Bytes(json);
    }
}
