using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Npgsql;
using Rapport.Data;
using Rapport.People;

namespace Rapport.Crash.Tests.Revocation;

/// <summary>Three servers on one PostgreSQL, each of which may be killed at any moment and is started again, while connections to the database are cut. Thread safe.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private const int Nodes = 3;

    private readonly ServerPlace[] _places;
    private readonly ServerProcess?[] _servers = new ServerProcess?[Nodes];
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 64 }) { Timeout = TimeSpan.FromMinutes(2) };

    private Cluster(ServerPlace[] places) => _places = places;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>How often a server was killed, and a connection cut.</summary>
    public (int Kills, int Cuts) Harm { get; private set; }

    /// <summary>The place of the first server, which has the key and the tokens of the demo's people.</summary>
    public ServerPlace Place => _places[0];

    public static async Task<Cluster> StartAsync(ServerFiles files)
    {
        var first = new ServerPlace(files.NewFolder(), files.Postgres);
        var cluster = new Cluster([first, .. Enumerable.Range(1, Nodes - 1).Select(_ => new ServerPlace(files.NewFolder(), files.Postgres, first.KeyFile))]);
        cluster._servers[0] = await ServerProcess.StartAsync(first, demo: true);
        for (var node = 1; node < Nodes; node++)
        {
            cluster._servers[node] = await ServerProcess.StartAsync(cluster._places[node]);
        }

        using var api = new Api(cluster._servers[0]!);
        foreach (var (name, person) in await DemoPerson.ReadAsync(first))
        {
            if (name is "maya" or "noor")
            {
                await api.EndSharingAsync(person);
            }
        }

        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (var server in _servers.OfType<ServerProcess>())
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>Somebody's session, as the cookie that a browser sends.</summary>
    public async Task<string> SignInAsync(string name)
    {
        await using var database = Database.OpenPostgreSql(Place.Postgres!);
        using var keyring = await Data.Installation.OpenKeyringAsync(database, Place.KeyFile, Cancel);
        using var people = new PeopleModule(database, keyring, TimeProvider.System, new PeopleOptions());
        var person = await people.Accounts.FindBySignInNameAsync(name, Cancel);
        return "rapport=" + await people.Sessions.StartAsync(person!.Id, "test", SignInMethod.Password, Cancel);
    }

    /// <summary>Asks one of the servers, whichever; null when no answer came.</summary>
    public async Task<Told?> AskAsync(Random random, HttpMethod method, string path, string? token = null, string? cookie = null, HttpContent? content = null, string? purpose = null)
    {
        if (Volatile.Read(ref _servers[random.Next(Nodes)]) is not { } server)
        {
            return null;
        }

        using var request = new HttpRequestMessage(method, new Uri(server.Address, path)) { Content = content };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        if (purpose is not null)
        {
            request.Headers.Add("X-Purpose-Of-Use", purpose);
        }

        try
        {
            using var answer = await _client.SendAsync(request, Cancel);
            return new Told(answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel), answer.Headers.TryGetValues("Set-Cookie", out var set) ? set.First().Split(';')[0] : null, answer.Headers.Location?.OriginalString);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Sends the form of a page; null when no answer came, to the page or to the form.</summary>
    public async Task<Told?> SendFormAsync(Random random, string cookie, string page, string path, params IEnumerable<(string Name, string Value)> fields)
    {
        const string mark = "name=\"__RequestVerificationToken\" value=\"";
        if (await AskAsync(random, HttpMethod.Get, page, cookie: cookie) is not { Status: HttpStatusCode.OK } form || !form.Body.Contains(mark, StringComparison.Ordinal))
        {
            return null;
        }

        var all = fields.Prepend(("__RequestVerificationToken", form.Body.Split(mark)[1].Split('"')[0])).Select(static field => KeyValuePair.Create(field.Item1, field.Item2));
        return await AskAsync(random, HttpMethod.Post, path, cookie: $"{cookie}; {form.Cookie}", content: new FormUrlEncodedContent(all));
    }

    /// <summary>Kills a server and starts it again.</summary>
    public async Task KillAsync(int node)
    {
        var killed = Interlocked.Exchange(ref _servers[node], null)!;
        killed.Kill();
        await killed.DisposeAsync();
        Volatile.Write(ref _servers[node], await ServerProcess.StartAsync(_places[node]));
        Harm = (Harm.Kills + 1, Harm.Cuts);
    }

    /// <summary>Cuts connections of servers to the database, whatever they are at.</summary>
    public async Task CutAsync(Random random)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Place.Postgres) { Pooling = false, ApplicationName = "cutter" }.ToString());
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY md5(pid::text || $1) LIMIT 3) AS chosen", connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = random.Next().ToString(null, null) } },
        };
        Harm = (Harm.Kills, Harm.Cuts + (int)(long)(await command.ExecuteScalarAsync(Cancel))!);
    }

    /// <summary>The ledger of a record, as its patient exports it.</summary>
    public async Task<IReadOnlyList<string>> ExportAsync(DemoPerson patient) =>
        await AskAsync(new Random(0), HttpMethod.Get, $"/api/ledger/{patient.Patient}/export", patient.Token) is { Status: HttpStatusCode.OK } export
            ? export.Body.Split('\n')
            : throw new InvalidOperationException("the ledger of a patient was not exported");

    /// <summary>JSON to send.</summary>
    public static StringContent Json(string json, string type = "application/json") => new(json, Encoding.UTF8, type);
}

/// <summary>An answer.</summary>
internal sealed record Told(HttpStatusCode Status, string Body, string? Cookie, string? Location);
