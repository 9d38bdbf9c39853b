using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>Reads a patient's own record as a whole: how much there is of what, what others would see of it, where it stood, and what is agreed. Thread safe.</summary>
internal sealed class OwnReading(RecordServices services, Compartment compartment)
{
    /// <summary>See <see cref="OwnAccess.OverviewAsync"/>.</summary>
    internal async Task<RecordOverview> OverviewAsync(CancellationToken cancel)
    {
        var head = await services.FreshHeadAsync(compartment, cancel);
        var state = compartment.State;
        var merged = await services.Cache.MergedAsync(compartment, state, Consent.EntrySet.All(state.Index.Count), cancel);
        Dictionary<string, int> byType = [];
        Dictionary<string, int> byLabel = [];
        foreach (var row in state.Index.Current)
        {
            // What several sources tell is there once, and marked where one of them is.
            var group = merged.With(row);
            var type = state.Index.TypeOf(row);
            var isFirst = group is null || group[0] == row;
            byType[type] = byType.GetValueOrDefault(type) + (isFirst ? 1 : 0);
            foreach (var label in !isFirst ? [] : group is null ? state.Index.LabelsOf(row) : group.SelectMany(state.Index.LabelsOf).Distinct())
            {
                byLabel[label] = byLabel.GetValueOrDefault(label) + 1;
            }
        }

        return new RecordOverview(byType, byLabel, state.Rules.Count(r => r.Consent.Counts), head.LedgerSize) { HasJoined = merged.Count > 0 };
    }

    /// <summary>See <see cref="OwnAccess.CodesAsync"/>.</summary>
    internal async Task<RecordCodes> CodesAsync(CancellationToken cancel)
    {
        var state = await services.FreshAsync(compartment, cancel);
        return new RecordCodes(compartment, state, await services.Cache.MergedAsync(compartment, state, Consent.EntrySet.All(state.Index.Count), cancel));
    }

    /// <summary>See <see cref="OwnAccess.SizeAsync"/>.</summary>
    internal async Task<RecordSize> SizeAsync(CancellationToken cancel)
    {
        var state = await services.FreshAsync(compartment, cancel);
        long entries = 0, documents = 0, series = 0;
        foreach (var row in state.Index.Current)
        {
            entries += state.Bodies[row].Length;
        }

        foreach (var (seq, bytes) in await services.Store.ReadPartSizesAsync(compartment.Id, cancel))
        {
            if (seq <= state.RecordSeq && state.Index.Current.Contains((int)seq - 1))
            {
                (documents, series) = state.Index.TypeOf((int)seq - 1) == "Binary" ? (documents + bytes, series) : (documents, series + bytes);
            }
        }

        return new RecordSize(entries, documents, series);
    }

    /// <summary>See <see cref="OwnAccess.PreviewAsync"/>.</summary>
    internal async Task<SharingPreview> PreviewAsync(Actor recipient, string purpose, IReadOnlyList<Consent.PatientConsent>? instead, CancellationToken cancel, Consent.Givers? asGivers = null)
    {
        var state = await services.FreshAsync(compartment, cancel);
        var givers = asGivers ?? await services.GiversAsync(state, recipient, cancel);
        var decision = instead is null
            ? state.Decide(recipient, purpose, services.Clock.GetUtcNow(), givers)
            : state.Compile(instead, recipient).Decide(new(
                new(recipient.Name, recipient.RecipientReferences), purpose, Consent.ConsentAction.Access, services.Clock.GetUtcNow()) { Givers = givers });
        return new SharingPreview(
            services.Cache, compartment, state, decision, await services.Cache.MergedAsync(compartment, state, Consent.EntrySet.All(state.Index.Count), cancel));
    }

    /// <summary>See <see cref="OwnAccess.ProvenanceAsync"/>.</summary>
    internal async Task<Provenance?> ProvenanceAsync(LocalId? local, CancellationToken cancel)
    {
        var state = await services.FreshAsync(compartment, cancel);
        var row = state.Index.RowOf(local ?? default);
        if (row < 0 || EntryHeader.Read(compartment.OpenBody(state, row)).Source is not (> 0 and var source))
        {
            return null;
        }

        // What was brought back after a correction stands further down again: its source told of it where it first brought it.
        var first = Enumerable.Range((int)source - 1, row - (int)source + 2).First(r => state.Index.LocalOf(r) == state.Index.LocalOf(row) && state.Index.SourceOf(r) == source);

        // A source that said it too, and did not bring it, has nothing at this place: where it stood there is not known.
        var (block, place) = ProvenanceBlocks.PlaceOf(source, first + 1);
        return await services.Store.ReadProvenanceAsync(compartment.Id, source, block, cancel) is { } stored
            ? ProvenanceBlocks.Open(compartment.Id, compartment.Sealer, source, block, stored).ElementAtOrDefault(place)
            : null;
    }

    /// <summary>See <see cref="OwnAccess.ConsentsAsync(Func{PatientConsent, bool}, CancellationToken)"/>.</summary>
    internal async Task<IReadOnlyList<StoredConsent>> ConsentsAsync(Func<PatientConsent, bool> which, CancellationToken cancel)
    {
        var state = await services.FreshAsync(compartment, cancel);
        return
        [
            .. state.Rules.Where(rule => which(rule.Consent)).OrderByDescending(r => r.Row).Select(rule => new StoredConsent(
                state.Index.Describe(compartment.IdText, rule.Row, AnswerMode.Match),
                rule.Consent,
                Resource.Read(EntryHeader.Body(compartment.OpenBody(state, rule.Row).AsMemory())))
            { Until = state.EndOf(rule.Consent) }),
        ];
    }
}
