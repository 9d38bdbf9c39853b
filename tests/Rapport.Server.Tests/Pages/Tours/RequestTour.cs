using Rapport.Language;
using Rapport.Server.Design.Components;
using Rapport.Server.Pages.Requests;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Tests.Pages.Tours;

/// <summary>Asking for access, and being asked.</summary>
internal static class RequestTour
{
    /// <summary>Asks. The doctor is signed in, and nobody at the end.</summary>
    public static async IAsyncEnumerable<string> AskAsync(Visitor visitor, Household home)
    {
        await visitor.EnterAsync(FrameText.Requests);
        yield return "requests-none";
        await visitor.FollowAsync(RequestText.AskSomeone);
        await visitor.SeesAsync(RequestText.PurposeHeading);
        yield return "request-purpose";
        await visitor.FollowAsync(RequestText.AimArrange);
        await visitor.SeesAsync(RequestText.AskHeading);
        yield return "request";
        await visitor.ClickAsync(RequestText.Send);
        await visitor.SeesAsync(ComponentText.LookAgain);
        yield return "request-problems";
        await visitor.AskAsync("nobody-of-this-name", RequestText.AimOpinion);
        await visitor.AskAsync(home.Patient.SignInName, RequestText.AimTreat);
        yield return "requests";
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Carer);
        await visitor.AskAsync(home.Patient.SignInName, RequestText.AimHelp);
        yield return "requests-other";
        await visitor.SignOutAsync();
    }

    /// <summary>Answers. Nobody is signed in before, the patient at the end.</summary>
    public static async IAsyncEnumerable<string> AnswerAsync(Visitor visitor, Household home)
    {
        await visitor.SignInAsync(home.Patient);
        yield return "record-asked";
        await visitor.EnterAsync(FrameText.Share);
        yield return "share-asked";
        await visitor.ClickAsync(Visitor.Words(RequestText.No, "Sam"));
        await visitor.SeesAsync(RequestText.NoMeans);
        yield return "share-asked-no";
        await visitor.Page.GetByLabel(RequestText.NoForGood).Last.CheckAsync();
        await visitor.ClickAsync(RequestText.SayNo);
        await visitor.SeesAsync(Visitor.Words(RequestText.DoneRefused));
        await visitor.Page.GetByText(Say.Count(RequestText.RefusedAskers, 1)).ClickAsync();
        yield return "share-refused";
        await visitor.FollowAsync(Visitor.Words(RequestText.Yes, "Dr Lee"));
        await visitor.SeesAsync(SharingText.ReviewHeading);
    }
}
