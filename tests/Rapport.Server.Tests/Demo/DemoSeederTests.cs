using System.Net;
using System.Text.Json.Nodes;
using Rapport.Conversations;
using Rapport.People;
using Rapport.Server.Demo;
using Rapport.Server.Hosting;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Demo;

/// <summary>The demo people are there after any number of starts, and the file with their tokens is true after each.</summary>
public sealed class DemoSeederTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnyNumberOfStartsAndAnyInterruptionLeaveTheSamePeople()
    {
        Assert.Equal(10, await SeedAsync());
        var first = await ReadAsync();
        Assert.Equal(["maya", "noor", "sam", "sofia", "dr-lee", "dr-osei", "kim", "iris", "oscar", "mallory"], first.Select(p => p.Key));
        Assert.All(first, p => Assert.Equal(p.Key is "maya" or "noor", p.Value!["patient"] is not null));
        Assert.StartsWith("Practitioner/", (string)first["dr-lee"]!["person"]!);
        Assert.StartsWith("RelatedPerson/", (string)first["sam"]!["person"]!);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(DemoTokens.PathIn(server.Settings)));
        }

        await EveryoneGetsInAsync(first);
        var entries = await EntriesAsync(first, "maya");
        Assert.InRange(entries, 100, 10_000);
        Assert.Equal(1, await EntriesAsync(first, "noor"));

        // A second start.
        Assert.Equal(0, await SeedAsync());
        Assert.Equal(first.ToJsonString(), (await ReadAsync()).ToJsonString());
        Assert.Equal(entries, await EntriesAsync(first, "maya"));
        var maya = (await server.Modules.People.Accounts.FindBySignInNameAsync("maya", Cancel))!;
        Assert.Equal("dr-osei", Assert.Single(await server.Modules.People.Requests.ListReceivedAsync(maya, Cancel)).Asker.SignInName);

        // A daughter acts for maya, may ask to go on for her, and keeps her child's record; none of it is there twice.
        var sofia = (await server.Modules.People.Accounts.FindBySignInNameAsync("sofia", Cancel))!;
        var own = (await server.Modules.Records.Compartments.OpenOwnAsync(maya.Record!.Value, Household.ActorOf(maya), Cancel))!;
        Assert.Equal(["active", "proposed"], (await own.ConsentsAsync(Cancel)).Where(consent => consent.Consent.Delegation?.To == sofia.Reference).Select(static consent => consent.Consent.Status).Order());
        var child = Assert.Single(await server.Modules.People.Circle.PatientsOfAsync(sofia.Id, Cancel), static link => link.Relationship == "parent").Patient;
        var acting = (await server.Modules.Records.Acting.OpenAsync(child, Household.ActorOf(sofia), Cancel))!;
        Assert.True(acting.IsParental);
        Assert.Equal(2, (await acting.SourcesAsync(Cancel)).Count);
        Assert.NotNull(await server.Modules.Records.Succession.FindAsync(maya.Record!.Value, Household.ActorOf(sofia), Cancel));

        // A check-in over nine weeks that was not answered once and waits now, told in the order in which it was; and a visit prepared.
        var talker = await Talker.OfAsync(maya, Household.ActorOf(maya), server.Modules.Records, Cancel);
        var desk = server.Modules.Conversations;
        var view = Assert.Single(await desk.ListAsync(talker, Cancel), static view => view.State.CheckIns is { Count: > 0 });
        var asked = (await desk.CheckIns.FindAsync(view, view.State.CheckIns![0].Seq, Cancel))!;
        Assert.Equal([0, 1, 2, 3, 5, 6, 7, 8], asked.Answers.Select(static answer => answer.Time));
        Assert.Equal(9, asked.Waits);
        Assert.Equal(5, Assert.Single(await own.Visits.ListAsync(Cancel)).Plan.Questions.Count);
        var times = (await own.ReadLedgerAsync(null, 1000, Cancel)).Select(static row => row.Leaf.Time).ToList();
        Assert.Equal(times.OrderDescending(), times);

        // Where a professional opens an emergency door, somebody looks at it.
        foreach (var works in (await server.Modules.People.Accounts.FindBySignInNameAsync("dr-lee", Cancel))!.Organisations.Concat((await server.Modules.People.Accounts.FindBySignInNameAsync("dr-osei", Cancel))!.Organisations))
        {
            Assert.Single(await server.Modules.People.Directory.ListPrivacyOfficersAsync(works.Organisation, Cancel));
        }

        // A start after one that ended before it wrote the file, and one after the file was damaged.
        foreach (var damage in new[] { null, "{\"maya\":", "{}" })
        {
            File.Delete(DemoTokens.PathIn(server.Settings));
            if (damage is not null)
            {
                await File.WriteAllTextAsync(DemoTokens.PathIn(server.Settings), damage, Cancel);
            }

            Assert.Equal(0, await SeedAsync());
            var again = await ReadAsync();
            Assert.Equal(first.Select(p => (string)p.Value!["person"]!), again.Select(p => (string)p.Value!["person"]!));
            Assert.Equal(first.Select(p => (string)p.Value!["password"]!), again.Select(p => (string)p.Value!["password"]!));
            await EveryoneGetsInAsync(again);
        }

        Assert.Equal(4, (await server.Modules.People.Circle.OfPatientAsync(Rapport.Data.PatientId.Parse((string)first["maya"]!["patient"]!), Cancel)).Count);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(4, 20)]
    [InlineData(6, 12)]
    public async Task TheTeamOfTheDemoHasWhatAListOfATeamIsFor(int days, int hours)
    {
        // On whatever day of the week, and at whatever hour, the demo is started.
        await using var other = new RunningServer();
        await other.InitializeAsync();
        other.Clock.Advance(TimeSpan.FromDays(days) + TimeSpan.FromHours(hours));
        var (people, desk) = (other.Modules.People, other.Modules.Conversations);
        await new DemoSeeder(other.Settings, other.Modules).SeedAsync(Cancel);
        await SeesWhatWaitsAsync();

        // Whatever a visitor did since, a second start leaves it as it is: the specialist took what nobody had, maya deleted for herself what was closed.
        var maya = (await people.Accounts.FindBySignInNameAsync("maya", Cancel))!;
        var talker = await Talker.OfAsync(maya, Household.ActorOf(maya), other.Modules.Records, Cancel);
        await desk.ClearAsync(talker, Assert.Single(await desk.ListAsync(talker, Cancel), static view => view.State.IsClosed), Cancel);
        await new DemoSeeder(other.Settings, other.Modules).SeedAsync(Cancel);
        await SeesWhatWaitsAsync();

        async Task SeesWhatWaitsAsync()
        {
            await desk.Late.TellAsync(Cancel);
            var (specialist, nurse) = (await ItemsAsync("dr-osei"), await ItemsAsync("kim"));
            Assert.Equal(["A letter for my insurance", "My long-term sugar value", "Two tablets a day"], specialist.Where(static one => one.Item.Waits is not null).Select(static one => one.Subject).Order());
            var late = Assert.Single(specialist, static one => one.Item.IsLate);
            Assert.Equal(("A letter for my insurance", true), (late.Subject, late.Item.IsMine));
            Assert.Equal("Two tablets a day", Assert.Single(nurse, static one => one.Item.IsMine).Subject);
            Assert.Equal("New shoes", Assert.Single(nurse, static one => one.Item.IsClosed).Subject);
        }

        async Task<List<(string Subject, TeamItem Item)>> ItemsAsync(string name)
        {
            var person = (await people.Accounts.FindBySignInNameAsync(name, Cancel))!;
            var member = await Talker.OfAsync(person, Household.ActorOf(person), other.Modules.Records, Cancel);
            List<(string, TeamItem)> items = [];
            foreach (var item in await desk.Inbox.ReadAsync(member, Cancel))
            {
                items.Add(((await desk.FindAsync(member, item.Conversation, Cancel))!.State.Subject, item));
            }

            return items;
        }
    }

    [Fact]
    public async Task ARealPersonOfThatNameIsNotTakenOver()
    {
        await using var other = new RunningServer();
        await other.InitializeAsync();
        await other.Modules.People.Accounts.AddAsync(new NewPerson { SignInName = "sam", DisplayName = "Samantha", Password = "quite another" }, Cancel);

        var refused = await Assert.ThrowsAsync<StartupException>(() => new DemoSeeder(other.Settings, other.Modules).SeedAsync(Cancel));

        Assert.Contains("`sam`", refused.Message);
    }

    [Fact]
    public async Task WhoeverChangedAPasswordAndEndedATokenOfTheDemoCanStartItAgain()
    {
        await using var other = new RunningServer();
        await other.InitializeAsync();
        var seeder = new DemoSeeder(other.Settings, other.Modules);
        await seeder.SeedAsync(Cancel);
        var people = other.Modules.People;
        var sam = (await people.Accounts.FindBySignInNameAsync("sam", Cancel))!;
        await people.Passwords.ChangeAsync(sam.Id, "a word of my own", null, Cancel);
        await people.AccessTokens.RevokeAsync(sam.Id, (await people.AccessTokens.ListAsync(sam.Id, Cancel))[0].Id, Cancel);

        Assert.Equal(0, await seeder.SeedAsync(Cancel));

        Assert.Equal(sam.Id, (await people.AccessTokens.FindAsync(DemoTokens.Read(other.Settings)["sam"].Token, Cancel))!.Person.Id);
        Assert.NotNull((await people.Passwords.CheckAsync("sam", "a word of my own", "test", Cancel)).Person);
    }

    private Task<int> SeedAsync() => new DemoSeeder(server.Settings, server.Modules).SeedAsync(Cancel);

    private async Task<JsonObject> ReadAsync() => JsonNode.Parse(await File.ReadAllTextAsync(DemoTokens.PathIn(server.Settings), Cancel))!.AsObject();

    private async Task EveryoneGetsInAsync(JsonObject people)
    {
        foreach (var (name, access) in people)
        {
            Assert.Equal(HttpStatusCode.OK, (await Client(access!).ReadAsync("/fhir/Observation?patient=x")).Status);
            var check = await server.Modules.People.Passwords.CheckAsync(name, (string)access!["password"]!, "test", Cancel);
            Assert.Equal((string)access["person"]!, check.Person!.Reference);
        }
    }

    private async Task<int> EntriesAsync(JsonObject people, string name) =>
        (await Client(people[name]!).ReadAsync($"/fhir/Patient/{people[name]!["patient"]}/$everything?_count=1")).Total;

    private HttpClient Client(JsonNode access) => server.Client((string)access["token"]!);
}
