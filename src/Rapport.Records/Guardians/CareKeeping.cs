using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>Who looks after a small child, as one of them sees it at a moment.</summary>
/// <param name="Carers">Everybody, whoever began first.</param>
/// <param name="From">The agreement by which whoever looks may let others look after the child too; null for who may not.</param>
public sealed record CareView(IReadOnlyList<Carer> Carers, PatientConsent? From)
{
    /// <summary>When the child was born, of two days the earlier; null where nobody knows.</summary>
    public DateOnly? Born { get; init; }

    /// <summary>The references of those whom they may take out.</summary>
    public required IReadOnlySet<string> MayTakeOut { get; init; }

    /// <summary>The references of those whom they may not let in again: somebody else took them out.</summary>
    public required IReadOnlySet<string> MayNotReturn { get; init; }
}

/// <summary>Somebody who would be taken out.</summary>
/// <param name="Who">The reference by which their agreements name them.</param>
/// <param name="Agreements">The ids of the agreements that would end.</param>
public sealed record Leaving(string Who, IReadOnlyList<string> Agreements);

/// <summary>An agreement by which somebody who is taken out sees of the record in their own name.</summary>
/// <param name="Id">Its local id.</param>
/// <param name="By">The reference of who agreed to it; null where nobody knows.</param>
/// <param name="At">When it was made, as it stands: a FHIR dateTime.</param>
/// <param name="MayEnd">Whether whoever takes them out may end it in the same act.</param>
public sealed record OwnAgreement(LocalId Id, string? By, string? At, bool MayEnd);

/// <summary>What taking somebody out means.</summary>
/// <param name="By">How the agreement of whoever takes them out names that one.</param>
/// <param name="Self">Whom it is about.</param>
/// <param name="LetIn">Whom they let in, who can be taken out with them.</param>
/// <param name="Own">By which agreements they see of the record in their own name.</param>
public sealed record TakingOut(string By, Leaving Self, IReadOnlyList<Leaving> LetIn, IReadOnlyList<OwnAgreement> Own);

/// <summary>How somebody is taken out.</summary>
/// <param name="Who">The reference by which their agreements name them.</param>
/// <param name="References">All references by which agreements may name them.</param>
/// <param name="WithLetIn">Whether whom they let in is taken out with them.</param>
/// <param name="Ending">The local ids of the agreements in their own name that end.</param>
/// <param name="Looked">The ids of the agreements that were looked at: where another one would end too, nothing does. Null for whichever there are.</param>
public sealed record TakeOutChoice(string Who, IReadOnlyCollection<string> References, bool WithLetIn = false, IReadOnlyCollection<LocalId>? Ending = null, IReadOnlyCollection<string>? Looked = null);

/// <summary>
/// How somebody who looks after a small child lets others do so too, and takes out whom they let. Nobody lets anybody do more than they may themselves, nor for longer; who began the record, and whoever let somebody in, cannot be taken
/// out by them. Thread safe.
/// </summary>
/// <remarks>What is written MUST hold in the state that it is written on: it is asked again with each change.</remarks>
public sealed class CareKeeping
{
    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly Actor _actor;
    private readonly string _patientName;

    internal CareKeeping(RecordServices services, Compartment compartment, Actor actor, string patientName) => (_services, _compartment, _actor, _patientName) = (services, compartment, actor, patientName);

    /// <summary>Who looks after the child.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<CareView> LookAsync(CancellationToken cancel)
    {
        var (state, now) = (await _services.FreshAsync(_compartment, cancel), _services.Clock.GetUtcNow());
        var (carers, from) = (Care.Of(state, now), Care.DecidingOf(state, _actor, now));
        return new CareView(carers, from)
        {
            Born = new[] { from?.Born, state.View().Born }.Min(),
            MayTakeOut = carers.Select(static carer => carer.Reference).Where(who => Care.BelowOf(state, _actor, who, now).Count > 0).ToHashSet(),
            MayNotReturn = from is null ? new HashSet<string>() : state.Rules.Where(static rule => rule.Consent.TakenOutBy is not null).Select(static rule => rule.Consent.Delegation?.To).OfType<string>()
                .Where(who => Care.IsBarred(state, who, from)).ToHashSet(),
        };
    }

    /// <summary>Lets somebody look after the child too. They took it on: nobody is made to.</summary>
    /// <param name="agreement">A checked R4 Consent about the child, by which they act without limit as a parent, a guardian or whom one chose; its performer is whoever lets them, by the reference of their own.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>False when whoever lets them may not (any more), not so much, or not for so long: then nothing is written.</returns>
    /// <exception cref="StorageException">The database failed: nothing is written, unless the outcome is unknown.</exception>
    public async Task<bool> LetInAsync(Resource agreement, CancellationToken cancel)
    {
        var given = PatientConsent.Read(agreement);
        return given.Delegation?.To != $"Patient/{_compartment.IdText}"
            && (await Writing((state, now) => Care.DecidingOf(state, _actor, now) is { } from && Care.IsWithin(state, given, from, now) ? [from.Id] : null)
                .PutAsync(null, agreement, ifVersion: null, gift: null, cancel)).Status == ConsentWriteStatus.Created;
    }

