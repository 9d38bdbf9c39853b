using Rapport.Server.Design.Components;
using Rapport.Server.Pages.Emergency;

namespace Rapport.Server.Tests.Pages;

/// <summary>The emergency door, gone through as people do: a doctor whom an organisation vouches for, the patient, who looks at it, the contact.</summary>
internal static class EmergencyWalk
{
    public const string Reason = "found unconscious after a fall, no papers";

    /// <summary>Goes from page to page, and names each where it stops. Nobody is signed in before and after.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home, Data.OrganisationId clinic)
    {
        var (page, people, cancel) = (visitor.Page, visitor.Server.Modules.People, TestContext.Current.CancellationToken);
        await people.Directory.SetPrivacyOfficerAsync(clinic, home.Stranger.Person.Id, true, cancel);
        await people.Circle.SetEmergencyContactAsync(home.Patient.Person.Record!.Value, home.Carer.Person, true, "carer", cancel);
        await visitor.SignInAsync(home.Doctor);
        yield return "patients-emergency";
        await visitor.FollowAsync(EmergencyText.OpenADoor);
        await page.GetByLabel(EmergencyText.Who).FillAsync("nobody-of-this-name");
        await page.GetByLabel(EmergencyText.Why, new() { Exact = true }).FillAsync(Reason);
        await visitor.ClickAsync(EmergencyText.Open);
        await visitor.SeesAsync(EmergencyText.NoDoor);
        yield return "emergency-problem";
        await page.GetByLabel(EmergencyText.Who).FillAsync(home.Patient.SignInName);
        await visitor.ClickAsync(EmergencyText.Open);
        await visitor.SeesAsync(Server.Pages.Record.RecordText.Problems);
        yield return "shared-emergency";
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Patient);
        yield return "record-emergency";
        await visitor.FollowAsync(EmergencyText.NoticeLook);
        await visitor.SeesAsync(EmergencyText.Openings);
        await page.GetByText(EmergencyText.AskAbout).ClickAsync();
        yield return "own-door";
        await page.GetByLabel(EmergencyText.YourQuestion).FillAsync("Who called you?");
        await visitor.ClickAsync(EmergencyText.SendQuestion);
        await visitor.SeesAsync(EmergencyText.DoneAsked);
        await page.GetByLabel(EmergencyText.DoorClosed).CheckAsync();
        await visitor.ClickAsync(EmergencyText.Save);
        await visitor.SeesAsync(EmergencyText.SayUnderstood);
        yield return "own-door-problem";
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Stranger);
        await visitor.EnterAsync(FrameText.Reviews);
        yield return "emergency-reviews";
        await page.GetByLabel(EmergencyText.Justified).CheckAsync();
        await page.GetByLabel(EmergencyText.Remark).FillAsync("You had fallen in the street.");
        await visitor.ClickAsync(EmergencyText.SendReview);
        await visitor.SeesAsync(EmergencyText.DoneReviewed);
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Carer);
        await visitor.EnterAsync(FrameText.Circle);
        yield return "circle-emergency";
        await visitor.SignOutAsync();
    }
}
