using Rapport.Consent;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// What somebody may add to a patient's record in their own name, and take back of it. Only <see cref="ContributingDoor"/> makes one. Each change is decided anew, with the state of the record that it is written
/// on. Thread safe.
/// </summary>
public sealed class ContributingAccess
{
    /// <summary>The kind of source that is added here.</summary>
    public const string Kind = "contributed";

    private readonly Compartment _compartment;
    private readonly OthersWriting _writing;

    internal ContributingAccess(RecordServices services, Compartment compartment, Actor actor, IReadOnlyList<PatientConsent> agreements, string patientName)
    {
        (_compartment, Actor, PatientName) = (compartment, actor, patientName);
        Types = OthersWriting.TypesOf(agreements);
        _writing = new OthersWriting(services, compartment, actor);
    }

    /// <summary>Whose record.</summary>
    public PatientId Patient => _compartment.Id;

    /// <summary>The name the patient is known by.</summary>
    public string PatientName { get; }

    /// <summary>Who adds.</summary>
    public Actor Actor { get; }

    /// <summary>The FHIR types that they may add, before anything else that the agreements say; none for all.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>
    /// Adds to the record what <paramref name="plan"/> works out, as far as it may be added. It is never taken for something of others that is there already, seen or not: so nothing that comes back, and nothing
    /// that shows afterwards, depends on that.
    /// </summary>
    /// <inheritdoc cref="OwnAccess.GatherAsync(SourceDescription, Func{GatheringView, ValueTask{GatheringPlan}}, CancellationToken)"/>
    /// <returns>Whether it was taken: false when they may add nothing to the record, or nothing of this.</returns>
    public async Task<bool> GatherAsync(SourceDescription source, Func<GatheringView, ValueTask<GatheringPlan>> plan, CancellationToken cancel)
    {
        var isTaken = true;
        var outcome = await Writing().GatherAsync(
            source,
            async view =>
            {
                var agreements = Standings.Own(view.State, Actor, ConsentAction.Collect, view.Now);
                string[] purposes = [.. agreements.SelectMany(static agreement => agreement.Purposes.Count == 0 ? [PurposeOfUse.Treatment] : agreement.Purposes).Distinct()];
                var theirs = view.SeenBy(
                    purposes.Select(purpose => view.State.Decide(Actor, purpose, view.Now).Permitted).Aggregate(EntrySet.None(view.State.Index.Count), static (seen, more) => seen.Or(more)), Actor.Reference);
                return Limit(theirs, await plan(theirs), purposes, out isTaken);
            },
            cancel);
        return isTaken && !outcome.NotPermitted;
    }

    /// <summary>What they added, newest first, and that is not taken back.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<Source>> SourcesAsync(CancellationToken cancel) => _writing.SourcesAsync(static kind => kind == Kind, cancel);

    /// <summary>Takes back as a whole what they added themselves. False when they added no such source, it was taken back before, or they may add no more.</summary>
    /// <inheritdoc cref="OwnAccess.TakeBackAsync"/>
    public async Task<bool> TakeBackAsync(long source, Func<GatheringView, IReadOnlyList<Source>, ValueTask<IReadOnlyList<EntryDraft>>> plan, CancellationToken cancel) =>
        (await SourcesAsync(cancel)).Any(known => known.Number == source) && await Writing().TakeBackAsync(source, plan, cancel) is not null;

    private OwnWriting Writing() =>
        _writing.By((state, now) => Standings.Own(state, Actor, ConsentAction.Collect, now).Select(static agreement => agreement.Id).ToArray() is { Length: > 0 } under ? under : null);

    /// <summary>Of a plan, what they may write: what is new, and what they brought before themselves. The patient's own entry is the patient's.</summary>
    private GatheringPlan Limit(GatheringView view, GatheringPlan plan, string[] purposes, out bool isTaken)
    {
        var drafts = plan.Entries.Where(static draft => draft.Local is not null).Select(draft => draft with { Origin = view.Kept(draft.Origin) }).ToList();
        var mayAdd = AddedEntries.Permitted(_compartment, view.State, drafts, Actor, purposes, view.Now);
        var rows = new RowFinder(view.State.Index);

        // That follows from their agreements and from what they brought, now and before; of what others brought it tells nothing.
        isTaken = drafts.Count == 0 || mayAdd.Count > 0;
        return plan.Only([.. drafts.Where(draft => mayAdd.Contains(draft.Local!.Value) && (draft.Version == 1 || IsTheirs(draft)))]);

        bool IsTheirs(EntryDraft draft) => draft.Origin != 0 && rows.LastRowOf(draft.Local!.Value) is >= 0 and var row && rows.LastRowOfOrigin(draft.Origin) == row;
    }
}
