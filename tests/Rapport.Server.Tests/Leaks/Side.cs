using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Rapport.People;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Leaks;

/// <summary>One of two worlds: a server, who knocks, and the names of whatever was given a random text in it. Thread safe once it is built.</summary>
internal sealed class Side : IDisposable
{
    private const int LeastLetters = 10;

    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, string> _tokens = [];
    private readonly Dictionary<string, HttpClient> _clients = [];
    private SearchValues<string>? _known;
    private int[] _lengths = [];

    public Side(RunningServer server)
    {
        Server = server;
        Name("address", server.Address.GetLeftPart(UriPartial.Authority));
        Name("authority", server.Address.Authority);
        Name("addressescaped", Uri.EscapeDataString(Text("address")));
    }

    public RunningServer Server { get; }

    /// <summary>What somebody must not learn in this world: marks, and the ids of what is hidden.</summary>
    public HashSet<string> Secrets { get; } = [];

    /// <summary>How somebody sends requests.</summary>
    public HttpClient this[string who]
    {
        get => _clients[who];
        set
        {
            _clients.GetValueOrDefault(who)?.Dispose();
            _clients[who] = value;
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }
    }

    /// <summary>Names a text that is random here: in a request, <c>&lt;name&gt;</c> stands for it; in an answer, it stands for the text unless that is too short to be random.</summary>
    public void Name(string name, string text)
    {
        _texts[name] = text;
        if (text.Length < LeastLetters)
        {
            return;
        }

        _tokens[text] = $"~{name}".PadRight(text.Length, '~')[..text.Length];
        _known = null;
    }

    /// <summary>The text of a name.</summary>
    public string Text(string name) => _texts[name];

    /// <summary>How many texts have a name.</summary>
    public int Named => _texts.Count;

    /// <summary>Whether a text has a name.</summary>
    public bool Knows(string name) => _texts.ContainsKey(name);

    /// <summary>A request's text with the texts of this world in the place of names.</summary>
    public string Fill(string template)
    {
        var at = template.IndexOf('<', StringComparison.Ordinal);
        if (at < 0)
        {
            return template;
        }

        var filled = new StringBuilder();
        var rest = 0;
        while (at >= 0)
        {
            var end = template.IndexOf('>', at);
            filled.Append(template, rest, at - rest).Append(_texts[template[(at + 1)..end]]);
            rest = end + 1;
            at = template.IndexOf('<', rest);
        }

        return filled.Append(template, rest, template.Length - rest).ToString();
    }

    /// <summary>
    /// An answer without what is random by its nature, each replaced by as many letters, so that sizes still tell: named texts, the server's own address, what a page's form is signed with, and UUIDs.
    /// </summary>
    public string Normalise(string answer)
    {
        if (_known is null)
        {
            _lengths = [.. _tokens.Keys.Select(static text => text.Length).Distinct().OrderDescending()];
            _known = SearchValues.Create([.. _tokens.Keys], StringComparison.Ordinal);
        }

        var rest = answer.AsSpan();
        var told = new StringBuilder(answer.Length);
        var tokens = _tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var at = rest.IndexOfAny(_known); at >= 0; at = rest.IndexOfAny(_known))
        {
            told.Append(rest[..at]);
            rest = rest[at..];
            foreach (var length in _lengths)
            {
                if (length <= rest.Length && tokens.TryGetValue(rest[..length], out var token))
                {
                    told.Append(token);
                    rest = rest[length..];
                    break;
                }
            }
        }

        return Randomness.Without(told.Append(rest).ToString());
    }

    /// <summary>Somebody who knocks with an access token of these scopes.</summary>
    /// <returns>The id of their token.</returns>
    public async Task<TokenId> AddCallerAsync(string who, Person person, TokenScopes scopes)
    {
        var token = (await Server.Modules.People.AccessTokens.CreateAsync(person.Id, "test", scopes, null, TestContext.Current.CancellationToken)).Value!;
        this[who] = Server.Client(token.Secret);
        return token.Token.Id;
    }

    /// <summary>Somebody who knocks with a browser's session, in a language.</summary>
    public async Task AddVisitorAsync(string who, Person person, string language = "en")
    {
        var secret = await Server.Modules.People.Sessions.StartAsync(person.Id, "test", SignInMethod.Password, TestContext.Current.CancellationToken);
        var client = Server.Client();
        client.DefaultRequestHeaders.Add("Cookie", "rapport=" + secret);
        client.DefaultRequestHeaders.Add("Accept-Language", language);
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        this[who] = client;
    }

    /// <summary>Knocks, and gives the answer as it came.</summary>
    public Task<Answer> KnockAsync(Knock knock) => KnockAsync(knock, Fill(knock.Path));

    /// <summary>Knocks at another address.</summary>
    public Task<Answer> KnockAsync(Knock knock, string path) => _clients[knock.Who].AskAsync(
        knock.Method,
        path,
        knock.Body is { } body ? new StringContent(Fill(body), new System.Net.Http.Headers.MediaTypeHeaderValue(knock.ContentType)) : null,
        [.. knock.Headers.Select(header => (header.Name, Fill(header.Value)))]);
}

/// <summary>A request that somebody makes, with names in the place of what is random: <c>&lt;patient&gt;</c>.</summary>
/// <param name="Probe">The probe whose it is.</param>
/// <param name="Who">Who makes it.</param>
/// <param name="Path">Path and query.</param>
internal sealed record Knock(string Probe, string Who, string Path)
{
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    public string? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public (string Name, string Value)[] Headers { get; init; } = [];

    /// <summary>All that it says, to find out whether an answer only echoes it.</summary>
    public string Said => $"{Path} {Body} {string.Join(' ', Headers.Select(static header => header.Value))}";

    public override string ToString() => $"{Probe}: {Method} {Path} as {Who}{string.Concat(Headers.Select(static header => $"\n    {header.Name}: {header.Value}"))}{(Body is null ? "" : "\n    " + Body)}";
}

/// <summary>Everything that a server logs.</summary>
internal sealed class LogEar : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = [];

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    /// <summary>Forgets all of it: a server that is disposed still holds whoever hears it, since ASP.NET Core never disposes its rate limiter.</summary>
    public void Dispose() => _lines.Clear();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
}
