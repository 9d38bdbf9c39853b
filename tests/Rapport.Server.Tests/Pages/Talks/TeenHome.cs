using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Notices;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Api.Conversations;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>A child of eleven with a sign-in of their own, somebody who acts for them as their parent, and a doctor and a care team who know the child. Years go by, so each test has a server of its own.</summary>
internal sealed class TeenHome : IAsyncDisposable
{
    private DateOnly _born;

    private TeenHome(RunningServer server) => Server = server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public RunningServer Server { get; }

    public TestPerson Child { get; private set; } = null!;

    public TestPerson Parent { get; private set; } = null!;

    public TestPerson Doctor { get; private set; } = null!;

    public TalkHome Talks { get; private set; } = null!;

    public string Patient => $"Patient/{Child.Record}";

    public static async Task<TeenHome> BeginAsync(bool isSignedUp = true)
    {
        var home = new TeenHome(new RunningServer { Live = new LiveSettings { TalkEvery = TimeSpan.FromMilliseconds(20), BeatEvery = TimeSpan.FromHours(1) } });
        await home.Server.InitializeAsync();
        await home.MoveInAsync(isSignedUp);
        return home;
    }

    private async Task MoveInAsync(bool isSignedUp)
    {
        Talks = await TalkHome.MoveInAsync(Server);
        _born = DateOnly.FromDateTime(Server.Clock.GetUtcNow().UtcDateTime).AddYears(-12).AddDays(100);
        (Parent, Doctor) = (await WithTokenAsync(Talks.Home.Carer.Person), await WithTokenAsync(Talks.Home.Doctor.Person));
        var (child, _) = await ChildRecord.BeginAsync(Server.Modules, Parent.Person, "Lena Castellanos", _born, Delegation.Parent, Cancel);
        await Server.Modules.People.Circle.AddAsync(child!.Record!.Value, Doctor.Person.Id, "doctor", Cancel);
        Child = await WithTokenAsync(child);
        if (isSignedUp)
        {
            Assert.Null((await Server.Modules.People.Passwords.ChangeAsync(child.Id, Household.Password, null, Cancel)).Problem);
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>Lets time pass until the birthday from which on what is confidential is the child's alone.</summary>
    public void BecomeTeenager() => Server.Clock.Sleep(MinorPolicy.Birthday(_born, MinorPolicy.Usual.PrivateFrom) - Server.Clock.GetUtcNow());

    public async Task<FormVisitor> SignInAsync(TestPerson person)
    {
        var visitor = new FormVisitor(Server);
        await visitor.SignInAsync(person.Person.SignInName);
        return visitor;
    }

    /// <summary>Begins a conversation by the API; gives its id.</summary>
    public Task<string> TalkAsync(TestPerson who, string subject, string more = "", string? with = null) => TalkedAsync(TryTalkAsync(who, subject, more, with));

    public Task<Answer> TryTalkAsync(TestPerson who, string subject, string more = "", string? with = null) => TalkWorld.PostAsync(
        who.Client, "/api/conversations", $$"""{"with":["{{with ?? Doctor.Reference}}"],"about":"{{Patient}}","subject":"{{subject}}"{{more}}}""");

    /// <summary>Whether a parent finds anything of a conversation, at any door; all doors must agree, and look as where there is nothing.</summary>
    public async Task<bool> DoesParentSeeAsync(string id, string word)
    {
        using var parent = await SignInAsync(Parent);
        var unknown = ConversationId.New().ToString();
        List<bool> seen = [];
        using (var page = await parent.GetAsync($"/conversations/{id}"))
        using (var none = await parent.GetAsync($"/conversations/{unknown}"))
        {
            seen.Add(page.StatusCode != none.StatusCode);
            if (!seen[0])
            {
                Assert.Equal((await TalkHome.BareAsync(none)).Replace(unknown, id, StringComparison.Ordinal), await TalkHome.BareAsync(page));
            }
        }

        seen.Add((await parent.ReadAsync("/conversations")).Contains(id, StringComparison.Ordinal));
        seen.Add((await parent.ReadAsync($"/conversations?find={word}")).Contains(id, StringComparison.Ordinal));
        seen.Add((await Parent.Client.ReadAsync("/api/conversations")).Json.ToJsonString().Contains(id, StringComparison.Ordinal));
        var told = await Parent.Client.ReadAsync($"/api/conversations/{id}/messages");
        seen.Add(told.Json["messages"] is not null);
        if (!seen[^1])
        {
            Assert.Equal((await Parent.Client.ReadAsync($"/api/conversations/{unknown}/messages")).ToString(), told.ToString());
        }

        var person = (await Server.Modules.People.Accounts.FindAsync(Parent.Person.Id, Cancel))!;
        var talker = await Talker.OfAsync(person, Household.ActorOf(person), Server.Modules.Records, Cancel);
        var views = await Server.Modules.Conversations.ListAsync(talker, Cancel);
        seen.Add(views.Any(view => view.Id.ToString() == id));
        var waits = await new TalkLook(Server.Modules).LookAsync(person, new NoticeState(), [], Server.Clock.GetUtcNow(), mustLook: true, Cancel);
        if (!seen[0] || views.Single(view => view.Id.ToString() == id).IsUnread)
        {
            seen.Add(waits!.Any(thing => thing.Key.Contains(id, StringComparison.Ordinal)));
        }

        return Assert.Single(seen.Distinct());
    }

    private static async Task<string> TalkedAsync(Task<Answer> begun)
    {
        var made = await begun;
        Assert.Equal(System.Net.HttpStatusCode.Created, made.Status);
        return (string)made.Json["id"]!;
    }

    private async Task<TestPerson> WithTokenAsync(Person person)
    {
        var token = (await Server.Modules.People.AccessTokens.CreateAsync(person.Id, "test", TokenScopes.All, null, Cancel)).Value!;
        return new TestPerson(person, token, Server.Client(token.Secret));
    }
}
