using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

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
}

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
            && (await Writing((state, now) => Care.DecidingOf(state, _actor, now) is { } from && Care.IsWithin(state, given, from) ? [from.Id] : null)
                .PutAsync(null, agreement, ifVersion: null, gift: null, cancel)).Status == ConsentWriteStatus.Created;
    }

    /// <summary>Takes out somebody whom one let in, or who was let in by them: from then on they see and do nothing more for the child as one of those who look after it.</summary>
    /// <param name="who">The reference by which their agreement names them.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>False when they do not look after the child, or are not whoever asks to take out.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> TakeOutAsync(string who, CancellationToken cancel)
    {
        var isOut = false;
        while (true)
        {
            var (state, now) = (await _services.FreshAsync(_compartment, cancel), _services.Clock.GetUtcNow());
            if (Care.BelowOf(state, _actor, who, now) is not [var delegation, ..])
            {
                return isOut;
            }

            var local = LocalId.Parse(delegation.Id.AsSpan(PatientId.TextLength + 1));
            var row = state.Index.RowOf(local);
            var written = await Writing((next, at) => Care.BelowOf(next, _actor, who, at).Any(known => known.Id == delegation.Id) ? [delegation.Id] : null)
                .PutAsync(local, ConsentJson.Ended(state.Read(row)), state.Index.VersionOf(row), gift: null, cancel);
            isOut |= written.Status == ConsentWriteStatus.Updated;
        }
    }

    private ConsentWriting Writing(Standing standing) => new(_services, _compartment, _actor, standing) { PatientName = _patientName };
}
