using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>Something that somebody did for a patient, as they are told themselves: of the rest of the ledger nothing shows, not even how much there is.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">What.</param>
/// <param name="Types">The FHIR types of what they saw or wrote.</param>
/// <param name="EntryCount">How many entries.</param>
/// <param name="Note">What else is told: the source, or in what way they looked.</param>
public sealed record ActedDeed(DateTimeOffset At, LedgerKind Kind, IReadOnlyList<string> Types, int EntryCount, string? Note);

/// <summary>
/// What somebody who acts for a patient may do in their record. Only <see cref="ActingDoor"/> makes one. Each change is decided anew, with the state of the record that it is written on. They never
/// pass on what they may do, erase, or see what others did. Thread safe.
/// </summary>
public sealed class ActingAccess
{
    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly IReadOnlyList<PatientConsent> _delegations;
    private readonly OthersWriting _writing;

    internal ActingAccess(RecordServices services, Compartment compartment, Actor actor, IReadOnlyList<PatientConsent> delegations, string? patientName)
    {
        (_services, _compartment, _delegations) = (services, compartment, delegations);

        // The one name that all see whom the patient shares with: a consent may say any other.
        PatientName = patientName ?? "";
        Actor = actor with { For = new ActedFor($"Patient/{compartment.IdText}", PatientName) };
        Actions = delegations.SelectMany(static delegation => delegation.Delegation!.Actions).ToHashSet();
        Types = OthersWriting.TypesOf(delegations);
        _writing = new OthersWriting(services, compartment, Actor);
        var (state, now) = (compartment.State, services.Clock.GetUtcNow());
        var talking = delegations.Where(static delegation => delegation.IsParental || delegation.Delegation!.Actions.Contains(ConsentAction.Converse));
        Confidential = talking.All(delegation => state.Minors.KeepsFrom(delegation, state.View().Born, now)) ? state.Minors : null;
        var ends = delegations.Select(compartment.State.EndOf).ToList();
        Until = ends.Contains(null) ? null : ends.Max();
    }

    /// <summary>Whose record.</summary>
    public PatientId Patient => _compartment.Id;

    /// <summary>The name the patient is known by.</summary>
    public string PatientName { get; }

    /// <summary>Who acts.</summary>
    public Actor Actor { get; }

    /// <summary>Whether they act because the patient is a child.</summary>
    public bool IsParental => _delegations.Any(static delegation => delegation.IsParental);

    /// <summary>What of a child is not theirs to know of what is said in conversations, as of when this was made; null where nothing is kept from them for that.</summary>
    public MinorPolicy? Confidential { get; }

    /// <summary>What they may do: <see cref="ConsentAction"/>.</summary>
    public IReadOnlySet<string> Actions { get; }

    /// <summary>The FHIR types that it is about; none for all.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>Until when, exclusive; null until the patient ends it.</summary>
    public DateTimeOffset? Until { get; }

    /// <summary>
    /// Adds to the record what <paramref name="plan"/> works out, as far as it may be added: what is new and of what they may add; and of what is there already a further version, where they see it and
    /// may correct it. All else is left out, and nothing tells whether there was any: what is hidden from them neither changes nor shows.
    /// </summary>
    /// <inheritdoc cref="OwnAccess.GatherAsync(SourceDescription, Func{GatheringView, ValueTask{GatheringPlan}}, CancellationToken)"/>
    /// <returns>Whether they may add to the record at all.</returns>
    public async Task<bool> GatherAsync(SourceDescription source, Func<GatheringView, ValueTask<GatheringPlan>> plan, CancellationToken cancel) =>
        !(await _writing.By(Standings.For(Actor, ConsentAction.Collect)).GatherAsync(
            source,
            async view =>
            {
                var theirs = view.SeenBy(Decide(view, ConsentAction.Access));
                return Limit(theirs, await plan(theirs));
            },
            cancel)).NotPermitted;

