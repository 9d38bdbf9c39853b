using Rapport.Data;
using Rapport.Server.Tests.Pages.Talks;
using Rapport.Server.Tests.Visits;

namespace Rapport.Server.Tests.Pages.Tours;

/// <summary>A walk past every page, each in the state in which there is most to see.</summary>
internal static class Tour
{
    /// <summary>Goes from page to page, and names each where it stops.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor)
    {
        var home = await Household.MoveInAsync(visitor.Server);
        await foreach (var room in RoomsAsync(visitor, home))
        {
            await foreach (var name in room)
            {
                yield return name;
            }
        }
    }

    /// <summary>Room after room: each leaves behind what the next ones show.</summary>
    private static async IAsyncEnumerable<IAsyncEnumerable<string>> RoomsAsync(Visitor visitor, Household home)
    {
        yield return AccountTour.SignInAsync(visitor, home);
        yield return RecordTour.WalkAsync(visitor, home);
        yield return VisitWalk.WalkAsync(visitor, home);
        yield return GatherTour.WalkAsync(visitor, home);
        yield return ShareTour.WalkAsync(visitor, home);
        yield return GivenLinkTour.WalkAsync(visitor);
        yield return LabelTour.WalkAsync(visitor, home);
        yield return CircleTour.WalkAsync(visitor, home);
        yield return AccountTour.WalkAsync(visitor, home);
        yield return CircleTour.AloneAsync(visitor, home);
        yield return SharedTour.WalkAsync(visitor, home);
        yield return OpinionTour.WalkAsync(visitor, home);
        yield return RequestTour.AskAsync(visitor, home);
        var clinic = await VouchAsync(visitor, home);
        yield return RequestTour.AnswerAsync(visitor, home);
        yield return LedgerTour.WalkAsync(visitor);
        yield return StoryTour.WalkAsync(visitor, home);
        yield return ShareTour.StopAsync(visitor);
        yield return EmergencyWalk.WalkAsync(visitor, home, clinic);
        yield return MoreThanLookingWalk.WalkAsync(visitor, home);
        yield return ActingWalk.WalkAsync(visitor, home);
        yield return SuccessionWalk.WalkAsync(visitor, home);
        yield return TalkWalk.WalkAsync(visitor, home, clinic);
    }

    private static async Task<OrganisationId> VouchAsync(Visitor visitor, Household home)
    {
        var (directory, cancel) = (visitor.Server.Modules.People.Directory, TestContext.Current.CancellationToken);
        var clinic = (await directory.AddOrganisationAsync("Harbour Street Practice", cancel)).Value!;
        await directory.VouchAsync(clinic.Id, home.Doctor.Person.Id, new() { Role = "general practitioner", Until = visitor.Server.Clock.GetUtcNow().AddYears(1), VerifiedBy = "Ann Clerk" }, cancel);
        return clinic.Id;
    }
}
