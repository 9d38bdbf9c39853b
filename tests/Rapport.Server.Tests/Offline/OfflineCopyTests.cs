using System.Net;
using System.Net.Http.Json;
using Rapport.Server.Offline.Copy;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;
using Rapport.Server.Tests.Pages.Talks;

namespace Rapport.Server.Tests.Offline;

/// <summary>What a device is given to keep: what is its person's own, as long as they are signed in.</summary>
public sealed class OfflineCopyTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_has_the_circle_and_the_last_messages_and_tells_nobody_that_they_were_read()
    {
        var home = await TalkHome.MoveInAsync(server);
        using var maya = await home.Home.Patient.SignInAsync(server);
        using var lee = await home.Home.Doctor.SignInAsync(server);
        var place = await TalkHome.BeginAsync(maya, "my knee", [("with", home.Home.Doctor.Person.Reference)]);
        for (var i = 1; i <= OfflineCopying.MostMessages + 2; i++)
        {
            await TalkHome.SaidAsync(lee, place, $"Message {i} of Lee");
        }

        var copy = await ReadAsync(maya);
        Assert.Equal(["Dr Lee", "Sam"], copy.Circle.Select(static person => person.Name).Order(StringComparer.Ordinal));
        var talk = Assert.Single(copy.Talks);
        Assert.Equal(("my knee", "Dr Lee"), (talk.Subject, talk.With));
        Assert.Equal(talk.Id, copy.Circle.Single(static person => person.Name == "Dr Lee").Talk);
        Assert.Equal((OfflineCopying.MostMessages, "Message 3 of Lee", $"Message {OfflineCopying.MostMessages + 2} of Lee"), (talk.Messages.Count, talk.Messages[0].Text, talk.Messages[^1].Text));
        Assert.Null(copy.Card);
        Assert.DoesNotContain(Server.Pages.Conversations.ConversationText.ReadBy.Split('{')[0], await lee.ReadAsync(place));

        // The doctor, by themself, keeps what is said to them, and nobody's circle.
        var theirs = await ReadAsync(lee);
        Assert.Equal("my knee", Assert.Single(theirs.Talks).Subject);
        Assert.Empty(theirs.Circle);
    }

    [Fact]
    public async Task What_somebody_sees_as_one_of_a_team_for_a_patient_or_saw_before_they_left_is_not_in_it()
    {
        var home = await TalkHome.MoveInAsync(server);
        await home.ActAsync(home.Home.Carer, [], Rapport.Consent.ConsentAction.Converse);
        using var maya = await home.Home.Patient.SignInAsync(server);
        using var lee = await home.Home.Doctor.SignInAsync(server);
        using var sam = await home.Home.Carer.SignInAsync(server);
        var place = await TalkHome.BeginAsync(maya, "to the team", [("with", home.Team.Reference)]);
        await TalkHome.SaidAsync(maya, place, "for the whole team");
        using (var seen = await lee.GetAsync(place))
        using (var acted = await sam.GetAsync(place))
        {
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (seen.StatusCode, acted.StatusCode));
        }

        Assert.Empty((await ReadAsync(lee)).Talks);
        Assert.Empty((await ReadAsync(sam)).Talks);
        Assert.Equal("to the team", Assert.Single((await ReadAsync(maya)).Talks).Subject);

        var room = await TalkHome.BeginAsync(maya, "a room", [("with", home.Home.Doctor.Person.Reference)]);
        await TalkHome.SaidAsync(maya, room, "between us");
        Assert.Equal("a room", Assert.Single((await ReadAsync(lee)).Talks).Subject);
        using (var left = await lee.PostAsync("/account", room + "/leave"))
        {
            Assert.Equal(HttpStatusCode.SeeOther, left.StatusCode);
        }

        Assert.Empty((await ReadAsync(lee)).Talks);
    }

    [Fact]
    public async Task The_key_is_one_in_a_session_another_in_the_next_and_none_without()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var maya = await home.Patient.SignInAsync(server);
        using var again = await home.Patient.SignInAsync(server);
        var key = (await ReadAsync(maya)).Key;
        Assert.Equal(key, (await ReadAsync(maya)).Key);
        Assert.NotEqual(key, (await ReadAsync(again)).Key);
        Assert.Equal(32, System.Buffers.Text.Base64Url.DecodeFromChars(key).Length);

        using (var ended = await maya.PostAsync("/account", "/account/sessions/end-others"))
        {
            Assert.Equal(HttpStatusCode.SeeOther, ended.StatusCode);
        }

        using var refused = await AskAsync(again);
        Assert.Equal((HttpStatusCode.Unauthorized, false), (refused.StatusCode, refused.Headers.Contains("Location")));
        using var stranger = new FormVisitor(server);
        using var nobody = await AskAsync(stranger);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        var caller = await server.AddPatientAsync();
        using var token = await caller.Client.GetAsync(KeepEndpoints.Copy, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, token.StatusCode);
    }

    [Fact]
    public async Task It_is_kept_by_no_browser_as_it_comes()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var maya = await home.Patient.SignInAsync(server);
        using var answer = await AskAsync(maya);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task A_password_is_checked_before_it_seals_anything_and_guessing_is_slowed_down()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var maya = await home.Patient.SignInAsync(server);
        Assert.Equal(HttpStatusCode.NoContent, await CheckAsync(Household.Password));
        List<HttpStatusCode> told = [];
        for (var i = 0; i < 30; i++)
        {
            told.Add(await CheckAsync("wrong"));
        }

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.TooManyRequests), (told[0], told[^1]));

        async Task<HttpStatusCode> CheckAsync(string password)
        {
            using var answer = await maya.PostAsync(KeepEndpoints.Home, KeepEndpoints.Password, ("password", password));
            return answer.StatusCode;
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(FormVisitor visitor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, KeepEndpoints.Copy) { Headers = { { "Accept", "application/json" } } };
        return await visitor.SendAsync(request);
    }

    private static async Task<OfflineCopy> ReadAsync(FormVisitor visitor)
    {
        using var answer = await AskAsync(visitor);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync(OfflineJson.Default.OfflineCopy, Cancel))!;
    }
}
