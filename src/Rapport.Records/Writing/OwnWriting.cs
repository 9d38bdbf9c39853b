using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;
using Rapport.Merging;

namespace Rapport.Records;

/// <summary>
/// How entries are brought into a record, taken back and joined, by its patient or by somebody else who may: works a change out against the newest state, applies it, and begins again when it was not the newest. Agreements
/// are written by <see cref="ConsentWriting"/>.
/// </summary>
/// <param name="services">What the parts of this module share.</param>
/// <param name="compartment">The record.</param>
/// <param name="actor">Who changes it.</param>
/// <param name="standing">Under which consents somebody else than the patient may do so; null for the patient.</param>
internal sealed class OwnWriting(RecordServices services, Compartment compartment, Actor actor, Standing? standing = null)
{
    private const int AtOnce = 1024;

    /// <summary>The consents under which the change is made, as of this state: none for the patient's own. Null when it may not be made.</summary>
    private IReadOnlyList<string>? Under(CompartmentState state, DateTimeOffset now) => standing is null ? [] : standing(state, now);

    internal async Task<GatheringOutcome> GatherAsync(SourceDescription source, Func<GatheringView, ValueTask<GatheringPlan>> plan, CancellationToken cancel)
    {
        while (true)
        {
            var state = await services.FreshAsync(compartment, cancel);
            var now = services.Clock.GetUtcNow();
            if (Under(state, now) is not { } consents)
            {
                return new GatheringOutcome(null, -1) { NotPermitted = true };
            }

            var planned = await plan(new GatheringView(compartment, state, now));
            if (planned.Entries.Count == 0)
            {
                return new GatheringOutcome(null, -1);
            }

            var number = planned.Live is { Device.Source: > 0 } live ? live.Device.Source : state.RecordSeq + 1;
            var (change, next) = await WorkAsync(state, planned.Entries, LedgerKind.Gathered, source.Note ?? source.Name, now, number, consents, cancel);
            change = number > state.RecordSeq
                ? change with
                {
                    Source = SourceEncoding.Seal(compartment, number, now, source, planned, actor.Reference),
                    Provenance = [.. ProvenanceBlocks.Seal(compartment.Id, compartment.Sealer, number, planned.Entries)],
                }
                : await GrowAsync(change, number, planned, cancel);
            change = change with { Room = RoomOf(planned) };
            var position = await services.ApplyAsync(compartment, change with { Folded = planned.Live is { } fold ? new OwnDevices(services, compartment).RowOf(fold, number) : null }, next, cancel);
            if (position >= 0 || position == RecordStore.DeviceChanged)
            {
                return position >= 0 ? new GatheringOutcome(number, position) : new GatheringOutcome(null, -1) { DeviceChanged = true };
            }
        }
    }

    /// <summary>The room that what is brought takes.</summary>
    private RoomWanted RoomOf(GatheringPlan plan)
    {
        var bytes = plan.Entries.Sum(static draft => (long)draft.Body.Length + (draft.Parts?.Sum(static part => (long)part.Length) ?? 0));
        return standing is not null ? new RoomWanted(RoomKind.Other, services.WriterHash(actor.Reference), plan.Entries.Count, bytes)
            : plan.Live is not null ? new RoomWanted(RoomKind.Devices, RoomTable.Devices, plan.Entries.Count, bytes)
            : new RoomWanted(RoomKind.Own, "", plan.Entries.Count, bytes);
    }

    /// <summary>The change with a source that brought more, and where that stood.</summary>
    private async Task<Change> GrowAsync(Change change, long number, GatheringPlan plan, CancellationToken cancel)
    {
        var row = (await services.Store.ReadSourcesAsync(compartment.Id, cancel)).Find(row => row.Number == number) ?? throw new InvalidDataException($"the source {number} of a device is not there");
        var provenance = await ProvenanceAsync(number, change.ExpectedRecordSeq + 1, plan.Entries, cancel);
        return change with { Grown = SourceEncoding.Grow(compartment, row, plan, provenance.Select(block => block.Block)), Provenance = provenance };
    }

