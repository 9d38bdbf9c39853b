using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Demo;
using Rapport.Server.Hosting;
using Rapport.Server.Notices.Mail;
using Rapport.Server.Outbound;
using Rapport.Server.Tests.HealthLinks;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Hosting;

/// <summary>
/// A whole server in this process: Kestrel on a free loopback port, over a data folder and, by default, a SQLite file of its own. One for a test
/// class is enough: tests keep apart by the people they add.
/// </summary>
public sealed class RunningServer : IAsyncLifetime
{
    /// <summary>Iterations for passwords and passcodes: with as many as real ones have, half of what these tests do would be hashing.</summary>
    private const int QuickHash = 100;

    private readonly SqliteTestDatabase _files = new();
    private WebApplication? _app;
    private int _people;

    /// <summary>A PostgreSQL connection; null for SQLite.</summary>
    public string? Postgres { get; init; }

    /// <summary>The data folder; null for one of its own.</summary>
    public string? Folder { get; init; }

    /// <summary>The key file; null for one in the data folder.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Tests sign in more often than people do.</summary>
    public int SignInsAtOnce { get; init; } = 10_000;

    /// <summary>Whether it has the people of the demo.</summary>
    public bool Demo { get; init; }

    /// <summary>Who may make an account.</summary>
    internal SignUpRule SignUp { get; init; }

    /// <summary>Whether a proxy stands before it.</summary>
    public bool BehindProxy { get; init; }

    /// <summary>The most that one person's waiting files may have together.</summary>
    public Records.RecordRoom Room { get; init; } = Records.RecordRoom.Usual;

    public long MaxSpoolBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The port; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>How open pages are kept up to date.</summary>
    internal LiveSettings Live { get; init; } = new();

    /// <summary>How long conversations are kept.</summary>
    internal Rapport.Conversations.KeepingRule? KeepConversations { get; init; }

    /// <summary>Where people turn in an emergency.</summary>
    internal UrgentHelp Help { get; init; } = UrgentHelp.Usual;

    /// <summary>What hears every line that it logs; null for nothing.</summary>
    public ILoggerProvider? Ear { get; init; }

    /// <summary>Whether there is a server of health links elsewhere that it may ask.</summary>
    public bool HasLinks { get; init; }

    /// <summary>What it may ask beside public addresses.</summary>
    internal IReadOnlyList<OutboundOpening> Openings { get; init; } = [];

    /// <summary>How it sends mail.</summary>
    internal MailSettings Mail { get; init; } = MailSettings.None;

    /// <summary>The server of health links.</summary>
    internal LinkServer Links { get; private set; } = null!;

    /// <summary>What it was started with.</summary>
    internal ServerSettings Settings { get; private set; } = null!;

    /// <summary>What stands behind its doors.</summary>
    internal Modules Modules { get; private set; } = null!;

    /// <summary>The clock of the server.</summary>
    public ManualClock Clock { get; init; } = new();

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The application, to look at its endpoints.</summary>
    internal WebApplication App => _app!;

    public async ValueTask InitializeAsync()
    {
        if (HasLinks)
        {
            Links = await LinkServer.StartAsync(hasPasscode: true, status: "can-change");
        }

        Settings = new ServerSettings
        {
            DataFolder = Folder ?? _files.Folder,
            Database = Postgres,
            Port = Port,
            KeyFile = KeyFile,
            Live = Live,
            Help = Help,
            KeepConversations = KeepConversations,
            Outbound = HasLinks ? [Links.Far.Opening, .. Openings] : Openings,
            Mail = Mail,
            MaxImportBytes = 4 * 1024 * 1024,
            MaxUploadBytes = 4 * 1024 * 1024,
            MaxSpoolBytes = MaxSpoolBytes,
            Room = Room,
            SignInsAtOnce = SignInsAtOnce,
            Demo = Demo,
            SignUp = SignUp,
            BehindProxy = BehindProxy,
            LogLevel = LogLevel.None,
        };
        Modules = await Modules.OpenAsync(Settings, Clock, CancellationToken.None, QuickHash);
        if (Demo)
        {
            await new DemoSeeder(Settings, Modules).SeedAsync(CancellationToken.None);
        }

        _app = WebServer.Build(Settings, Modules, Ear);
        await _app.StartAsync();
        Address = new Uri(_app.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            // As `serve` does: disposing alone does not wait for what it does by itself, which would write into a folder that is being removed.
            await _app.StopAsync();
            await _app.DisposeAsync();
            await Modules.DisposeAsync();
        }

        if (HasLinks)
        {
            await Links.DisposeAsync();
        }

        await _files.DisposeAsync();
    }

    /// <summary>A client that follows nothing and keeps no cookies.</summary>
    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }

    /// <summary>A person with an empty record of their own.</summary>
    public async Task<TestPerson> AddPatientAsync() => await AddAsync(isProfessional: false, withRecord: true);

    /// <summary>A professional without a record.</summary>
    public async Task<TestPerson> AddDoctorAsync() => await AddAsync(isProfessional: true, withRecord: false);

    /// <summary>Someone with an account and nothing else.</summary>
    public async Task<TestPerson> AddStrangerAsync() => await AddAsync(isProfessional: false, withRecord: false);

    private async Task<TestPerson> AddAsync(bool isProfessional, bool withRecord)
    {
        var cancel = TestContext.Current.CancellationToken;
        var name = $"person-{Interlocked.Increment(ref _people)}";
        var person = (await Modules.People.Accounts.AddAsync(
            new NewPerson { SignInName = name, DisplayName = name, IsProfessional = isProfessional }, cancel)).Value!;
        if (withRecord)
        {
            var actor = new Actor(person.Id, person.Reference, person.DisplayName, person.RecipientReferences);
            var record = await Modules.Records.Compartments.CreateAsync(actor, cancel);
            person = (await Modules.People.Accounts.SetRecordAsync(person.Id, record, cancel)).Value!;
        }

        var token = (await Modules.People.AccessTokens.CreateAsync(person.Id, "test", TokenScopes.All, null, cancel)).Value!;
        return new TestPerson(person, token, Client(token.Secret));
    }
}

/// <summary>Someone who uses the server of a test.</summary>
/// <param name="Person">The account.</param>
/// <param name="Token">Their access token.</param>
/// <param name="Client">Sends it with each request.</param>
public sealed record TestPerson(Person Person, NewAccessToken Token, HttpClient Client)
{
    /// <summary>How a consent names them.</summary>
    public string Reference => Person.Reference;

    /// <summary>The id of their own record.</summary>
    public PatientId Record => Person.Record!.Value;
}
