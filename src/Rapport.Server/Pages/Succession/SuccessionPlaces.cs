using Rapport.Consent;
using Rapport.Data;
using Rapport.People;

namespace Rapport.Server.Pages.Succession;

/// <summary>What somebody is told who is trusted by others.</summary>
internal static class SuccessionPlaces
{
    /// <summary>For how long others are told after it opened: two weeks.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromDays(14);

    /// <summary>Patients whose records are looked into for one page.</summary>
    private const int MostPatients = 50;

    /// <summary>The patients who trust somebody in some way: only these records are looked into.</summary>
    public static async Task<IReadOnlyList<CircleLink>> TrustedByAsync(People.Circle circle, PersonId person, Func<CircleLink, bool> how, CancellationToken cancel) =>
        [.. (await circle.PatientsOfAsync(person, cancel)).Where(how).Take(MostPatients)];

    /// <summary>How it stands, to whom the patient named; null where they have not asked.</summary>
    public static string? Stands(SuccessionStanding standing, string patient) => standing switch
    {
        { Stage: SuccessionStage.Waits, At: { } at } => Say.Fill(SuccessionText.YouWait, patient, Say.Moment(at)),
        { Stage: SuccessionStage.Open } => Say.Fill(SuccessionText.YouOpen, patient),
        { Stage: SuccessionStage.Rests, At: { } at } => Say.Fill(SuccessionText.YouRest, Say.Moment(at)),
        { Stage: SuccessionStage.Spent } => Say.Fill(SuccessionText.YouSpent, patient),
        _ => null,
    };
}