    /// <summary>Where the entries stood that a source brought later than its first: they stand in the same blocks, at their distance from its first.</summary>
    private async Task<IReadOnlyList<ProvenanceRow>> ProvenanceAsync(long source, long first, IReadOnlyList<EntryDraft> drafts, CancellationToken cancel)
    {
        List<ProvenanceRow> rows = [];
        foreach (var block in drafts.Index().GroupBy(draft => ProvenanceBlocks.PlaceOf(source, first + draft.Index).Block))
        {
            var stored = await services.Store.ReadProvenanceAsync(compartment.Id, source, block.Key, cancel);
            var places = stored is null ? [] : ProvenanceBlocks.Open(compartment.Id, compartment.Sealer, source, block.Key, stored);
            rows.Add(ProvenanceBlocks.Add(compartment.Id, compartment.Sealer, source, block.Key, places, [.. block.Select(draft => (ProvenanceBlocks.PlaceOf(source, first + draft.Index).Place, draft.Item.Provenance))]));
        }

        return rows;
    }

    /// <summary>Where the ledger tells of it; null when there is no such source, or it was taken back before.</summary>
    internal async Task<long?> TakeBackAsync(
        long number, Func<GatheringView, IReadOnlyList<Source>, ValueTask<IReadOnlyList<EntryDraft>>> plan, CancellationToken cancel)
    {
        while (true)
        {
            var state = await services.FreshAsync(compartment, cancel);
            var now = services.Clock.GetUtcNow();
            var rows = await services.Store.ReadSourcesAsync(compartment.Id, cancel);
            Source[] sources = [.. rows.Select(row => SourceEncoding.Open(compartment, row))];
            if (Array.FindIndex(sources, source => source.Number == number && source.TakenBackAt is null) is not (>= 0 and var at) || Under(state, now) is not { } consents)
            {
                return null;
            }

            var drafts = await plan(new GatheringView(compartment, state, now), sources);
            var (change, next) = await WorkAsync(state, drafts, LedgerKind.Corrected, sources[at].Description.Name, now, source: 0, consents, cancel);
            var room = standing is null ? null : new RoomWanted(RoomKind.TakenBack, services.WriterHash(actor.Reference), 0, 0);
            var position = await services.ApplyAsync(compartment, change with { TakenBack = SourceEncoding.TakeBack(compartment, rows[at], now), Room = room }, next, cancel);
            if (position >= 0)
            {
                return position;
            }
        }
    }

    /// <summary>The change that writes these drafts with their labels, and what has other labels because of them; and the state after it.</summary>
    private async Task<(Change Change, CompartmentState Next)> WorkAsync(
        CompartmentState state, IReadOnlyList<EntryDraft> drafts, LedgerKind kind, string note, DateTimeOffset now, long source, IReadOnlyList<string> consents, CancellationToken cancel)
    {
        RequireNoRules(state, drafts);
        RequireNextVersions(state, drafts);
        var first = state.RecordSeq + 1;
        var around = new EntriesAround(compartment, state, drafts);
        var marked = await JoinedLabels.SayAsync(services, compartment, state, new Joining(drafts, source, state.Links, (int)state.RecordSeq + drafts.Count, now) { Writer = standing is null ? null : actor.Reference }, around, cancel);
        var labelling = new EntryLabelling(services.Rules, compartment, state, marked.Own, around);
        await labelling.ReadDocumentsAsync(cancel);
        IReadOnlyList<int> rows = [.. around.RowsAround().Union(marked.Rows.Where(row => around.DraftOf(state.Index.LocalOf(row)) is null)).Order()];
        var changed = await labelling.ChangeAsync(rows, (int)state.RecordSeq + drafts.Count + marked.Entries.Count, now, cancel);
        var entries = Prepare(state, drafts, labelling, source, now, cancel).Concat(marked.Entries).Concat(changed);
        var next = StateBuilder.Extend(compartment.Id, compartment.Sealer, state, entries, state.ConsentSeq);
        var leaves = Leaves(state, next, drafts.Count, kind, note, now, consents);
        var change = new Change
        {
            ExpectedRecordSeq = state.RecordSeq,
            Entries = EntryWriting.Rows(state, next, now),
            Leaf = leaves[0],
            Then = leaves[1..],
            Followed = standing is null ? default : (changed.Count, changed.Sum(static entry => (long)entry.SealedBody.Length)),
            Parts = [.. drafts.SelectMany((draft, i) => EntryParts.Seal(compartment.Id, compartment.Sealer, first + i, draft.Parts ?? []))],

            // A treatment that ends, or goes on, may be what an agreement ends with.
            Sharing = next.Rules.Any(static rule => rule.Consent.Treatment is not null) ? await SharingRows.AgainAsync(services, compartment, next, cancel) : null,
        };
        return (change, next);
    }

