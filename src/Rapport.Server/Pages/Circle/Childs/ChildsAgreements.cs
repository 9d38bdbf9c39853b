using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Circle.Childs;

/// <summary>What stands agreed about a small child's record, as whoever looks after it reads it: the child goes by its name.</summary>
internal static class ChildsAgreements
{
    /// <summary>All of them, newest first. What is about the emergency door stands on its own page.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<Agreement>> AllAsync(GuardianAccess guardian, PeopleModule people, PersonId child, DateTimeOffset now, CancellationToken cancel)
    {
        List<Agreement> agreements = [];
        foreach (var consent in (await guardian.ConsentsAsync(cancel)).Where(static consent => consent.Consent is { Emergency: null, BrokeGlassFor: null }))
        {
            agreements.Add(await Agreement.OfAsync(consent, new Recipients(people), child, now, cancel));
        }

        return agreements;
    }

    /// <summary>What one permits, in a sentence.</summary>
    public static string Sentence(Agreement agreement, string child)
    {
        var (who, until) = (Say.Sentence(agreement.Who), agreement.Consent.Until is { } end ? Say.Fill(SharingText.UntilDay, Say.LastDay(end)) : SharingText.UntilStopped);
        return agreement.Consent.Consent switch
        {
            { Attached: not null } => Say.Fill(ChildsCircleText.Attached, who),
            { Delegation: not null } => Say.Fill(ChildsCircleText.Acts, who, child, until),
            { PassedOn: { } passed } consent => Say.Fill(
                ChildsCircleText.MaySee, who, child, Say.List([.. consent.Purposes.Select(PurposeOfUse.Describe).DefaultIfEmpty(SharingText.AnyPurpose)]), until, passed.ByName ?? passed.By[0]),
            _ => Say.Fill(ChildsCircleText.Agreed, who, child),
        };
    }
}
