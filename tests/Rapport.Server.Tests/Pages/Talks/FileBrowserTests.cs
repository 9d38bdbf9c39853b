using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.Files;
using Rapport.Server.Tests.Api.Conversations;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>People in front of browsers who send each other photos and voice notes.</summary>
public sealed class FileBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_photo_is_chosen_looked_at_described_and_sent_and_the_other_sees_it_as_it_comes()
    {
        await using var maya = await browser.VisitAsync();
        await using var lee = await browser.VisitAsync();
        var place = await BeginAsync(maya, lee);
        await maya.Page.GetByLabel(ConversationText.YourMessage).FillAsync("look at this");
        await maya.Page.GetByLabel(FileText.Choose).SetInputFilesAsync(
            [new FilePayload { Name = "knee.jpg", MimeType = "image/jpeg", Buffer = SentFiles.Of("gps.jpg") }, new FilePayload { Name = "mine.txt", MimeType = "text/plain", Buffer = "mine"u8.ToArray() }]);
        await maya.SeesAsync("mine.txt");
        Assert.True(await maya.Page.EvaluateAsync<bool>("async () => { const image = document.querySelector('.chosen img'); await image.decode(); return image.naturalWidth > 0; }"));
        await maya.Page.GetByLabel(FileText.WhatItShows).FillAsync("The bandage, from the front");
        await maya.Page.Locator(".chosen li", new() { HasText = "mine.txt" }).GetByRole(AriaRole.Button).ClickAsync();
        await maya.SeesNotAsync("mine.txt");
        await Assertions.Expect(maya.Page.GetByLabel(FileText.WhatItShows)).ToHaveValueAsync("The bandage, from the front");
        await Assertions.Expect(maya.Page.GetByLabel(ConversationText.YourMessage)).ToHaveValueAsync("look at this");
        await maya.ClickAsync(ConversationText.Send);
        await maya.SeesAsync("look at this");

        var picture = lee.Page.GetByRole(AriaRole.Img, new() { Name = "The bandage, from the front" });
        await Assertions.Expect(picture).ToBeVisibleAsync();
        Assert.Equal(place, new Uri(lee.Page.Url).AbsolutePath);
        var saved = await lee.Page.RunAndWaitForDownloadAsync(() => picture.ClickAsync());
        Assert.Equal("rapport-2-1.jpg", saved.SuggestedFilename);
        maya.AssertNothingWentWrong();
        lee.AssertNothingWentWrong();
    }

    [Fact]
    public async Task A_voice_note_is_spoken_heard_and_sent_and_the_other_hears_it()
    {
        await using var maya = await browser.VisitAsync(Look.WholeBrowser);
        await using var lee = await browser.VisitAsync(Look.WholeBrowser);
        await BeginAsync(maya, lee);
        await maya.Page.Context.GrantPermissionsAsync(["microphone"]);
        var now = await StillClock.NowAsync(maya.Page);
        await maya.Page.Clock.SetFixedTimeAsync(now);
        await maya.ClickAsync(FileText.Record);
        await maya.SeesAsync(FileText.Recording);
        await SoundAsync(maya.Page);
        var time = maya.Page.Locator("[data-record-time]");
        await Assertions.Expect(time).ToHaveTextAsync("0:00");
        await maya.Page.Clock.SetFixedTimeAsync(now.AddSeconds(61));
        await Assertions.Expect(time).ToHaveTextAsync("1:01");
        await maya.ClickAsync(FileText.StopRecording);
        await maya.SeesAsync(FileText.Taken);
        await Assertions.Expect(time).ToHaveTextAsync("");
        Assert.True(await PlaysAsync(maya.Page, ".chosen audio"));
        await maya.ClickAsync(ConversationText.Send);
        await lee.SeesAsync(FileText.SaveVoice);
        Assert.True(await PlaysAsync(lee.Page, ".files audio"));
        maya.AssertNothingWentWrong();
        lee.AssertNothingWentWrong();
    }

    [Fact]
    public async Task A_picture_that_is_pasted_goes_along_and_what_cannot_be_sent_is_said_beside_it()
    {
        await using var maya = await browser.VisitAsync();
        await using var lee = await browser.VisitAsync();
        await BeginAsync(maya, lee);
        const string paste = """
            ([bytes, name]) => {
              const data = new DataTransfer();
              data.items.add(new File([new Uint8Array(bytes)], name));
              document.querySelector('#text').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
            }
            """;
        await maya.Page.EvaluateAsync(paste, new object[] { SentFiles.Of("gps.png").Select(static value => (int)value).ToArray(), "pasted.png" });
        await maya.SeesAsync("pasted.png");
        await maya.Page.EvaluateAsync(paste, new object[] { "<svg/>"u8.ToArray().Select(static value => (int)value).ToArray(), "drawing.svg" });
        await maya.SeesAsync(Say.Fill(FileText.NotTaken, "drawing.svg", FileText.NotOfAKind));
        await maya.SeesAsync("pasted.png");
        await maya.ClickAsync(ConversationText.Send);
        await maya.SeesAsync(FileText.NotSentYet);
        await maya.ClickAsync(ConversationText.Send);
        await Assertions.Expect(lee.Page.GetByRole(AriaRole.Img, new() { Name = FileText.PhotoUntold })).ToBeVisibleAsync();
    }

    /// <summary>So much sound has come through the microphone since that what is recorded has something in it.</summary>
    internal static Task SoundAsync(IPage page) => page.EvaluateAsync(
        """
        async () => {
          const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
          const recorder = new MediaRecorder(stream);
          let heard = 0;
          await new Promise(resolve => {
            recorder.addEventListener("dataavailable", ({ data }) => (heard += data.size) > 4000 && resolve());
            recorder.start(100);
          });
          recorder.stop();
          stream.getTracks().forEach(track => track.stop());
        }
        """);

    private static async Task<string> BeginAsync(Visitor maya, Visitor lee)
    {
        var home = await Household.MoveInAsync(maya.Server, withRecord: false);
        await maya.SignInAsync(home.Patient);
        await lee.SignInAsync(home.Doctor);
        await maya.GoAsync(TalkPlaces.With(home.Doctor.Person.Reference));
        await maya.Page.GetByLabel(ConversationText.Subject).FillAsync("my knee");
        await maya.ClickAsync(ConversationText.Begin);
        await maya.SeesAsync(ConversationText.YourMessage);
        var place = new Uri(maya.Page.Url).AbsolutePath;
        await lee.GoAsync(place);
        return place;
    }

    /// <summary>Whether a browser can play what is there: it knows the sound, and how it begins.</summary>
    private static Task<bool> PlaysAsync(IPage page, string audio) => page.EvaluateAsync<bool>(
        """
        selector => new Promise(resolve => {
          const audio = document.querySelector(selector);
          audio.addEventListener("canplay", () => resolve(true));
          audio.addEventListener("error", () => resolve(false));
          audio.preload = "auto";
          audio.load();
        })
        """, audio);
}