    /// <summary>What the ledger says of it. What follows from what somebody else wrote is a line of its own, by the server: they are told how much they wrote, and what follows would tell them of what they may not see.</summary>
    private LeafDraft[] Leaves(CompartmentState state, CompartmentState next, int drafts, LedgerKind kind, string note, DateTimeOffset now, IReadOnlyList<string> consents)
    {
        var (first, end) = ((int)state.RecordSeq, standing is null ? next.Index.Count : (int)state.RecordSeq + drafts);
        List<LedgerDetails> told = [Recording.Describe(kind, actor, next.Index, [.. Enumerable.Range(first, end - first)], consents, note)];
        if (end < next.Index.Count)
        {
            told.Add(EntryWriting.Describe(LedgerKind.Corrected, Relabelling.Server, next, end, OwnLabelling.ByRules));
        }

        return [.. told.Select(details => Recording.Draft(compartment.Id, compartment.Sealer, now, details))];
    }

    internal async Task EraseAsync(CancellationToken cancel)
    {
        while (true)
        {
            var state = await services.FreshAsync(compartment, cancel);
            var details = EntryWriting.Describe(LedgerKind.Erased, actor, state, (int)state.RecordSeq);
            var leaf = Recording.Draft(compartment.Id, compartment.Sealer, services.Clock.GetUtcNow(), details);
            if (await services.Store.EraseAsync(compartment.Id, compartment.Sealer, state.RecordSeq, leaf, services.Signer, cancel))
            {
                services.Cache.Forget(compartment.Id);
                await services.Database.EmptyLogAsync(CancellationToken.None);
                return;
            }
        }
    }

    internal async Task<bool> LinkAsync(LocalId first, LocalId second, bool isSame, CancellationToken cancel)
    {
        while (true)
        {
            var state = await services.FreshAsync(compartment, cancel);
            if (state.Index.RowOf(first) is not (>= 0 and var one) || state.Index.RowOf(second) is not (>= 0 and var other) || one == other
                || !FactTable.AreComparable(state.Index.TypeOf(one), state.Index.TypeOf(other)))
            {
                return false;
            }

            var known = state.Links.FirstOrDefault(link => link.Joins(first, second));
            // What was said last stands above what was said before, so only that need not be said again.
            if (known?.IsSame == isSame && ReferenceEquals(known, state.Links[^1]))
            {
                return true;
            }

            var now = services.Clock.GetUtcNow();
            var link = new EntryLink(known?.Local ?? LocalId.New(), (known?.Version ?? 0) + 1, first, second, isSame);
            var body = link.Write(compartment.IdText, ReferenceOf(one), ReferenceOf(other), now);
            var marked = await MarkJoinedAsync(state, link, now, cancel);
            StateBuilder.NewEntry[] entries =
            [
                EntryWriting.Seal(compartment.Id, compartment.Sealer, (int)state.RecordSeq, new EntryHeader(link.Local, link.Version, 0, 0, 0, IsRule: false, IsLink: true), Resource.Read(body), now),
                .. marked,
            ];
            var next = StateBuilder.Extend(compartment.Id, compartment.Sealer, state, entries, state.ConsentSeq);
            var change = new Change
            {
                ExpectedRecordSeq = state.RecordSeq,
                Entries = EntryWriting.Rows(state, next, now),
                Leaf = Recording.Draft(compartment.Id, compartment.Sealer, now, EntryWriting.Describe(LedgerKind.Corrected, actor, next, (int)state.RecordSeq, isSame ? "joined" : "parted")),
                Room = RoomWanted.OfWord(services, actor, isByPatient: standing is null, body.Length),
            };
            if (await services.ApplyAsync(compartment, change, next, cancel) >= 0)
            {
                return true;
            }

            string ReferenceOf(int row) => $"{state.Index.TypeOf(row)}/{state.Index.IdOf(compartment.IdText, row)}";
        }
    }

