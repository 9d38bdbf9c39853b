using Microsoft.Playwright;
using Rapport.Conversations;
using Rapport.Language;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.Files;
using Rapport.Server.Tests.Api.Conversations;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>Files that do not go along with a message: whoever sends it hears of it before it is sent.</summary>
public sealed class FileRefusedBrowserTests(BrowserFixture browser)
{
    private const string Words = "look at this";

    private static readonly FilePayload Drawing = new() { Name = "drawing.svg", MimeType = "image/svg+xml", Buffer = "<svg/>"u8.ToArray() },
        Photo = new() { Name = "knee.jpg", MimeType = "image/jpeg", Buffer = SentFiles.Of("gps.jpg") },
        Note = new() { Name = "mine.txt", MimeType = "text/plain", Buffer = "mine"u8.ToArray() };

    [Fact]
    public async Task Sent_while_a_file_is_on_its_way_that_is_refused_the_message_waits_for_its_writer()
    {
        await using var maya = await browser.VisitAsync();
        await BeginAsync(maya);
        var goOn = await HoldAsync(maya);
        await ChooseAsync(maya, Drawing);
        await maya.ClickAsync(ConversationText.Send);
        goOn.SetResult();
        await AssertIsHeldAsync(maya, Say.Fill(FileText.NotTaken, "drawing.svg", FileText.NotOfAKind));
    }

    [Fact]
    public async Task Sent_at_the_moment_in_which_a_file_was_refused_the_message_waits_for_its_writer()
    {
        await using var maya = await browser.VisitAsync();
        await BeginAsync(maya);
        var why = Say.Fill(FileText.NotTaken, "drawing.svg", FileText.NotOfAKind);
        await ChooseAsync(maya, Drawing);
        await maya.SeesAsync(why);
        await maya.ClickAsync(ConversationText.Send);
        await AssertIsHeldAsync(maya, why);
    }

    [Fact]
    public async Task Sent_while_a_file_is_on_its_way_beside_one_that_is_too_large_the_message_waits_for_its_writer()
    {
        await using var maya = await browser.VisitAsync();
        await BeginAsync(maya);
        var goOn = await HoldAsync(maya);
        await maya.Page.EvaluateAsync("document.querySelector('[data-most]').dataset.most = '100'");
        await ChooseAsync(maya, Photo, Note);
        await maya.ClickAsync(ConversationText.Send);
        goOn.SetResult();
        await maya.SeesAsync("mine.txt");
        await AssertIsHeldAsync(maya, Say.Fill(FileText.NotTaken, "knee.jpg", FileWords.Of(FileStatus.TooLarge, FileRules.UsualBytes)));
    }

    [Fact]
    public async Task Sent_while_a_file_is_on_its_way_that_does_not_come_through_the_message_waits_for_its_writer()
    {
        await using var maya = await browser.VisitAsync();
        await BeginAsync(maya);
        var goOn = await HoldAsync(maya, fails: true);
        await ChooseAsync(maya, Photo);
        await maya.ClickAsync(ConversationText.Send);
        goOn.SetResult();
        await AssertIsHeldAsync(maya, Say.Fill(FileText.NotTaken, "knee.jpg", FileText.NotThrough));
    }

    [Fact]
    public async Task Why_one_of_several_was_refused_stays_while_the_others_are_taken_until_others_are_chosen()
    {
        await using var maya = await browser.VisitAsync();
        await BeginAsync(maya);
        var why = Say.Fill(FileText.NotTaken, "drawing.svg", FileText.NotOfAKind);
        await ChooseAsync(maya, Drawing, Note);
        await maya.SeesAsync("mine.txt");
        await maya.SeesAsync(FileText.Taken);
        await maya.SeesAsync(why);
        // Two answers to files came since the first view.
        Assert.Empty(((await PageLook.AtAsync(maya.Page)) with { Shift = 0, Bytes = 0 }).Faults("refused"));
        await ChooseAsync(maya, Photo);
        await maya.SeesNotAsync(why);
        await maya.SeesAsync("knee.jpg");
    }

    [Fact]
    public async Task What_is_pasted_as_words_and_as_a_picture_of_them_is_words()
    {
        await using var maya = await browser.VisitAsync();
        await BeginAsync(maya);
        const string paste = """
            text => {
              const data = new DataTransfer();
              if (text) data.setData("text/plain", text);
              data.items.add(new File([new Uint8Array([1])], "image.png", { type: "image/png" }));
              const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
              document.querySelector("#text").dispatchEvent(event);
              return event.defaultPrevented;
            }
            """;
        Assert.False(await maya.Page.EvaluateAsync<bool>(paste, "Blood pressure\t120/80"));
        Assert.True(await maya.Page.EvaluateAsync<bool>(paste, ""));
    }

    [Fact]
    public async Task Who_sends_while_they_speak_sends_what_they_said_along()
    {
        await using var maya = await browser.VisitAsync(Look.WholeBrowser);
        await BeginAsync(maya);
        await maya.Page.Context.GrantPermissionsAsync(["microphone"]);
        await maya.ClickAsync(FileText.Record);
        await maya.SeesAsync(FileText.Recording);
        await FileBrowserTests.SoundAsync(maya.Page);
        await maya.ClickAsync(ConversationText.Send);
        await Assertions.Expect(maya.Page.Locator("#lines")).ToContainTextAsync(Words);
        await Assertions.Expect(maya.Page.Locator("#lines audio")).ToHaveCountAsync(1);
        maya.AssertNothingWentWrong();
    }

    private static Task ChooseAsync(Visitor maya, params FilePayload[] files) => maya.Page.GetByLabel(FileText.Choose).SetInputFilesAsync(files);

    /// <summary>Nothing was sent; the words stand there with the reason, which has the focus. Sent once more the message goes as it is.</summary>
    private static async Task AssertIsHeldAsync(Visitor maya, string why)
    {
        await maya.SeesAsync(why);
        await Assertions.Expect(maya.Page.Locator("[data-files-refused]")).ToBeFocusedAsync();
        await Assertions.Expect(maya.Page.GetByText(FileText.NotSentYet)).ToBeVisibleAsync();
        await Assertions.Expect(maya.Page.GetByLabel(ConversationText.YourMessage)).ToHaveValueAsync(Words);
        await Assertions.Expect(maya.Page.Locator("#lines")).Not.ToContainTextAsync(Words);
        await maya.Page.UnrouteAllAsync();
        await maya.ClickAsync(ConversationText.Send);
        await Assertions.Expect(maya.Page.Locator("#lines")).ToContainTextAsync(Words);
        maya.AssertNothingWentWrong();
    }

    /// <summary>Holds the first file that is sent, until it may go on.</summary>
    private static async Task<TaskCompletionSource> HoldAsync(Visitor maya, bool fails = false)
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await maya.Page.RouteAsync("**/send", async route =>
        {
            await goOn.Task;
            await (fails ? route.AbortAsync("connectionreset") : route.ContinueAsync());
        });
        return goOn;
    }

    private static async Task BeginAsync(Visitor maya)
    {
        var home = await Household.MoveInAsync(maya.Server, withRecord: false);
        string place;
        using (var patient = await home.Patient.SignInAsync(maya.Server))
        {
            place = await TalkHome.BeginAsync(patient, "my knee", [("with", home.Doctor.Person.Reference)]);
        }

        await maya.SignInAsync(home.Patient);
        await maya.GoAsync(place);
        await maya.Page.GetByLabel(ConversationText.YourMessage).FillAsync(Words);
    }
}
