using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Rapport.People;
using Rapport.Server.Notices;
using Rapport.Server.Pages.Notices;
using Rapport.Server.Tests.Api.Conversations;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Leaks;
using Rapport.Server.Tests.Pages;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Notices;

/// <summary>A server with a push service and a mail server of the test's own, and people who talk.</summary>
internal sealed class NoticeWorld : IAsyncDisposable
{
    private readonly List<PushBrowser> _browsers = [];

    private NoticeWorld(RunningServer server, PushService push, MailServer mail, LogEar log) => (Server, Push, Mail, Log) = (server, push, mail, log);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public RunningServer Server { get; }

    public PushService Push { get; }

    public MailServer Mail { get; }

    /// <summary>All that the server logs.</summary>
    public LogEar Log { get; }

    public string Logged => string.Join('\n', Log.Lines);

    public ManualClock Clock => Server.Clock;

    public TalkWorld People { get; private set; } = null!;

    /// <summary>A conversation of the patient with her doctor.</summary>
    public string Talk { get; private set; } = "";

    public static async Task<NoticeWorld> BeginAsync(string? folder = null, string? postgres = null)
    {
        var (push, mail, log) = (await PushService.StartAsync(), MailServer.Start(), new LogEar());
        var server = new RunningServer { Openings = [push.Opening], Mail = mail.Settings, Ear = log, Folder = folder, Postgres = postgres };
        await server.InitializeAsync();

        // What the server does by itself tests do step by step, so that what happens when is theirs to say.
        await server.App.Services.GetRequiredService<NoticeWork>().StopAsync(Cancel);
        var world = new NoticeWorld(server, push, mail, log) { People = await TalkWorld.BeginAsync(server) };
        world.Talk = await TalkWorld.TalkAsync(world.People.Ada, "", world.People.Doctor.Reference);
        return world;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Push.DisposeAsync();
        await Mail.DisposeAsync();
        _browsers.ForEach(static browser => browser.Dispose());
    }

    /// <summary>Turns push on for somebody: everything at once, or what they choose.</summary>
    public Task<PushBrowser> TurnOnAsync(TestPerson person, string path, Func<NoticeChoices, NoticeChoices>? choose = null) => TurnOnAsync(person.Person, path, choose);

    /// <summary>Turns push on for somebody: everything at once, or what they choose.</summary>
    public async Task<PushBrowser> TurnOnAsync(Person person, string path, Func<NoticeChoices, NoticeChoices>? choose = null)
    {
        var browser = new PushBrowser();
        _browsers.Add(browser);
        await ChangeAsync(person, choices => (choose ?? (static same => same))(NoticeForm.WithUsual(choices with
        {
            Devices = [.. choices.Devices, new NoticeDevice(Data.LocalId.New(), "a browser", new Uri(Push.Address, path).AbsoluteUri, browser.Key, browser.Secret, Clock.GetUtcNow())],
        }, NoticeWay.Push)));
        return browser;
    }

    public Task ChangeAsync(TestPerson person, Func<NoticeChoices, NoticeChoices> change) => ChangeAsync(person.Person, change);

    private async Task ChangeAsync(Person person, Func<NoticeChoices, NoticeChoices> change) =>
        Assert.NotNull(await Server.App.Services.GetRequiredService<NoticeDesk>().ChangeAsync(person, change, Cancel));

    public Task<NoticeChoices> ChoicesAsync(TestPerson person) => Server.Modules.People.Notices.ChoicesAsync(person.Person.Id, Cancel);

    /// <summary>All that is due by now is done when the task completes.</summary>
    public Task WorkAsync(CancellationToken? cancel = null) => Server.App.Services.GetRequiredService<NoticeWork>().WorkAsync(cancel ?? Cancel);

    /// <summary>Lets time pass: what came before is found, and sent when its time has come.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        await WorkAsync();
        Clock.Advance(time);
        await WorkAsync();
    }

    /// <summary>Time enough for whatever is told at once: a round, and the gathering.</summary>
    public async Task PassAsync()
    {
        await PassAsync(TimeSpan.FromMinutes(1));
        await PassAsync(NoticePlan.Gathering);
    }

    public Task SayAsync(TestPerson person, string text, string? talk = null) => TalkWorld.SayAsync(person.Client, talk ?? Talk, text);

    /// <summary>Reads a conversation to its end.</summary>
    public async Task ReadAsync(TestPerson person, string? talk = null)
    {
        var desk = Server.Modules.Conversations;
        var now = (await Server.Modules.People.Accounts.FindAsync(person.Person.Id, Cancel))!;
        var talker = await Conversations.Talker.OfAsync(now, Household.ActorOf(now), Server.Modules.Records, Cancel);
        Assert.True(Data.ConversationId.TryParse(talk ?? Talk, out var id));
        var view = (await desk.FindAsync(talker, id, Cancel))!;
        await desk.MarkReadAsync(talker, view, view.State.Size, Cancel);
    }

    /// <summary>Lets somebody sign in with a browser.</summary>
    public async Task<FormVisitor> SignInAsync(TestPerson person)
    {
        await Server.Modules.People.Passwords.ChangeAsync(person.Person.Id, Household.Password, null, Cancel);
        var visitor = new FormVisitor(Server);
        using var answer = await visitor.SignInAsync(person.Person.SignInName);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return visitor;
    }
}
