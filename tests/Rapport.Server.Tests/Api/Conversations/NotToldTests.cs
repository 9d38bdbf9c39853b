using System.Net;
using Rapport.Consent;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Api.Conversations.TalkWorld;

namespace Rapport.Server.Tests.Api.Conversations;

/// <summary>What is not for somebody in conversations, and was told to programs all the same.</summary>
public sealed class NotToldTests : IAsyncLifetime
{
    private readonly RunningServer _server = new() { Live = new LiveSettings { TalkEvery = TimeSpan.FromMilliseconds(20), BeatEvery = TimeSpan.FromHours(1) } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Who_acts_within_a_topic_hears_nothing_of_other_topics_not_by_a_number_nor_by_a_sign_of_life()
    {
        var world = await TalkWorld.BeginAsync(_server);
        var (general, results) = (await TalkAsync(world.Ada, "", world.Doctor.Reference), await TalkAsync(world.Ada, ",\"topic\":\"results\"", world.Doctor.Reference));
        await ActAsync(world, ["Observation", "DiagnosticReport"]);
        using var answer = await Listener.AskAsync(_server, world.Sister);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        var first = await EventAsync(reader);
        for (var i = 0; i < 12; i++)
        {
            await SayAsync(world.Ada.Client, general, "not for her");
        }

        await SayAsync(world.Ada.Client, results, "for her");
        var second = await EventAsync(reader);
        Assert.Equal(("beat", "message"), (first["event"], second["event"]));
        Assert.Equal(first["id"].Length, second["id"].Length);
        using var again = await Listener.AskAsync(_server, world.Sister);
        using var other = new StreamReader(await again.Content.ReadAsStreamAsync(Cancel));
        using var once = await Listener.AskAsync(_server, world.Sister);
        using var more = new StreamReader(await once.Content.ReadAsStreamAsync(Cancel));
        Assert.NotEqual((await EventAsync(other))["id"], (await EventAsync(more))["id"]);
    }

    [Fact]
    public async Task What_was_said_before_somebody_came_is_not_told_to_them_when_it_is_corrected_afterwards()
    {
        var world = await TalkWorld.BeginAsync(_server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        await SayAsync(world.Ada.Client, id, "before they came");
        var (desk, ada) = (_server.Modules.Conversations, await TalkerAsync(world.Ada));
        var view = (await desk.FindAsync(ada, Data.ConversationId.Parse(id), Cancel))!;
        Assert.True(await desk.AddMemberAsync(ada, view, new(world.Sister.Reference, "Sister", "sister"), Cancel));
        Assert.True(await desk.CorrectAsync(ada, view, 2, "secret, put right", Cancel));
        var told = (await world.Sister.Client.ReadAsync($"/api/conversations/{id}/messages")).Json["messages"]!.AsArray();
        Assert.Equal(["joined", "corrected"], told.Select(static line => (string)line!["kind"]!));
        Assert.Null(told[1]!["text"]);
        Assert.Equal("secret, put right", (string?)(await world.Doctor.Client.ReadAsync($"/api/conversations/{id}/messages")).Json["messages"]![3]!["text"]);
        using var sister = _server.Client();
        sister.DefaultRequestHeaders.Add("Cookie", "rapport=" + await _server.Modules.People.Sessions.StartAsync(world.Sister.Person.Id, "test", People.SignInMethod.Password, Cancel));
        foreach (var page in new[] { "/conversations", "/conversations?find=put+right", $"/conversations/{id}" })
        {
            var shown = await sister.ReadAsync(page);
            Assert.Equal(HttpStatusCode.OK, shown.Status);
            Assert.DoesNotContain("secret", shown.Body);
        }
    }

    [Fact]
    public async Task What_is_attached_tells_neither_its_kind_nor_its_id_to_who_may_not_see_it()
    {
        var world = await TalkWorld.BeginAsync(_server);
        var entry = $"Condition/{(await world.Ada.IdsAsync("Condition"))[0]}";
        var id = await TalkAsync(world.Ada, ",\"topic\":\"results\"", world.Doctor.Reference);
        await ActAsync(world, ["Observation", "DiagnosticReport"]);
        await SayAsync(world.Ada.Client, id, "look", null, entry);
        var read = await world.Sister.Client.ReadAsync($"/api/conversations/{id}/messages");
        Assert.DoesNotContain("Condition", read.Body);
        Assert.DoesNotContain(entry.Split('/')[1], read.Body);
        var address = (string)read.Json["messages"]![1]!["attached"]![0]!;
        Assert.Equal(HttpStatusCode.OK, (await world.Doctor.Client.ReadAsync(address)).Status);
        var refused = await world.Sister.Client.ReadAsync(address, ("X-Purpose-Of-Use", PurposeOfUse.ActingForPatient));
        Assert.Equal((HttpStatusCode.NotFound, (await world.Sister.Client.ReadAsync(address[..^1] + "7", ("X-Purpose-Of-Use", PurposeOfUse.ActingForPatient))).Body), (refused.Status, refused.Body));
    }

    private async Task ActAsync(TalkWorld world, IReadOnlyList<string> types)
    {
        var own = await Patients.OpenAsync(_server.Modules, world.Ada.Record, Cancel);
        var terms = new ActingTerms(
            new SharingTerms { Recipient = world.Sister.Reference, RecipientName = "Sister", Purpose = PurposeOfUse.ActingForPatient, Types = types }, [ConsentAction.Access, ConsentAction.Converse], Delegation.Delegatee);
        Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, terms.ToConsent(own.Patient, "Ada", _server.Clock.GetUtcNow()), null, Cancel)).Status);
    }

    private Task<Rapport.Conversations.Talker> TalkerAsync(TestPerson person) => Rapport.Conversations.Talker.OfAsync(person.Person, Pages.Household.ActorOf(person.Person), _server.Modules.Records, Cancel);

    /// <summary>The next event, by the names of its fields.</summary>
    private static async Task<Dictionary<string, string>> EventAsync(StreamReader reader)
    {
        Dictionary<string, string> fields = [];
        while (await reader.ReadLineAsync(Cancel) is { Length: > 0 } line)
        {
            fields[line.Split(": ")[0]] = line.Split(": ", 2)[^1];
        }

        return fields;
    }
}
