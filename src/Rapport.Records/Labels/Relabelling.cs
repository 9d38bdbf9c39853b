using System.Text;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>
/// Labels a record by this node's rules when it was written before there were labels, or by other rules. Nothing of such a record is disclosed before that. Only what has other labels gets a new version; a mark
/// in the record says that all was looked at. Stateless.
/// </summary>
internal static class Relabelling
{
    /// <summary>The server itself, as the ledger names it.</summary>
    internal static readonly Actor Server = new(default, "Device/rapport", "Rapport", []);

    /// <summary>Returns when the record is labelled: at once, or after labelling it, once for all who ask.</summary>
    /// <exception cref="StorageException">The database failed: nothing may be disclosed.</exception>
    internal static async Task EnsureAsync(RecordServices services, Compartment compartment, CancellationToken cancel)
    {
        await compartment.Labelling.WaitAsync(cancel);
        try
        {
            while (!await IsDoneAsync(services, compartment))
            {
                // Another node was faster, or somebody wrote: look again.
            }
        }
        finally
        {
            compartment.Labelling.Release();
        }
    }

    /// <summary>Others wait for it too, so nobody's giving up ends it.</summary>
    private static async Task<bool> IsDoneAsync(RecordServices services, Compartment compartment)
    {
        await services.FreshHeadAsync(compartment, CancellationToken.None);
        var state = compartment.State;
        if (state.Labelled.IsBy(services.Rules))
        {
            return true;
        }

        var now = services.Clock.GetUtcNow();
        var labelling = new EntryLabelling(services.Rules, compartment, state, state.OwnLabels, []);
        var changed = await labelling.ChangeAsync(state.Labelled.ToLabel(services.Rules, state.Index.Current), (int)state.RecordSeq + 1, now, CancellationToken.None);
        var next = StateBuilder.Extend(compartment.Id, compartment.Sealer, state, [Mark(services, compartment, (int)state.RecordSeq, now), .. changed], state.ConsentSeq);
        var change = new Change
        {
            ExpectedRecordSeq = state.RecordSeq,
            Entries = EntryWriting.Rows(state, next, now),
            Leaf = Recording.Draft(compartment.Id, compartment.Sealer, now, EntryWriting.Describe(LedgerKind.Corrected, Server, next, (int)state.RecordSeq, OwnLabelling.ByRules)),
        };
        return await services.ApplyAsync(compartment, change, next, CancellationToken.None) >= 0;
    }

    private static StateBuilder.NewEntry Mark(RecordServices services, Compartment compartment, int row, DateTimeOffset now)
    {
        var local = LocalId.New();
        var body = Encoding.UTF8.GetBytes(
            $$$"""{"resourceType":"Basic","id":"{{{compartment.IdText}}}.{{{local}}}","meta":{"versionId":"1","lastUpdated":"{{{FhirTime.Instant(now)}}}"},"code":{"coding":[{"system":"{{{OwnLabel.System}}}","code":"labelled"}]}}""");
        return EntryWriting.Seal(
            compartment.Id, compartment.Sealer, row, new EntryHeader(local, 1, 0, 0, 0, IsRule: false) { Rules = services.Rules.Stamp, IsLabelMark = true }, Resource.Read(body), now);
    }
}