    /// <summary>Adds entries that they wrote themselves: all of them, or nothing. So whether they were taken tells nothing of what is there.</summary>
    /// <param name="source">What it comes from.</param>
    /// <param name="plan">The entries; none where they are there already. Called again when somebody else changed the record meanwhile.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>False when they may not add one of them.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> AddAsync(SourceDescription source, Func<GatheringView, IReadOnlyList<EntryDraft>> plan, CancellationToken cancel)
    {
        var isTaken = false;
        var outcome = await _writing.By(Standings.For(Actor, ConsentAction.Collect)).GatherAsync(
            source,
            view =>
            {
                var theirs = view.SeenBy(Decide(view, ConsentAction.Access));
                var drafts = plan(theirs);
                var permitted = Limit(theirs, new GatheringPlan(drafts));
                isTaken = permitted.Entries.Count == drafts.Count;
                return ValueTask.FromResult(isTaken ? permitted : new GatheringPlan([]));
            },
            cancel);
        return isTaken && !outcome.NotPermitted;
    }

    /// <summary>Takes back what they brought a moment ago and what it was brought for did not come about: whoever may bring it may do that. False when they brought no such source.</summary>
    /// <inheritdoc cref="OwnAccess.TakeBackAsync"/>
    public async Task<bool> UndoAsync(long source, Func<GatheringView, IReadOnlyList<Source>, ValueTask<IReadOnlyList<EntryDraft>>> plan, CancellationToken cancel) =>
        (await SourcesAsync(cancel)).Any(known => known.Number == source) && await _writing.By(Standings.For(Actor, ConsentAction.Collect)).TakeBackAsync(source, KeepingBirthDate(plan), cancel) is not null;

    /// <summary>What they brought, newest first, and did not take back.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<Source>> SourcesAsync(CancellationToken cancel) =>
        _writing.SourcesAsync(static kind => kind is not (ContributingAccess.Kind or CommentingAccess.Kind or OpinionDoor.Kind), cancel);

    /// <summary>Takes back as a whole what they brought themselves, but for the birth date of a child. False when they brought no such source, took it back before, or may not correct.</summary>
    /// <inheritdoc cref="OwnAccess.TakeBackAsync"/>
    public async Task<bool> TakeBackAsync(long source, Func<GatheringView, IReadOnlyList<Source>, ValueTask<IReadOnlyList<EntryDraft>>> plan, CancellationToken cancel) =>
        (await SourcesAsync(cancel)).Any(known => known.Number == source) && await _writing.By(Standings.For(Actor, ConsentAction.Correct)).TakeBackAsync(source, KeepingBirthDate(plan), cancel) is not null;

    /// <summary>Who else acts for the child as a parent or guardian now, where they do so themselves and the child has never been in; null for whoever acts for somebody who can look after themself.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<LeftBehind?> OtherParentsAsync(CancellationToken cancel)
    {
        if (!IsParental || !await _services.IsDependent(_compartment.Owner, cancel))
        {
            return null;
        }

        var (state, now) = (await _services.FreshAsync(_compartment, cancel), _services.Clock.GetUtcNow());
        return new LeftBehind([.. Care.Of(state, now).Where(carer => !Actor.RecipientReferences.Contains(carer.Reference))], Care.GoesOn(state, Actor, now));
    }

