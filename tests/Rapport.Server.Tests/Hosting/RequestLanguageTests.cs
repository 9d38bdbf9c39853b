using System.Net;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Hosting;

/// <summary>In which language a page comes, and that a choice stays.</summary>
public sealed class RequestLanguageTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string English = "Your health record, in your hands";

    private const string Spanish = "Su historia clínica, en sus manos";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, English)]
    [InlineData("", English)]
    [InlineData("es", Spanish)]
    [InlineData("es-MX,es;q=0.9,en;q=0.8", Spanish)]
    [InlineData("ES-ar", Spanish)]
    [InlineData("en-GB,es;q=0.9", English)]
    [InlineData("fr,es;q=0.5,en;q=0.4", Spanish)]
    [InlineData("fr;q=1,en;q=0.2,es;q=0.3", Spanish)]
    [InlineData("es;q=0,en;q=0.1", English)]
    [InlineData("de,fr", English)]
    [InlineData("*", English)]
    [InlineData("est", English)]
    [InlineData(";;;q=,,\"", English)]
    public async Task BeforeAnybodySignsInTheBrowserIsAsked(string? asked, string heading)
    {
        using HttpClient client = server.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
        if (asked is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Language", asked);
        }

        using HttpResponseMessage response = await client.SendAsync(request, Cancel);
        string page = WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains(heading, page, StringComparison.Ordinal);
        Assert.Contains(heading == Spanish ? "<html lang=\"es\"" : "<html lang=\"en\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AChoiceStaysWithTheBrowserAndComesBackToThePage()
    {
        using var visitor = new FormVisitor(server);
        using HttpResponseMessage chosen = await visitor.PostAsync("/sign-up", "/language", ("language", "es"), ("back", "/sign-up"));
        Assert.Equal((HttpStatusCode.SeeOther, "/sign-up"), (chosen.StatusCode, chosen.Headers.Location?.OriginalString));
        Assert.Contains("Crear una cuenta", WebUtility.HtmlDecode(await visitor.ReadAsync("/sign-up")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AChoiceStaysWithTheAccountOnEveryDevice()
    {
        Household home = await Household.MoveInAsync(server);
        using var desk = new FormVisitor(server);
        using HttpResponseMessage signedIn = await desk.SignInAsync(home.Patient.SignInName);
        using HttpResponseMessage chosen = await desk.PostAsync("/account", "/language", ("language", "es"), ("back", "/account"));

        using var phone = new FormVisitor(server);
        using HttpResponseMessage again = await phone.SignInAsync(home.Patient.SignInName);
        Assert.Contains("Su cuenta", WebUtility.HtmlDecode(await phone.ReadAsync("/account")), StringComparison.Ordinal);

        // And with the browser: the page before signing in speaks it the next time.
        using HttpResponseMessage signedOut = await phone.PostAsync("/account", "/sign-out");
        Assert.Contains(Spanish, WebUtility.HtmlDecode(await phone.ReadAsync("/sign-in")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fr", "/account", HttpStatusCode.BadRequest)]
    [InlineData("", "/account", HttpStatusCode.BadRequest)]
    [InlineData("es", "https://elsewhere.example/", HttpStatusCode.SeeOther)]
    [InlineData("es", "//elsewhere.example/", HttpStatusCode.SeeOther)]
    public async Task NothingElseIsChosenAndNobodyIsLedElsewhere(string language, string back, HttpStatusCode status)
    {
        using var visitor = new FormVisitor(server);
        using HttpResponseMessage answer = await visitor.PostAsync("/sign-in", "/language", ("language", language), ("back", back));
        Assert.Equal(status, answer.StatusCode);
        Assert.True(answer.Headers.Location is null || answer.Headers.Location.OriginalString == "/");
    }

    [Fact]
    public async Task AFormFromElsewhereChoosesNothing()
    {
        using var visitor = new FormVisitor(server);
        using HttpResponseMessage answer = await visitor.PostWithAsync("/language", ("language", "es"), ("back", "/"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains(English, WebUtility.HtmlDecode(await visitor.ReadAsync("/sign-in")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/account/nothing-like-this")]
    [InlineData("/record/Observation/x")]
    public async Task WhatCannotBeShownIsSaidInTheReadersLanguageToo(string path)
    {
        Household home = await Household.MoveInAsync(server);
        using var visitor = new FormVisitor(server);
        using HttpResponseMessage signedIn = await visitor.SignInAsync(home.Patient.SignInName);
        using HttpResponseMessage chosen = await visitor.PostAsync("/account", "/language", ("language", "es"), ("back", "/"));
        Assert.Contains("Aquí no hay nada", WebUtility.HtmlDecode(await visitor.ReadAsync(path)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProgramsAreAnsweredInEnglish()
    {
        using HttpClient client = server.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/fhir/Observation/x");
        request.Headers.TryAddWithoutValidation("Accept-Language", "es");
        using HttpResponseMessage response = await client.SendAsync(request, Cancel);
        Assert.Contains("sign in, or send", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
