using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Circle;

namespace Rapport.Server.Pages.Requests;

/// <summary>A request, ready to be shown to the patient it is made to.</summary>
/// <param name="Request">The request.</param>
/// <param name="Vouching">What organisations vouch for now of who asks; none when nobody does.</param>
/// <param name="InCircle">What they are to the patient, where they are in the patient's circle.</param>
public sealed record AskedView(ReceivedRequest Request, IReadOnlyList<(Organisation Organisation, Membership Membership)> Vouching, string? InCircle)
{
    /// <summary>What leads to blocking who asks.</summary>
    public required string Block { get; init; }

    /// <summary>All that wait, with what the patient may know of who asks: those that somebody vouches for first, then the newest.</summary>
    internal static async Task<IReadOnlyList<AskedView>> AllAsync(OwnAccess own, PeopleModule people, Person patient, DateTimeOffset now, CancellationToken cancel)
    {
        var waiting = await RequestAnswers.WaitingAsync(own, people, patient, cancel);
        if (waiting.Count == 0)
        {
            return [];
        }

        var circle = (await people.Circle.OfPatientAsync(own.Patient, cancel)).ToDictionary(static member => member.Person.Id, static member => Relation.Say(member.Relationship));
        var views = new List<AskedView>();
        foreach (var request in waiting)
        {
            views.Add(new AskedView(request, await VouchingAsync(people, request.Asker.Id, now, cancel), circle.GetValueOrDefault(request.Asker.Id)) { Block = CirclePlace.Own.BlockOf(people.Introductions.Of(patient.Id, request.Asker.Reference)) });
        }

        return [.. views.OrderBy(static view => view.Vouching.Count == 0)];
    }

    private static async Task<IReadOnlyList<(Organisation Organisation, Membership Membership)>> VouchingAsync(PeopleModule people, PersonId asker, DateTimeOffset now, CancellationToken cancel) =>
        await people.Directory.FindProfessionalAsync(asker, cancel) is { } profile
            ? [.. profile.Memberships.Where(known => known.Membership.Verified is not null && (known.Membership.Until is null || known.Membership.Until > now))]
            : [];
}
