using System.Net;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Every header of <c>PageHeaders</c>, on every sort of answer a browser gets: a page, a page of one's own, a redirect, a refusal, a problem, a file.</summary>
public sealed class PageHeadersTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")]
    [InlineData("X-Content-Type-Options", "nosniff")]
    [InlineData("X-Frame-Options", "DENY")]
    [InlineData("Referrer-Policy", "no-referrer")]
    [InlineData("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()")]
    [InlineData("Cross-Origin-Opener-Policy", "same-origin")]
    [InlineData("Cross-Origin-Resource-Policy", "same-origin")]
    public async Task IsOnEveryAnswerOnce(string header, string value)
    {
        Household home = await Household.MoveInAsync(server);
        using var visitor = new FormVisitor(server);
        using var stranger = new FormVisitor(server);
        using HttpResponseMessage signedIn = await visitor.SignInAsync(home.Patient.SignInName);
        using HttpResponseMessage page = await visitor.GetAsync("/account");
        using HttpResponseMessage nothing = await visitor.GetAsync("/nothing");
        using HttpResponseMessage open = await stranger.GetAsync("/sign-in");
        using HttpResponseMessage led = await stranger.GetAsync("/account");
        using HttpResponseMessage refused = await stranger.PostWithAsync("/sign-in", ("name", "x"));
        using HttpResponseMessage file = await stranger.GetAsync(Design.SiteFiles.Href("rapport.css"));
        Assert.Equal(
            [HttpStatusCode.SeeOther, HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.OK, HttpStatusCode.Found, HttpStatusCode.Forbidden, HttpStatusCode.OK],
            new[] { signedIn, page, nothing, open, led, refused, file }.Select(answer => answer.StatusCode));
        Assert.All([signedIn, page, nothing, open, led, refused, file], answer => Assert.Equal([value], answer.Headers.GetValues(header)));
    }

    [Fact]
    public async Task NothingOfAPersonIsKeptAndFilesAre()
    {
        Household home = await Household.MoveInAsync(server);
        using var visitor = new FormVisitor(server);
        using HttpResponseMessage signedIn = await visitor.SignInAsync(home.Patient.SignInName);
        using HttpResponseMessage page = await visitor.GetAsync("/account");
        using HttpResponseMessage nothing = await visitor.GetAsync("/nothing");
        using HttpResponseMessage file = await visitor.GetAsync(Design.SiteFiles.Href("rapport.css"));
        Assert.All([signedIn, page, nothing], answer => Assert.Equal("no-store", answer.Headers.CacheControl?.ToString()));
        Assert.Equal("public, max-age=31536000, immutable", file.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task TheServerDoesNotSayWhatItIs()
    {
        using HttpClient client = server.Client();
        using HttpResponseMessage answer = await client.GetAsync("/sign-in", Cancel);
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("X-Powered-By"));
    }

    [Theory]
    [InlineData("https", "max-age=63072000")]
    [InlineData("http", null)]
    public async Task BehindTlsBrowsersAreToldToStayThere(string scheme, string? expected)
    {
        await using var proxied = new RunningServer { BehindProxy = true };
        await proxied.InitializeAsync();
        using HttpClient client = proxied.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
        request.Headers.Add("X-Forwarded-Proto", scheme);
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        using HttpResponseMessage answer = await client.SendAsync(request, Cancel);
        Assert.Equal(expected, answer.Headers.TryGetValues("Strict-Transport-Security", out IEnumerable<string>? told) ? Assert.Single(told) : null);
    }
}
