using Microsoft.Playwright;
using Rapport.Server.Pages.Conversations;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>What an open conversation counts as read: what its reader has before them, and nothing else.</summary>
public sealed class FollowBrowserTests(BrowserFixture browser)
{
    private const string First = "May I run again?", Later = "Or is it too early?";

    /// <summary>As somebody does who wants to copy what was said.</summary>
    private const string Mark = "getSelection().selectAllChildren(document.querySelector('#lines'))", Unmark = "getSelection().removeAllRanges()";

    [Fact]
    public async Task What_comes_while_words_are_marked_is_fetched_once_and_unread_until_it_is_shown()
    {
        await using var lee = await browser.VisitAsync();
        var (patient, place) = await OpenAsync(lee);
        await lee.Page.EvaluateAsync(Mark);
        var asked = new List<string>();
        var came = HearAsync(lee.Page, asked);
        await TalkHome.SaidAsync(patient, place, Later);
        await came.WaitAsync(TestContext.Current.CancellationToken);
        await AssertAsksNoMoreAsync(lee.Page, asked);
        await lee.SeesNotAsync(Later);

        await lee.Page.EvaluateAsync(Unmark);
        await lee.SeesAsync(Later);
        await Offline.Until.HoldsAsync(lee.Page, $"async () => !({Unread})");
        lee.AssertNothingWentWrong();
        patient.Dispose();
    }

    [Fact]
    public async Task A_page_that_nobody_sees_asks_for_nothing_and_has_read_nothing()
    {
        await using var lee = await browser.VisitAsync();
        var (patient, place) = await OpenAsync(lee);
        await lee.Page.EvaluateAsync(Mark);
        var asked = new List<string>();
        var came = HearAsync(lee.Page, asked);
        await TalkHome.SaidAsync(patient, place, Later);
        await came.WaitAsync(TestContext.Current.CancellationToken);
        await SetHiddenAsync(lee.Page, true);
        await lee.Page.EvaluateAsync(Unmark);
        await AssertAsksNoMoreAsync(lee.Page, asked);
        await lee.SeesNotAsync(Later);

        await SetHiddenAsync(lee.Page, false);
        await lee.SeesAsync(Later);
        await Offline.Until.HoldsAsync(lee.Page, $"async () => !({Unread})");
        lee.AssertNothingWentWrong();
        patient.Dispose();
    }

    private const string Unread = "(await (await fetch('/api/conversations')).json()).conversations[0].unread";

    /// <summary>The doctor has a conversation open in which the patient said something; the patient, and where it is.</summary>
    private static async Task<(FormVisitor Patient, string Place)> OpenAsync(Visitor lee)
    {
        var home = await Household.MoveInAsync(lee.Server, withRecord: false);
        var patient = await home.Patient.SignInAsync(lee.Server);
        var place = await TalkHome.BeginAsync(patient, "my knee", [("with", home.Doctor.Person.Reference)]);
        await TalkHome.SaidAsync(patient, place, First);
        await lee.SignInAsync(home.Doctor);
        await lee.Page.Clock.InstallAsync();
        await lee.GoAsync(place);
        await lee.SeesAsync(First);
        await lee.SeesAsync(ConversationText.YourMessage);
        return (patient, place);
    }

    /// <summary>Notes each time that the page asks for itself anew; done when it has got the later message.</summary>
    private static Task HearAsync(IPage page, List<string> asked)
    {
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page.Request += (_, request) =>
        {
            if (request.Headers.ContainsKey("rapport-part"))
            {
                asked.Add(request.Url);
            }
        };
        page.Response += async (_, answer) =>
        {
            if (answer.Request.Headers.ContainsKey("rapport-part") && (await answer.TextAsync()).Contains(Later, StringComparison.Ordinal))
            {
                came.TrySetResult();
            }
        };
        return came.Task;
    }

    /// <summary>Minutes go by: at most what was under way by now is asked for, and nothing was read.</summary>
    private static async Task AssertAsksNoMoreAsync(IPage page, List<string> asked)
    {
        asked.Clear();
        for (var minute = 0; minute < 5; minute++)
        {
            await page.Clock.RunForAsync(60_000);
            Assert.True(await IsUnreadAsync(page));
        }

        Assert.InRange(asked.Count, 0, 1);
    }

    private static Task SetHiddenAsync(IPage page, bool isHidden) =>
        page.EvaluateAsync("isHidden => { Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); }", isHidden);

    private static Task<bool> IsUnreadAsync(IPage page) => page.EvaluateAsync<bool>($"async () => {Unread}");
}
