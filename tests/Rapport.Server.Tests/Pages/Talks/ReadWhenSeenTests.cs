using System.Net;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>Others are told that something was read when it stood before somebody, and not because a page asked for it.</summary>
public sealed class ReadWhenSeenTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_an_open_page_asks_for_is_read_when_it_says_that_it_shows_it_and_a_whole_page_is_read_at_once()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var place = await TalkHome.BeginAsync(patient, "knee", [("with", world.Home.Doctor.Person.Reference)]);
        await TalkHome.SaidAsync(patient, place, "May I run again?");
        for (var i = 0; i < 2; i++)
        {
            using var follow = new HttpRequestMessage(HttpMethod.Get, place) { Headers = { { "Rapport-Part", "follow" } } };
            using var followed = await doctor.SendAsync(follow);
            var page = await followed.Content.ReadAsStringAsync(Cancel);
            Assert.Contains("May I run again?", page);
            Assert.Contains("name=\"line\" value=\"2\"", page);
            Assert.True(await IsUnreadAsync(doctor));
        }

        foreach (var (line, status, isUnread) in new[] { ("", HttpStatusCode.NotFound, true), ("-1", HttpStatusCode.NotFound, true), ("1", HttpStatusCode.NoContent, true), ("99", HttpStatusCode.NoContent, false) })
        {
            using var said = await doctor.PostAsync("/account", place + "/read", [("line", line)]);
            Assert.Equal((line, status, isUnread), (line, said.StatusCode, await IsUnreadAsync(doctor)));
        }

        // What says more than there is counts for what there was.
        await TalkHome.SaidAsync(patient, place, "Or walk?");
        Assert.True(await IsUnreadAsync(doctor));
        await doctor.ReadAsync(place);
        Assert.False(await IsUnreadAsync(doctor));
    }

    [Fact]
    public async Task Who_is_not_in_a_conversation_says_nothing_of_having_read_it()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        var stranger = await Household.MoveInAsync(server, withRecord: false);
        using var other = await stranger.Patient.SignInAsync(server);
        var place = await TalkHome.BeginAsync(patient, "knee", [("with", world.Home.Doctor.Person.Reference)]);
        using var refused = await other.PostAsync("/account", place + "/read", [("line", "1")]);
        using var none = await other.PostAsync("/account", "/conversations/0000000000000/read", [("line", "1")]);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (refused.StatusCode, none.StatusCode));
        Assert.Equal(await TalkHome.BareAsync(none), await TalkHome.BareAsync(refused));
    }

    private static async Task<bool> IsUnreadAsync(FormVisitor reader) =>
        System.Text.Json.Nodes.JsonNode.Parse(await reader.ReadAsync("/api/conversations"))!["conversations"]![0]!["unread"]!.GetValue<bool>();
}
