using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using Rapport.Gathering;
using Rapport.Language;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;
using Rapport.TestKit;

[assembly: AssemblyFixture(typeof(BrowserFixture))]

namespace Rapport.Server.Tests.Pages;

/// <summary>
/// Chromium, and a server for it to look at. The browser is the one of the machine: <c>RAPPORT_TEST_CHROMIUM</c>, or what a Linux system
/// calls it. Where there is none, the tests that need it show as skipped.
/// </summary>
/// <remarks>
/// Where the machine has Chromium without its windows too (<c>RAPPORT_TEST_HEADLESS</c>, Debian's <c>chromium-headless-shell</c>), most
/// visitors come with that: the engine is the same, and a visit costs a third of the processor time.
/// </remarks>
public sealed class BrowserFixture : IAsyncLifetime
{
    private static readonly string? Whole = Find("RAPPORT_TEST_CHROMIUM", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
    private static readonly string? Light = Find("RAPPORT_TEST_HEADLESS", "/usr/bin/chromium-headless-shell");

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, IBrowser> _browsers = [];
    private IPlaywright? _playwright;

    /// <summary>Whether there is a browser.</summary>
    internal static bool IsHere => (Light ?? Whole) is not null;

    /// <summary>The server.</summary>
    /// <remarks>Its clock moves by seconds alone: all visitors of all tests go by it, and who has just shown who they are must stay that for the length of a test.</remarks>
    public RunningServer Server { get; } = new()
    {
        Clock = new ManualClock { Most = TimeSpan.FromSeconds(2) },
        Demo = true,
        HasLinks = true,

        // A mail server that does not answer.
        Mail = new Server.Notices.Mail.MailSettings { Host = "127.0.0.1", Port = 9, From = "rapport@server.example", Address = new Uri("https://server.example") },
    };

    public async ValueTask InitializeAsync()
    {
        if (!IsHere)
        {
            return;
        }

        await Server.InitializeAsync();
        Server.Links.Files.AddRange([(LinkFile.Fhir, Encoding.UTF8.GetBytes(Files.Vaccine("L1").ToJsonString()), true), (LinkFile.Access, "{}"u8.ToArray(), true)]);
        Files.Trust(Server, "cards.harbour.example", Server.Links.Issuer);
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout((float)Patience.Limit.TotalMilliseconds);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var browser in _browsers.Values)
        {
            await browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _turn.Dispose();
        if (IsHere)
        {
            await Server.DisposeAsync();
        }
    }

    /// <summary>A server by a name: passkeys belong to names, not to addresses.</summary>
    internal static string AddressOf(RunningServer server) => $"http://localhost:{server.Address.Port}/";

    /// <summary>A browser of one person's own: no cookies, no history.</summary>
    /// <remarks>From here on the test finds its texts in the language of the visitor: the culture flows with a test and not to others.</remarks>
    /// <param name="look">How they look at pages.</param>
    /// <param name="server">Null for the one all share, whose clock nobody moves by more than seconds.</param>
    internal Task<Visitor> VisitAsync(Look? look = null, RunningServer? server = null)
    {
        look ??= new Look();
        CultureInfo.CurrentUICulture = look.Language.Culture;
        return OpenAsync(look, server ?? Server);
    }

    private async Task<Visitor> OpenAsync(Look look, RunningServer server)
    {
        var browser = await LaunchedAsync(look.NeedsWholeBrowser ? Whole : Light ?? Whole);
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = AddressOf(server),
            Locale = look.Language.Code,
            TimezoneId = look.Zone,
            JavaScriptEnabled = look.Script,
            ColorScheme = look.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new ViewportSize { Width = look.Width, Height = look.Width < 600 ? 780 : 900 },
        });
        context.SetDefaultTimeout((float)Patience.Limit.TotalMilliseconds);
        var page = await context.NewPageAsync();
        if (look.TimesSlower > 1)
        {
            await (await context.NewCDPSessionAsync(page)).SendAsync("Emulation.setCPUThrottlingRate", new Dictionary<string, object> { ["rate"] = look.TimesSlower });
        }

        return new Visitor(server, AddressOf(server), context, page, look.Script);
    }

    private async Task<IBrowser> LaunchedAsync(string? executable)
    {
        Assert.SkipWhen(executable is null, "there is no Chromium here: set RAPPORT_TEST_CHROMIUM to its path");
        await _turn.WaitAsync();
        try
        {
            return _browsers.TryGetValue(executable, out var running) ? running : _browsers[executable] = await _playwright!.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = executable,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream"],
            });
        }
        finally
        {
            _turn.Release();
        }
    }

    private static string? Find(string variable, params string[] usual) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named ? named : usual.FirstOrDefault(File.Exists);
}

/// <summary>How a visitor looks at pages.</summary>
/// <param name="Width">CSS pixels.</param>
/// <param name="Dark">The dark theme.</param>
/// <param name="Script">Whether scripts run.</param>
public sealed record Look(int Width = 1200, bool Dark = false, bool Script = true)
{
    /// <summary>What the browser asks for.</summary>
    public SpokenLanguage Language { get; init; } = Languages.English;

    /// <summary>By which clock the browser's machine goes.</summary>
    public string Zone { get; init; } = "UTC";

    /// <summary>Whether it takes a browser with all that is around its engine: notifications of the system, a microphone.</summary>
    public bool NeedsWholeBrowser { get; init; }

    /// <summary>How many times slower than this machine theirs is.</summary>
    public int TimesSlower { get; init; } = 1;

    public static Look Phone { get; } = new(Width: 360);

    public static Look WholeBrowser { get; } = new() { NeedsWholeBrowser = true };
}