    /// <summary>What it means to take somebody out; null where they do not look after the child, or are not whoever asks to take out.</summary>
    /// <param name="who">The reference by which their agreement names them.</param>
    /// <param name="references">All references by which agreements may name them.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<TakingOut?> LookAtTakingOutAsync(string who, IReadOnlyCollection<string> references, CancellationToken cancel)
    {
        var (state, now) = (await _services.FreshAsync(_compartment, cancel), _services.Clock.GetUtcNow());
        if (Care.DecidingOf(state, _actor, now) is not { Delegation: { } from } || Of(who) is not { Agreements.Count: > 0 } self)
        {
            return null;
        }

        return new TakingOut(
            from.To, self, [.. Care.LetInBy(state, _actor, who, now).Select(Of)],
            [
                .. Care.InOwnName(state, _actor, references, now).Select(own =>
                    new OwnAgreement(state.Index.LocalOf(own.Row), own.Consent.PassedOn?.By[0] ?? (own.Consent.Performers is [var by, ..] ? by : null), own.Consent.DateTime, own.MayEnd)),
            ]);

        Leaving Of(string whom) => new(whom, [.. Care.BelowOf(state, _actor, whom, now).Select(static delegation => delegation.Id)]);
    }

    /// <summary>
    /// Takes out somebody whom one let in, or who was let in by them: from then on they see and do nothing more for the child as one of those who look after it. Whom they let in goes in the same instant where that is wanted, or who
    /// goes could be asked by them anew; agreements in their own name end before, so that this is done again when it was broken off.
    /// </summary>
    /// <param name="choice">Who, and what with them.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>Who is out; nobody where they do not look after the child, or are not whoever asks to take out. Null where an agreement would end that was not looked at: then whoever asks looks again.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<string>?> TakeOutAsync(TakeOutChoice choice, CancellationToken cancel)
    {
        foreach (var agreement in choice.Ending ?? [])
        {
            await EndAsync(choice, agreement, cancel);
        }

        while (true)
        {
            var (state, now) = (await _services.FreshAsync(_compartment, cancel), _services.Clock.GetUtcNow());
            if (Care.DecidingOf(state, _actor, now) is not { Delegation: { } from } || Care.BelowOf(state, _actor, choice.Who, now).Count == 0)
            {
                return [];
            }

            List<string> leaving = [choice.Who, .. choice.WithLetIn ? Care.LetInBy(state, _actor, choice.Who, now) : []];
            var ended = leaving.SelectMany(who => Care.BelowOf(state, _actor, who, now)).Select(static delegation => delegation.Id).ToHashSet();
            if (choice.Looked is { } looked && !ended.IsSubsetOf(looked))
            {
                return null;
            }

            var drafts = state.Rules.Where(rule => ended.Contains(rule.Consent.Id))
                .Select(rule => SuccessionWriting.Versioned(_compartment, state, rule.Row, json => ConsentJson.TakenOut(json, from.To), now)).ToList();
            var name = await SharingRows.PatientNameAsync(_services, _compartment, cancel) ?? _patientName;
            if (await Writing(null).WriteAsync(state, drafts[0], LedgerKind.Delegated, "inactive", purpose: null, name, now, cancel, ended: drafts[1..]) is not null)
            {
                return leaving;
            }
        }
    }

    /// <summary>Ends what was passed on to somebody in their own name, by whoever takes them out or by whom that one let in.</summary>
    private async Task EndAsync(TakeOutChoice choice, LocalId agreement, CancellationToken cancel)
    {
        while (await _services.FreshAsync(_compartment, cancel) is var state && state.Index.RowOf(agreement) is >= 0 and var row && MayEnd(state, _services.Clock.GetUtcNow()))
        {
            await Writing((next, at) => MayEnd(next, at) ? [$"{_compartment.IdText}.{agreement}"] : null)
                .PutAsync(agreement, ConsentJson.Ended(state.Read(row)), state.Index.VersionOf(row), gift: null, cancel);
        }

        bool MayEnd(CompartmentState known, DateTimeOffset at) => Care.BelowOf(known, _actor, choice.Who, at).Count > 0
            && Care.InOwnName(known, _actor, choice.References, at).Any(own => own.MayEnd && known.Index.LocalOf(own.Row) == agreement);
    }

    private ConsentWriting Writing(Standing? standing) => new(_services, _compartment, _actor, standing) { PatientName = _patientName };
}
