using Rapport.Data;
using Rapport.People;

namespace Rapport.Server.Pages.Emergency;

/// <summary>The openings that an organisation looks at.</summary>
/// <param name="Organisation">Which.</param>
/// <param name="Waiting">Those nobody looked at yet, and of which the patient asked since: the questioned first, then the oldest.</param>
/// <param name="Reviewed">The others, newest first.</param>
public sealed record ReviewQueue(Organisation Organisation, IReadOnlyList<ReviewItem> Waiting, IReadOnlyList<ReviewItem> Reviewed)
{
    /// <summary>Reads it.</summary>
    /// <param name="people">Who opened what.</param>
    /// <param name="organisation">Which.</param>
    /// <param name="since">From when on openings of one professional are counted.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<ReviewQueue> OfAsync(PeopleModule people, Organisation organisation, DateTimeOffset since, CancellationToken cancel)
    {
        Dictionary<PersonId, int> counts = [];
        var items = new List<ReviewItem>();
        foreach (var opening in await people.Emergencies.OfOrganisationAsync(organisation.Id, cancel))
        {
            if (!counts.TryGetValue(opening.OpenedBy, out var count))
            {
                counts[opening.OpenedBy] = count = await people.Emergencies.CountOfAsync(opening.OpenedBy, since, cancel);
            }

            var patient = await people.Accounts.FindByReferenceAsync($"Patient/{opening.Patient}", cancel);
            items.Add(new ReviewItem(opening, patient?.DisplayName, count, opening.ReviewBy(organisation.Id)));
        }

        var queues = items.ToLookup(item => item.IsWaiting);
        return new ReviewQueue(organisation, [.. queues[true].OrderBy(item => item.Opening.Question is null).ThenBy(item => item.Opening.At)], [.. queues[false]]);
    }
}

/// <summary>An opening as the organisation sees it.</summary>
/// <param name="Opening">The opening.</param>
/// <param name="Patient">The patient's name; null when they have no account any more.</param>
/// <param name="Count">How many doors the same professional opened lately.</param>
/// <param name="Review">What was found; null while it waits.</param>
public sealed record ReviewItem(EmergencyOpening Opening, string? Patient, int Count, EmergencyReview? Review)
{
    /// <summary>Whether somebody has to look at it: nobody did, or the patient asked afterwards.</summary>
    public bool IsWaiting => Review is null || Opening.AskedAt > Review.At;
}
