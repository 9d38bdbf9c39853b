using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Teams;

/// <summary>A team of three whose clinic vouches for them, a patient who writes to it, and two nodes of one database.</summary>
internal sealed class TeamHouse : IAsyncDisposable
{
    private readonly TestDatabase _test;
    private readonly List<RecordsModule> _records = [];

    private TeamHouse(TestDatabase test, PeopleModule people) => (_test, People) = (test, people);

    public PeopleModule People { get; }

    public ConversationDesk Desk { get; private set; } = null!;

    public ConversationDesk Other { get; private set; } = null!;

    public CareTeam Team { get; private set; } = null!;

    public Person Maya { get; private set; } = null!;

    public Person Lee { get; private set; } = null!;

    public Person Ruiz { get; private set; } = null!;

    public Person Ida { get; private set; } = null!;

    public string TeamReference => Team.Reference;

    public DateTimeOffset Now => _test.Clock.GetUtcNow();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TeamHouse> MoveInAsync(TestDatabase test)
    {
        await test.MigrateAsync(typeof(RecordsModule), typeof(PeopleModule), typeof(StoryShelf));
        var house = new TeamHouse(test, new PeopleModule(test.Database, test.Keyring, test.Clock, new PeopleOptions()));
        (house.Desk, house.Other) = (await house.OpenAsync(test.Database), await house.OpenAsync(test.OpenAnother()));
        house.Maya = await house.AddAsync("Maya Ortiz", null);
        var record = await house._records[0].Compartments.CreateAsync(ActorOf(house.Maya), Cancel);
        await house.People.Accounts.SetRecordAsync(house.Maya.Id, record, Cancel);
        house.Maya = (await house.People.Accounts.FindAsync(house.Maya.Id, Cancel))!;
        var clinic = (await house.People.Directory.AddOrganisationAsync($"Hill {Guid.NewGuid():N}", Cancel)).Value!;
        house.Team = (await house.People.CareTeams.AddAsync(clinic.Id, "Heart team", Cancel)).Value!;
        house.Lee = await house.JoinAsync("Dr Lee", "physician");
        house.Ruiz = await house.JoinAsync("Nurse Ruiz", "nurse");
        house.Ida = await house.JoinAsync("Ida Berg", null);
        return house;
    }

    /// <summary>Somebody new in the team.</summary>
    public async Task<Person> JoinAsync(string name, string? role)
    {
        var person = await AddAsync(name, role, isProfessional: true);
        await People.Directory.AddMemberAsync(Team.Id.Organisation, person.Id, role, null, Cancel);
        await People.CareTeams.SetMemberAsync(Team.Id, person.Id, true, Cancel);
        return (await People.Accounts.FindAsync(person.Id, Cancel))!;
    }

    /// <summary>The team reads from 8 to 12 and from 14 to 17 on each day, UTC, and answers within some hours.</summary>
    public Task<bool> PromiseAsync(int hours, Person? told = null, Person? next = null) => Desk.Promises.SetAsync(
        Team.Id,
        new TeamPromise
        {
            Hours = new TeamHours(TimeZoneInfo.Utc, [.. Enum.GetValues<DayOfWeek>().SelectMany(static day => new[] { new OpenTime(day, 480, 720), new OpenTime(day, 840, 1020) })], []),
            Usual = new AnswerTime(hours, AnswerUnit.OpenHours),
            ToldOfOverdue = told?.Id,
            ToldOfOverdueName = told?.DisplayName,
            ToldNext = next?.Id,
            ToldNextName = next?.DisplayName,
        },
        0,
        Cancel);

    public static Actor ActorOf(Person person) => new(person.Id, person.Reference, person.DisplayName, person.RecipientReferences);

    /// <summary>Who somebody is in conversations at this moment.</summary>
    public async Task<Talker> TalkerAsync(Person person) => Talker.Themself((await People.Accounts.FindAsync(person.Id, Cancel))!);

    /// <summary>The patient begins a conversation with the team, and says something.</summary>
    public async Task<ConversationId> AskAsync(string text, Topic topic = Topic.General)
    {
        var maya = await TalkerAsync(Maya);
        var view = (await Desk.BeginAsync(
            maya, new NewConversation(Maya.Record!.Value, "My knee", topic, [new Member($"Patient/{Maya.Record}", Maya.DisplayName, "patient"), new Member(TeamReference, "Heart team", "Hill")]), Cancel))!.View!;
        await SayAsync(Desk, Maya, view.Id, text);
        return view.Id;
    }

    /// <summary>Somebody says something.</summary>
    public async Task SayAsync(ConversationDesk desk, Person person, ConversationId id, string text, bool isNotYet = false)
    {
        var talker = await TalkerAsync(person);
        Assert.Equal(SaidStatus.Said, (await desk.SayAsync(talker, (await desk.FindAsync(talker, id, Cancel))!, new NewMessage(text, Guid.NewGuid().ToString("N"), []) { IsNotYet = isNotYet }, null, Cancel)).Status);
    }

    /// <summary>A conversation as somebody sees it on a node.</summary>
    public async Task<TalkView?> ViewAsync(ConversationDesk desk, Person person, ConversationId id) => await desk.FindAsync(await TalkerAsync(person), id, Cancel);

    /// <summary>All that happened in it.</summary>
    public async Task<IReadOnlyList<ConversationLine>> LinesAsync(ConversationId id) => [.. (await Desk.LinesAsync((await ViewAsync(Desk, Maya, id))!, 1, 500, Cancel)).Select(static line => line.Line)];

    /// <summary>Somebody whom nobody knows.</summary>
    public Task<Person> StrangerAsync() => AddAsync("Nobody", "physician", isProfessional: true);

    /// <summary>The patient's own access on a node.</summary>
    public async Task<OwnAccess> OwnAsync(bool onOther = false) => (await _records[onOther ? 1 : 0].Compartments.OpenOwnAsync(Maya.Record!.Value, ActorOf(Maya), Cancel))!;

    /// <summary>What somebody sees of an entry of the patient's through the gate, to treat; null for nothing.</summary>
    public async Task<string?> SeesAsync(Person person, string entry)
    {
        var local = entry.Split('.') is [_, var id] && LocalId.TryParse(id, out var known) ? known : default;
        var query = new RecordQuery.ById(entry[..entry.IndexOf('/', StringComparison.Ordinal)], local);
        var seen = await _records[0].Gate.DiscloseAsync(new DisclosureAsk(ActorOf((await People.Accounts.FindAsync(person.Id, Cancel))!), Maya.Record!.Value, Consent.PurposeOfUse.Treatment, query), Cancel);
        return seen is { Count: 1 } ? System.Text.Encoding.UTF8.GetString(seen.ReadResource(0).Json.Span) : null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var records in _records)
        {
            await records.DisposeAsync();
        }

        People.Dispose();
    }

    private async Task<ConversationDesk> OpenAsync(Database database)
    {
        var records = await RecordsModule.OpenAsync(database, _test.Keyring, new RecordsOptions(), _test.Clock, Cancel);
        _records.Add(records);
        return new ConversationDesk(database, _test.Keyring, records, People, _test.Clock);
    }

    private async Task<Person> AddAsync(string name, string? role, bool isProfessional = false) => (await People.Accounts.AddAsync(
        new NewPerson { SignInName = $"p{Guid.NewGuid():N}"[..16], DisplayName = name, IsProfessional = isProfessional, Role = role }, Cancel)).Value!;
}
