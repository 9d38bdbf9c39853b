using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Succession;

/// <summary>What a patient set for somebody, and how it stands.</summary>
/// <param name="Consent">The consent that sets it.</param>
/// <param name="Name">Whom they named.</param>
/// <param name="Terms">What it says in plain words; null when it says more than these can tell.</param>
/// <param name="Standing">How it stands.</param>
/// <param name="Named">Whether whom they named can ask.</param>
public sealed record SetSuccession(StoredConsent Consent, string Name, SuccessionTerms? Terms, SuccessionStanding Standing, NamedStanding Named)
{
    /// <summary>The reference of whom they named.</summary>
    public string Who => Consent.Consent.Delegation!.To;

    /// <summary>The id it has within its record.</summary>
    public LocalId LocalId => LocalIdOf(Consent);

    /// <summary>Which version of it this is: what is chosen over it is set only while it is the newest.</summary>
    public string Over => $"{LocalId}/{Consent.Entry.Version}";

    /// <summary>How it stands, in a sentence.</summary>
    public string Stands => Standing switch
    {
        _ when Named == NamedStanding.Gone => SuccessionText.StandsGone,
        { Stage: not (SuccessionStage.Waits or SuccessionStage.Open) } when Named == NamedStanding.Left => SuccessionText.StandsLeft,
        { Stage: SuccessionStage.Waits, At: { } at } => Say.Fill(SuccessionText.StandsWaits, Say.Moment(at)),
        { Stage: SuccessionStage.Open } => SuccessionText.StandsOpen,
        { Stage: SuccessionStage.Rests, At: { } at } => Say.Fill(SuccessionText.StandsRests, Say.Moment(at)),
        { Stage: SuccessionStage.Spent } => SuccessionText.StandsSpent,
        _ => SuccessionText.StandsMayAsk,
    };

    /// <summary>All that a patient set, newest first.</summary>
    internal static async Task<IReadOnlyList<SetSuccession>> AllAsync(OwnAccess own, PeopleModule people, PersonId self, CancellationToken cancel)
    {
        var set = new List<SetSuccession>();
        foreach (var consent in await own.ConsentsAsync(static consent => consent.Succession is not null, cancel))
        {
            if (await own.Succession.StandAsync(LocalIdOf(consent), cancel) is { } standing)
            {
                var named = consent.Consent.Delegation!;
                var name = (await new Recipients(people).ResolveAsync(named.To, self, cancel))?.Name ?? named.ToName ?? named.To;
                set.Add(new SetSuccession(consent, name, SuccessionTerms.TryRead(consent), standing, await StandAsync(own.Patient, named.To, people, cancel)));
            }
        }

        return set;
    }

    /// <summary>Takes back whatever the patient set for somebody, with all that they asked for: first in the record, which alone decides. False when there was nothing.</summary>
    internal static async Task<bool> EndForAsync(OwnAccess own, PeopleModule people, Person person, CancellationToken cancel)
    {
        var hasEnded = false;
        foreach (var consent in await SetForAsync(own, person, cancel))
        {
            hasEnded |= await SharingEndpoints.EndAsync(own, LocalIdOf(consent), cancel);
        }

        await UnnameAsync(own, people, person, cancel);
        return hasEnded;
    }

    /// <summary>Whether the patient set something for somebody.</summary>
    internal static async Task<bool> IsSetForAsync(OwnAccess own, Person person, CancellationToken cancel) => (await SetForAsync(own, person, cancel)).Count > 0;

    /// <summary>Whoever has nothing set for them in the record is not named around the patient either.</summary>
    internal static async Task UnnameAsync(OwnAccess own, PeopleModule people, Person person, CancellationToken cancel)
    {
        if ((await people.Circle.OfPatientAsync(own.Patient, cancel)).FirstOrDefault(member => member.Person.Id == person.Id) is { IsNamedForLater: true } member
            && (await SetForAsync(own, person, cancel)).Count == 0)
        {
            await people.Circle.SetNamedForLaterAsync(own.Patient, person, false, member.Relationship, cancel);
        }
    }

    /// <summary>Who is not named around the patient any more does not find the page by which they ask.</summary>
    private static async Task<NamedStanding> StandAsync(PatientId patient, string who, PeopleModule people, CancellationToken cancel) =>
        await people.Accounts.FindByReferenceAsync(who, cancel) is { } person
            ? await people.Circle.FindAsync(patient, person.Id, cancel) is { IsNamedForLater: true } ? NamedStanding.There : NamedStanding.Left
            : await people.Accounts.IsGoneAsync(who, cancel) ? NamedStanding.Gone : NamedStanding.There;

    private static Task<IReadOnlyList<StoredConsent>> SetForAsync(OwnAccess own, Person person, CancellationToken cancel) =>
        own.ConsentsAsync(consent => consent is { Succession: not null, Delegation: { } named } && person.RecipientReferences.Contains(named.To), cancel);

    private static LocalId LocalIdOf(StoredConsent consent) => LocalId.Parse(consent.Entry.Id.AsSpan(PatientId.TextLength + 1));
}

/// <summary>Whether somebody whom a patient named beforehand can ask.</summary>
public enum NamedStanding
{
    /// <summary>They can.</summary>
    There,

    /// <summary>They are not named around the patient any more, and find nothing by which to ask.</summary>
    Left,

    /// <summary>They have no account any more.</summary>
    Gone,
}
