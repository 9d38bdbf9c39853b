using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>That somebody asked for access as the patient set it beforehand, and the patient said nothing to it yet.</summary>
/// <param name="Id">The local id of the consent that stands for it.</param>
/// <param name="Who">The reference of who asked.</param>
/// <param name="WhoName">Their name as the patient knew it; null where it does not stand.</param>
/// <param name="Reason">Why, in their words.</param>
/// <param name="At">When they asked.</param>
/// <param name="OpensAt">When it opens, or opened.</param>
/// <param name="IsOpen">Whether it is open.</param>
public sealed record AskedSuccession(LocalId Id, string Who, string? WhoName, string Reason, DateTimeOffset At, DateTimeOffset OpensAt, bool IsOpen);

/// <summary>What a patient set beforehand for the case that they cannot decide any more, from their own side. Thread safe.</summary>
public sealed class OwnSuccession
{
    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly ConsentWriting _writing;

    internal OwnSuccession(RecordServices services, Compartment compartment, ConsentWriting writing) => (_services, _compartment, _writing) = (services, compartment, writing);

    /// <summary>What others asked for and the patient said nothing to, the newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<AskedSuccession>> AskedAsync(CancellationToken cancel) => Asked(await _services.FreshAsync(_compartment, cancel), _services.Clock.GetUtcNow());

    /// <summary>How what a consent set beforehand stands; null when it sets nothing.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<SuccessionStanding?> StandAsync(LocalId consent, CancellationToken cancel)
    {
        var state = await _services.FreshAsync(_compartment, cancel);
        return state.Index.RowOf(consent) is >= 0 and var row && state.Rules.Any(rule => rule.Row == row && rule.Consent.Succession is not null)
            ? Succession.Stand(SuccessionWriting.Asks(state, consent, state.Index.VersionOf(row)), _services.Clock.GetUtcNow())
            : null;
    }

    /// <summary>Agrees to what somebody asked for: what waits opens at once. False when there is no such thing any more, or was agreed to before.</summary>
    /// <param name="ask">Its consent.</param>
    /// <param name="mayOpen">Whether what waits may be opened; what is open already is agreed to in any case. Null is answered, and nothing done, when it may not.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool?> AgreeAsync(LocalId ask, bool mayOpen, CancellationToken cancel)
    {
        while (true)
        {
            var state = await _services.FreshAsync(_compartment, cancel);
            var now = _services.Clock.GetUtcNow();
            if (state.Rules.FirstOrDefault(rule => state.Index.LocalOf(rule.Row) == ask) is not { Consent: { Counts: true, Asked.AgreedAt: null } consent } rule || consent.ValidUntil <= now)
            {
                return false;
            }

            if (consent.ValidFrom > now && !mayOpen)
            {
                return null;
            }

            var agreed = Resource.Read(SuccessionConsent.Agree(SuccessionWriting.Json(_compartment, state, rule.Row), consent, now));
            if ((await _writing.PutAsync(ask, agreed, state.Index.VersionOf(rule.Row), gift: null, cancel)).Status == ConsentWriteStatus.Updated)
            {
                return true;
            }
        }
    }

    internal static IReadOnlyList<AskedSuccession> Asked(CompartmentState state, DateTimeOffset now) =>
    [
        .. from rule in state.Rules
           where rule.Consent is { Counts: true, Asked.AgreedAt: null, Delegation: not null } && !(rule.Consent.ValidUntil <= now)
           orderby rule.Row descending
           let asked = rule.Consent.Asked!
           let opens = rule.Consent.ValidFrom ?? asked.At
           select new AskedSuccession(state.Index.LocalOf(rule.Row), rule.Consent.Delegation!.To, rule.Consent.Delegation.ToName, asked.Reason, asked.At, opens, opens <= now),
    ];
}
