using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Circle;

namespace Rapport.Server.Pages.Requests;

/// <summary>A request, ready to be shown to the patient it is made to, or to whoever looks after a small child.</summary>
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
        return await AllAsync(await RequestAnswers.WaitingAsync(own, people, patient, cancel), people, own.Patient, (patient.Id, CirclePlace.Own), now, cancel);
    }

    /// <summary>The same of what waits, for whoever answers it.</summary>
    /// <param name="waiting">What waits, newest first.</param>
    /// <param name="people">The people here.</param>
    /// <param name="patient">Whose record it is about.</param>
    /// <param name="answering">Who answers, and in which circle they part from who asks.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<IReadOnlyList<AskedView>> AllAsync(
        IReadOnlyList<ReceivedRequest> waiting, PeopleModule people, PatientId patient, (PersonId Id, CirclePlace Place) answering, DateTimeOffset now, CancellationToken cancel)
    {
        if (waiting.Count == 0)
        {
            return [];
        }

        var circle = (await people.Circle.OfPatientAsync(patient, cancel)).ToDictionary(static member => member.Person.Id, Relation.Of);
        var views = new List<AskedView>();
        foreach (var request in waiting)
        {
            views.Add(new AskedView(request, await VouchingAsync(people, request.Asker.Id, now, cancel), circle.GetValueOrDefault(request.Asker.Id)) { Block = answering.Place.BlockOf(people.Introductions.Of(answering.Id, request.Asker.Reference)) });
        }

        return [.. views.OrderBy(static view => view.Vouching.Count == 0)];
    }

    private static async Task<IReadOnlyList<(Organisation Organisation, Membership Membership)>> VouchingAsync(PeopleModule people, PersonId asker, DateTimeOffset now, CancellationToken cancel) =>
        await people.Directory.FindProfessionalAsync(asker, cancel) is { } profile
            ? [.. profile.Memberships.Where(known => known.Membership.Verified is not null && (known.Membership.Until is null || known.Membership.Until > now))]
            : [];
}
