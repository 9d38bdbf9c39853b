using Rapport.Language;
using Rapport.Server.Pages.Circle;

namespace Rapport.Server.Tests.Pages.Tours;

/// <summary>The circle: inviting somebody, and parting from them.</summary>
internal static class CircleTour
{
    /// <summary>Goes from page to page, and names each where it stops. The patient is signed in, and again at the end.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home)
    {
        await visitor.GoAsync("/circle");
        yield return "circle";
        var people = visitor.Server.Modules.People;
        await visitor.GoAsync(CirclePlace.Own.Invitations);
        yield return "invitations-none";
        await visitor.ClickAsync(InvitationText.MakeIt);
        await visitor.SeesAsync(InvitationText.ChooseAs);
        yield return "invitations-problem";
        var address = await visitor.InviteAsync(Say.Sentence(CircleText.Friend));
        yield return "invited";
        await visitor.GoAsync(CirclePlace.Own.Invitations);
        yield return "invitations";
        await visitor.BringAsync(address, script: true);
        await visitor.SeesAsync(InvitationText.YourOwn);
        yield return "invitation-own";
        await visitor.GoAsync(CirclePlace.Own.RemoveOf(home.Doctor.Person.Reference));
        yield return "circle-remove";
        await visitor.GoAsync(CirclePlace.Own.BlockOf(home.Doctor.Person.Reference));
        yield return "block";
        await people.Blocks.AddAsync(home.Patient.Person, home.Stranger.Person, TestContext.Current.CancellationToken);
        await visitor.GoAsync(CirclePlace.Own.Blocked);
        yield return "blocked";
        await people.Circle.AddAsync(home.Patient.Person.Record!.Value, home.Stranger.Person.Id, "friend", TestContext.Current.CancellationToken);
        await people.Circle.LeaveAsync(home.Patient.Person.Record!.Value, home.Stranger.Person.Id, TestContext.Current.CancellationToken);
        await visitor.GoAsync(CirclePlaces.All);
        yield return "circle-left";
        await visitor.SignOutAsync();

        await visitor.GoAsync(CirclePlaces.Join);
        yield return "join";
        await visitor.BringAsync(address, script: true);
        await visitor.SeesAsync(InvitationText.NextHeading);
        yield return "invitation";
        await visitor.FollowAsync(InvitationText.SignIn);
        await visitor.SignInAsync(home.Carer);
        await visitor.GoAsync(CirclePlaces.Invitation);
        yield return "invitation-answer";
        await visitor.ClickAsync(InvitationText.Accept);
        await visitor.SeesAsync(PartingText.DoneJoined);
        yield return "circles";
        await visitor.GoAsync($"{CirclePlaces.Leave}?patient={home.Patient.Person.Record}");
        yield return "circle-leave";
        await visitor.GoAsync(CirclePlaces.Invitation);
        yield return "invitation-over";
        await visitor.SignOutAsync();
        await visitor.SignInAsync(home.Patient);
    }

    /// <summary>The circle of whoever has no record. Nobody is signed in before and after.</summary>
    public static async IAsyncEnumerable<string> AloneAsync(Visitor visitor, Household home)
    {
        await visitor.SignInAsync(home.Carer);
        yield return "circle-alone";
        await visitor.SignOutAsync();
    }
}
