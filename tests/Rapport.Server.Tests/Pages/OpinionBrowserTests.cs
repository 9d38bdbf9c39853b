using Rapport.Language;
using Rapport.Server.Pages.Opinions;
using Rapport.Server.Pages.Outcomes;

namespace Rapport.Server.Tests.Pages;

/// <summary>A patient asks two professionals, both answer, and she reads the answers side by side: in a browser, as people do it.</summary>
public sealed class OpinionBrowserTests(BrowserFixture browser)
{
    private const string Patient = "Maya Castellanos";

    [Theory]
    [InlineData("en", 1200, true, false)]
    [InlineData("es", 360, false, true)]
    public async Task FromTheProblemToAnswersSideBySide(string language, int width, bool script, bool dark)
    {
        await using var visitor = await browser.VisitAsync(new Look(width, dark, script) { Language = Languages.Find(language)! });
        var (home, elsewhere) = (await Household.MoveInAsync(visitor.Server), await Household.MoveInAsync(visitor.Server, withRecord: false));
        var (lee, other) = (await visitor.VouchAsync(home.Doctor), await visitor.VouchAsync(elsewhere.Doctor));
        await visitor.Server.Modules.People.Circle.AddAsync(home.Patient.Person.Record!.Value, other.Id, "doctor", TestContext.Current.CancellationToken);
        await visitor.SignInAsync(home.Patient);
        await PassAsync(visitor, script, visitor.AskAsync(home, lee, other));
        await visitor.SeesAsync(OpinionText.NoAnswers);
        var place = visitor.Page.Url;
        await visitor.SignOutAsync();

        foreach (var (doctor, stance, view) in new[] { (home.Doctor, OpinionText.ChooseAgrees, "Stay with it."), (elsewhere.Doctor, OpinionText.ChooseDiffers, "Aim lower.") })
        {
            await visitor.SignInAsync(doctor);
            await PassAsync(visitor, script, visitor.AnswerAsync(stance, view, Patient));
            await visitor.GoAsync(OutcomeEndpoints.Looked);
            await visitor.SeesAsync(Say.Fill(OutcomeText.YouSaid, OutcomeText.GaveOpinion));
            await visitor.SignOutAsync();
        }

        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync(place);
        await visitor.SeesAsync("Stay with it.");
        await visitor.SeesAsync("Aim lower.");
        await visitor.SeesAsync(Say.Fill(OpinionText.CompareDivided, Say.List([Say.Count(OpinionText.CountAgree, 1), Say.Count(OpinionText.CountDiffer, 1)])));

        // Side by side where there is room, one after the other on a phone.
        var first = (await visitor.Page.Locator(".answer").First.BoundingBoxAsync())!;
        var second = (await visitor.Page.Locator(".answer").Last.BoundingBoxAsync())!;
        Assert.Equal(width > 1000, second.X > first.X);
        Assert.Equal(width > 1000, Math.Abs(second.Y - first.Y) < 1);
        visitor.AssertNothingWentWrong();
    }

    private static async Task PassAsync(Visitor visitor, bool script, IAsyncEnumerable<string> steps)
    {
        await foreach (var step in steps)
        {
            Assert.Empty(script ? (await PageLook.AtAsync(visitor.Page)).Violations.Select(violation => $"{step}: {violation}") : []);
        }
    }
}