    /// <summary>Lays down all that they may do for the patient. Nobody can keep them from it; doing it twice is doing it once.</summary>
    /// <param name="evenIfNobodyIsLeft">Also where nobody decides for a child then that has never been in, without limits and for as long as they would: of two who leave at once one is asked.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False when nobody like that would be left: then they go on.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> LeaveAsync(bool evenIfNobodyIsLeft, CancellationToken cancel)
    {
        var needsSomebody = !evenIfNobodyIsLeft && IsParental && await _services.IsDependent(_compartment.Owner, cancel);

        // In their own name, and of nothing but what lets them act.
        var writing = new ConsentWriting(_services, _compartment, Actor with { For = null }, (state, now) => needsSomebody && !Care.GoesOn(state, Actor, now)
            ? null : [.. Standings.Of(state, Actor, now).Select(static delegation => delegation.Id)])
        {
            PatientName = PatientName,
        };
        foreach (var delegation in _delegations)
        {
            var local = LocalId.Parse(delegation.Id.AsSpan(PatientId.TextLength + 1));
            while (await FindActiveAsync(local, cancel) is var (version, consent))
            {
                ConsentJson.End(consent);
                if ((await writing.PutAsync(local, Resource.Read(Encoding.UTF8.GetBytes(consent.ToJsonString())), version, gift: null, cancel)).Status == ConsentWriteStatus.NotFound)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>What they did for the patient, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="LedgerBrokenException">The stored ledger is not the one that the head row vouches for.</exception>
    public async Task<IReadOnlyList<ActedDeed>> DeedsAsync(int most, CancellationToken cancel)
    {
        var history = await new OwnLedger(_services, _compartment).HistoryAsync(cancel);
        return
        [
            .. history.Deeds.Reverse().Where(deed => deed is { Kind: not null, OnBehalfOf: not null } && deed.Actor == Actor.Reference).Take(most)
                .Select(static deed => new ActedDeed(deed.At, deed.Kind!.Value, deed.Types, deed.EntryCount, deed.Note)),
        ];
    }

    private async Task<(int Version, JsonObject Consent)?> FindActiveAsync(LocalId local, CancellationToken cancel)
    {
        var state = await _services.FreshAsync(_compartment, cancel);
        return state.Rules.FirstOrDefault(rule => state.Index.LocalOf(rule.Row) == local) is { Consent: { Status: "active", Delegation: { } delegation } } rule && Actor.RecipientReferences.Contains(delegation.To)
            ? (state.Index.VersionOf(rule.Row), JsonNode.Parse(EntryHeader.Body(_compartment.OpenBody(state, rule.Row).AsMemory()).Span)!.AsObject())
            : null;
    }

    /// <summary>Of a plan, what they may write.</summary>
    private GatheringPlan Limit(GatheringView view, GatheringPlan plan)
    {
        var added = plan.Entries.Where(static draft => draft.Version == 1).ToList();
        var mayAdd = AddedEntries.Permitted(_compartment, view.State, added, Actor, [PurposeOfUse.ActingForPatient], view.Now);
        var (seen, corrected) = (view.Seen!, Decide(view, ConsentAction.Correct));
        var rows = new RowFinder(view.State.Index);

        // Of a child it is known when they were born: what whoever acts for them brings, meant or mistaken, changes neither that nor what follows from it for a parent.
        var born = KnownBirthDateOf(view);
        return plan.Only([.. plan.Entries.Where(draft => draft.Version == 1 ? mayAdd.Contains(draft.Local!.Value) : MayCorrect(draft, rows.LastRowOf(draft.Local ?? default)))]);

        bool MayCorrect(EntryDraft draft, int row) =>
            !(born is not null && row == view.State.Index.PatientRow && BirthDateOf(draft.Body) != born) && seen.Contains(row) && corrected.Contains(row);
    }

    /// <summary>The same plan, by which the birth date that is known of a child stays, whoever told it: without one another could be brought, and what is marked by the child's years would be marked no more.</summary>
    private static Func<GatheringView, IReadOnlyList<Source>, ValueTask<IReadOnlyList<EntryDraft>>> KeepingBirthDate(Func<GatheringView, IReadOnlyList<Source>, ValueTask<IReadOnlyList<EntryDraft>>> plan) => async (view, sources) =>
    {
        var drafts = await plan(view, sources);
        return KnownBirthDateOf(view) is not { } born ? drafts
            : [.. from draft in drafts let kept = draft.Local is null ? WithBirthDate(draft, born) : draft where kept is not null select kept.Value];
    };

    /// <summary>A Patient that says a birth date; null where it says another one, and what the record has stays.</summary>
    private static EntryDraft? WithBirthDate(EntryDraft patient, string born) => BirthDateOf(patient.Body) switch
    {
        null => patient with { Body = (byte[])[.. patient.Body.Span[..patient.Body.Span.LastIndexOf((byte)'}')], .. ",\"birthDate\":\""u8, .. JsonEncodedText.Encode(born).EncodedUtf8Bytes, .. "\"}"u8] },
        var said => said == born ? patient : null,
    };

    /// <summary>The birth date of a child, where the record says one.</summary>
    private static string? KnownBirthDateOf(GatheringView view) =>
        view.State.Delegations.Any(static delegation => delegation.IsParental) && view.State.View().Born is not null ? BirthDateOf(view.PatientBody) : null;

    /// <summary>As it is written: to the day, or to the year alone.</summary>
    private static string? BirthDateOf(ReadOnlyMemory<byte> patient) => Resource.Read(patient).Root.TryGetChild("birthDate", out var date) ? date.GetString() : null;

    private EntrySet Decide(GatheringView view, string action) => view.State.Decide(Actor, PurposeOfUse.ActingForPatient, action, view.Now).Permitted;
}
