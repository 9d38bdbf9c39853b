using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Jobs;
using Rapport.Server.Notices;
using Rapport.Server.Notices.Mail;
using Rapport.Server.Outbound;
using Rapport.Server.Pages.Notices;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Notices;

namespace Rapport.Server.Tests.Leaks.Talks;

/// <summary>
/// The push service and the mail server of one world: what each is given, and when. What the server does by itself is done step by step, so that the same moments are the same in both worlds.
/// </summary>
internal sealed partial class NoticeEar : IAsyncDisposable
{
    private readonly PushService _push;
    private readonly MailServer _mail;
    private readonly Dictionary<string, PushBrowser> _browsers = [];
    private readonly List<Told> _told = [];
    private RunningServer _server = null!;
    private (int Pushes, int Mails) _known;

    private NoticeEar(PushService push, MailServer mail) => (_push, _mail) = (push, mail);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public IReadOnlyList<OutboundOpening> Openings => [_push.Opening];

    public MailSettings Mail => _mail.Settings;

    /// <summary>Where pushes go.</summary>
    public string Address => _push.Address.GetLeftPart(UriPartial.Authority);

    public static async Task<NoticeEar> StartAsync() => new(await PushService.StartAsync(), MailServer.Start());

    public async ValueTask DisposeAsync()
    {
        await _push.DisposeAsync();
        await _mail.DisposeAsync();
        foreach (var browser in _browsers.Values)
        {
            browser.Dispose();
        }
    }

    /// <summary>Takes over what a server does by itself about notices and late answers.</summary>
    public async Task TakeOverAsync(RunningServer server)
    {
        _server = server;
        await server.App.Services.GetRequiredService<NoticeWork>().StopAsync(Cancel);
        await server.App.Services.GetServices<IHostedService>().OfType<LateWatch>().Single().StopAsync(Cancel);
    }

    /// <summary>Lets a minute pass. What is found at a moment is told half a minute later at the soonest, so nothing comes between two steps.</summary>
    public async Task PassAMinuteAsync()
    {
        await PassAsync(NoticePlan.Gathering);
        await PassAsync(NoticePlan.Gathering);
    }

    /// <summary>Lets so much time pass that whatever is told at once is told, also after a pause.</summary>
    public async Task PassAWhileAsync()
    {
        await PassAMinuteAsync();
        await PassAsync(NoticePlan.Pause / 2);
        await PassAsync(NoticePlan.Pause / 2);
        await PassAMinuteAsync();
    }

    /// <summary>All that is due by now is told when the task completes, and noted with the moment.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        _server.Clock.Advance(time);
        await _server.Modules.Conversations.Late.TellAsync(Cancel);
        await _server.App.Services.GetRequiredService<NoticeWork>().WorkAsync(Cancel);
        var (now, pushes, mails) = (_server.Clock.GetUtcNow(), _push.Got, _mail.Got);
        _told.AddRange(pushes.Skip(_known.Pushes).Select(got => new Told(got.Path.TrimStart('/'), now, Seen(got))).OrderBy(static told => told.Text, StringComparer.Ordinal));
        _told.AddRange(mails.Skip(_known.Mails).Select(got => new Told(got.To.Split('@')[0], now, Seen(got.To, got.Text))).OrderBy(static told => told.Text, StringComparer.Ordinal));
        _known = (pushes.Count, mails.Count);
    }

    /// <summary>Lets hours pass at once: what is told once a day is, and what a team promised to answer is late. Sessions of browsers last longer.</summary>
    public Task PassHoursAsync() => PassAsync(TimeSpan.FromHours(3));

    /// <summary>What somebody was told: of each push and each mail when, by which address, with which headers, how long, and what it says.</summary>
    /// <param name="name">Their name at the push service and in their mail address.</param>
    public IReadOnlyList<string> Of(string name) => [.. _told.Where(told => told.To == name).Select(static told => $"{told.At.ToString("O", CultureInfo.InvariantCulture)} {told.Text}")];

    /// <summary>Turns push and mail on for somebody.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="name">Their name there.</param>
    /// <param name="isMailAtOnce">Whether mail goes out at once too; else as most people have it, once a day.</param>
    public Task TurnOnAsync(Person person, string name, bool isMailAtOnce)
    {
        var (browser, now) = (_browsers[name] = new PushBrowser(), _server.Clock.GetUtcNow());
        return ChangeAsync(person, choices =>
        {
            var on = NoticeForm.WithUsual(
                NoticeForm.WithUsual(
                    choices with
                    {
                        Devices = [new NoticeDevice(LocalId.New(), "a browser", new Uri(_push.Address, "/" + name).AbsoluteUri, browser.Key, browser.Secret, now)],
                        Mail = new NoticeMail($"{name}@mail.example", now, IsConfirmed: true),
                    },
                    NoticeWay.Push),
                NoticeWay.Mail);
            var daily = now + TimeSpan.FromHours(2.5);
            on = on with { DailyAt = (daily.Hour * 60) + daily.Minute };
            return isMailAtOnce ? on with { Rules = [.. on.Rules.Select(static rule => rule with { Tempo = NoticeTempo.AtOnce })] } : on;
        });
    }

    /// <summary>Turns all of it off.</summary>
    public Task TurnOffAsync(Person person) => ChangeAsync(person, static _ => NoticeChoices.None);

    private async Task ChangeAsync(Person person, Func<NoticeChoices, NoticeChoices> change) =>
        Assert.NotNull(await _server.App.Services.GetRequiredService<NoticeDesk>().ChangeAsync(person, change, Cancel));

    /// <summary>What the push service sees, and what the browser reads. Who sends is signed anew each time: of that what it says, and how long it is.</summary>
    private string Seen(Pushed got)
    {
        var text = new StringBuilder($"push {got.Method} {got.Path}\n");
        foreach (var (name, value) in got.Headers.Where(static header => header.Key is not "Host").OrderBy(static header => header.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {(name == "Authorization" ? $"{value.Length}, {Claims(value)}" : value)}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"{got.Body.Length} bytes\n{_browsers[got.Path.TrimStart('/')].Read(got.Body)}\n").ToString();
    }

    private static string Claims(string authorization) => JsonNode.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(authorization.Split('.')[1])))!.ToJsonString();

    /// <summary>A mail as it came, but for its id and for the link that stops it, which are random.</summary>
    private static string Seen(string to, string mail) =>
        $"mail to {to}\n{Random().Replace(mail, static random => string.Concat(random.Value.Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? '*' : letter)))}\n";

    /// <summary>Long lines are broken in mails: in headers before a blank, in the text after an equals sign.</summary>
    [GeneratedRegex("[0-9a-f]{32}@|/notices/stop/(?:[A-Za-z0-9_-]|=\n|\n[ \t])+", RegexOptions.NonBacktracking)]
    private static partial Regex Random();

    private sealed record Told(string To, DateTimeOffset At, string Text);
}
