using System.IO.Compression;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Rapport.Language;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Notices;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Talks;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;
using Rapport.Server.Tests.Pages.Talks;
using static Rapport.Server.Tests.Api.Conversations.TalkWorld;

namespace Rapport.Server.Tests.Api.Conversations;

/// <summary>Of what somebody says whom a reader blocks, in conversations that both stay in, the reader is told that there is something and not what, at every door; who is blocked finds nothing changed.</summary>
public sealed class BlockedWordsTests : IAsyncLifetime
{
    private readonly RunningServer _server = new() { Live = new LiveSettings { TalkEvery = TimeSpan.FromMilliseconds(20), BeatEvery = TimeSpan.FromHours(1) } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Nothing_of_what_a_blocked_person_says_is_found_by_who_blocks_them_nor_told_to_who_is_blocked()
    {
        var world = await TalkWorld.BeginAsync(_server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference, world.Sister.Reference);
        await SayAsync(world.Doctor.Client, id, "from before");
        using var ada = await SignInAsync(world.Ada.Person);
        await ada.ReadAsync($"/conversations/{id}");
        _server.Clock.Advance(TimeSpan.FromMinutes(1));
        await _server.Modules.People.Blocks.AddAsync(world.Ada.Person, world.Doctor.Person, Cancel);
        await using var listener = await Listener.OpenAsync(_server, world.Ada);
        var said = await TrySayAsync(world.Doctor.Client, id, "zqword");
        Assert.Equal(HttpStatusCode.Created, said.Status);
        var asked = await PostAsync(
            world.Doctor.Client, $"/api/conversations/{id}/check-ins", """{"questionnaire":{"resourceType":"Questionnaire","title":"zqcheck","status":"active","item":[{"linkId":"a","text":"zqasked","type":"boolean"}]}}""");
        Assert.Equal(HttpStatusCode.Created, asked.Status);

        // Nothing is new for her, and what is there is withheld.
        Assert.False((bool)(await world.Ada.Client.ReadAsync("/api/conversations")).Json["conversations"]![0]!["unread"]!);
        Assert.Equal(0, await _server.App.Services.GetRequiredService<TalkDoor>().UnreadAsync(world.Ada.Person, Cancel));
        Assert.Empty((await new TalkLook(_server.Modules).LookAsync(world.Ada.Person, new NoticeState(), [], _server.Clock.GetUtcNow(), mustLook: true, Cancel))!);
        var told = (await world.Ada.Client.ReadAsync($"/api/conversations/{id}/messages")).Json["messages"]!.AsArray();
        Assert.Equal(["opened", "said", "withheld", "withheld"], told.Select(static line => (string)line!["kind"]!));
        Assert.Empty((await world.Ada.Client.ReadAsync($"/api/conversations/{id}/check-ins")).Json["checkIns"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync($"/conversations/{id}/check-ins/4")).StatusCode);
        List<string> pages = [told.ToJsonString()];
        foreach (var path in new[] { $"/conversations/{id}", "/conversations", "/" })
        {
            pages.Add(await ada.ReadAsync(path));
        }

        await using (var zip = await ZipArchive.CreateAsync(await world.Ada.Client.GetStreamAsync("/api/conversations/export", Cancel), ZipArchiveMode.Read, false, null, Cancel))
        {
            foreach (var entry in zip.Entries)
            {
                using var reader = new StreamReader(await entry.OpenAsync(Cancel));
                pages.Add(await reader.ReadToEndAsync(Cancel));
            }
        }

        Assert.All(pages, static page => Assert.DoesNotMatch("zqword|zqcheck|zqasked", page));
        Assert.DoesNotContain(id, await ada.ReadAsync("/conversations?find=zqword"));
        Assert.Contains(TalkHome.Html(Say.Fill(ConversationText.Withheld, world.Doctor.Person.DisplayName)), pages[1]);

        // Others are told as ever; the next that she hears is theirs.
        await SayAsync(world.Sister.Client, id, "from your sister");
        Assert.Equal("from your sister", await listener.TextAsync());
        Assert.Equal(["from before", "zqword", "from your sister"], await TextsAsync(world.Sister.Client, id));
        Assert.Equal(["from before", "zqword", "from your sister"], await TextsAsync(world.Doctor.Client, id));

        // Taken back it is hers to read.
        await _server.Modules.People.Blocks.RemoveAsync(world.Ada.Person.Id, world.Doctor.Person.Id, Cancel);
        Assert.Equal(["from before", "zqword", "from your sister"], await TextsAsync(world.Ada.Client, id));
    }

    private async Task<FormVisitor> SignInAsync(Person person)
    {
        await _server.Modules.People.Passwords.ChangeAsync(person.Id, Household.Password, null, Cancel);
        var visitor = new FormVisitor(_server);
        await visitor.SignInAsync(person.SignInName);
        return visitor;
    }
}
