using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Circle;

/// <summary>The conversations in which somebody is with another person, each by themself, at the moment when they part.</summary>
/// <param name="Own">Those about the record whose circle it is: one takes the other out of them.</param>
/// <param name="Alone">Those about the record of the other, with nobody else in them: one leaves them.</param>
/// <param name="Stay">How many others there are, which both stay in: rooms of somebody else, and those in which a team of the other is.</param>
public sealed record SharedTalks(IReadOnlyList<TalkView> Own, IReadOnlyList<TalkView> Alone, int Stay)
{
    /// <summary>How many of them parting ends.</summary>
    public int Count => Own.Count + Alone.Count;

    /// <summary>Those of a person with another one.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal static async Task<SharedTalks> OfAsync(TalkDoor door, HttpContext http, CircleDesk desk, Person other)
    {
        if (desk.Guardian is { } guardian)
        {
            // Those about the child: whoever looks after it takes the other out of them, and leaves none.
            return new SharedTalks(
                [.. (await door.Desk.ListAsync(await door.OpenAsync(http), http.RequestAborted)).Where(view => view.Capacity.For == guardian.Patient && view.IsPatients && !view.State.IsEnded && SeatOf(view, other) is not null)], [], 0);
        }

        var with = (await door.Desk.ListAsync(await door.OpenAsync(http), http.RequestAborted))
            .Where(view => !view.Capacity.IsActing && !view.State.IsEnded && SeatOf(view, other) is not null).ToList();
        var own = with.Where(static view => view.IsOwn).ToList();
        var alone = with.Where(static view => !view.IsOwn && view.State.Seats.Count == 2).ToList();
        return new SharedTalks(own, alone, with.Count - own.Count - alone.Count);
    }

    /// <summary>Takes the other out of the conversations about the record, and leaves those with them alone. What was attached for them is shared no more.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task PartAsync(TalkDoor door, HttpContext http, AttachedKeeping? attached, Person other)
    {
        var talker = await door.OpenAsync(http);
        foreach (var view in Own)
        {
            if (attached is not null)
            {
                await door.Desk.RemoveMemberAsync(talker, view, attached, SeatOf(view, other)!, CancellationToken.None);
            }
        }

        foreach (var view in Alone)
        {
            await door.Desk.LeaveAsync(talker, view, http.GetActor(), CancellationToken.None);
        }
    }

    private static string? SeatOf(TalkView view, Person other) => view.State.Seats.Select(static seat => seat.Member.Reference).FirstOrDefault(reference =>
        reference == Talker.ReferenceOf(other, view.Patient) || (other.Record == view.Patient && reference == Talker.PrivateReferenceOf(other)));
}