    /// <summary>What is marked since it is one with what was marked from then on: what the patient says of it, and the entries with their labels.</summary>
    private async Task<IEnumerable<StateBuilder.NewEntry>> MarkJoinedAsync(CompartmentState state, EntryLink link, DateTimeOffset now, CancellationToken cancel)
    {
        var around = new EntriesAround(compartment, state, []);
        var links = state.Links.Where(known => known.Local != link.Local).Append(link).ToList();
        var marked = await JoinedLabels.SayAsync(services, compartment, state, new Joining([], 0, links, (int)state.RecordSeq + 1, now), around, cancel);
        var labelling = new EntryLabelling(services.Rules, compartment, state, marked.Own, around);
        return marked.Entries.Concat(await labelling.ChangeAsync([.. marked.Rows.Order()], (int)state.RecordSeq + 1 + marked.Entries.Count, now, cancel));
    }

    /// <summary>Labels and seals drafts, some at a time: what each is parsed into takes several times what it says, and is let go before the next ones.</summary>
    private IEnumerable<StateBuilder.NewEntry> Prepare(
        CompartmentState state, IReadOnlyList<EntryDraft> drafts, EntryLabelling labelling, long source, DateTimeOffset now, CancellationToken cancel)
    {
        for (var start = 0; start < drafts.Count; start += AtOnce)
        {
            var from = start;
            foreach (var entry in ParallelDrafts.Make(Math.Min(AtOnce, drafts.Count - from), i => PrepareOne(from + i), cancel))
            {
                yield return entry;
            }
        }

        StateBuilder.NewEntry PrepareOne(int i)
        {
            var (header, entry) = labelling.Write(EntryWriting.HeaderOf(drafts[i], source, isRule: false), labelling.Label(drafts[i]), default);
            return EntryWriting.Seal(compartment.Id, compartment.Sealer, (int)state.RecordSeq + i, header, entry, now);
        }
    }

    /// <summary>No two drafts are the same resource, and each is the next version of what is there.</summary>
    private static void RequireNextVersions(CompartmentState state, IReadOnlyList<EntryDraft> drafts)
    {
        HashSet<LocalId> seen = [];
        var rows = new RowFinder(state.Index);
        foreach (var draft in drafts)
        {
            var local = draft.Local ?? default;
            var row = rows.LastRowOf(local);
            if (!seen.Add(local) || draft.Version != (row < 0 ? 1 : state.Index.VersionOf(row) + 1))
            {
                throw new InvalidOperationException("a gathering may only add the next version of a resource, once");
            }
        }
    }

    /// <summary>Whatever an importer makes of its input, the consents that the patient made, and what they said of entries and labels, change only by the patient's own decision.</summary>
    private static void RequireNoRules(CompartmentState state, IReadOnlyList<EntryDraft> drafts)
    {
        HashSet<LocalId> words =
        [
            .. state.Rules.Select(rule => state.Index.LocalOf(rule.Row)), .. state.Links.Select(link => link.Local), .. state.OwnLabels.Words.Select(own => own.Id),
        ];
        if (drafts.Any(draft => draft.Local is { } local && words.Contains(local)))
        {
            throw new InvalidOperationException("a gathering may not change a consent that the patient made, nor another word of theirs");
        }
    }
}
