using System.Net;
using System.Text;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>What keeps pages safe, asked over plain HTTP.</summary>
public sealed class PageSafetyTests(RunningServer server) : IClassFixture<RunningServer>
{
    public static TheoryData<string> Pages => ["/sign-in", "/record", "/share", "/share/new", "/gather", "/ledger", "/circle", "/tokens", "/nothing"];

    public static TheoryData<string> Forms => ["/share", "/share/new", "/share/what", "/share/until", "/share/stop", "/share/let-end", "/gather/9z8y7x6w5v4ub/confirm", "/gather/sources/1/take-back", "/tokens", "/tokens/revoke", "/sign-in", "/sign-out"];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task NoPageHasScriptOrStyleOfItsOwnOrLeadsElsewhere(string path)
    {
        using var visitor = await SignedInAsync();
        if (path == "/sign-in")
        {
            visitor.Cookies.GetAllCookies().Clear();
        }

        using var answer = await visitor.GetAsync(path);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<style", html);
        Assert.DoesNotContain("style=", html);
        Assert.DoesNotContain("onclick", html);
        Assert.DoesNotContain("http://", html.Replace("http://www.w3.org", ""));
        Assert.True(html.Length < 60_000, $"{html.Length} characters");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/record")]
    [InlineData("/nothing")]
    public async Task HeadIsAnsweredLikeGet(string path)
    {
        using var visitor = await SignedInAsync();
        var session = visitor.Cookies.GetCookieHeader(server.Address);
        using var client = server.Client();
        var get = await client.AskAsync(HttpMethod.Get, path, null, ("Cookie", session));
        var head = await client.AskAsync(HttpMethod.Head, path, null, ("Cookie", session));
        var stranger = (await client.AskAsync(HttpMethod.Get, "/"), await client.AskAsync(HttpMethod.Head, "/"));

        Assert.Equal((get.Status, ""), (head.Status, head.Body));
        Assert.Equal(get.Header("Location"), head.Header("Location"));
        Assert.Equal((stranger.Item1.Status, stranger.Item1.Header("Location")), (stranger.Item2.Status, stranger.Item2.Header("Location")));
    }

    [Fact]
    public async Task CookiesAreOutOfReachOfScriptsAndOtherSites()
    {
        using var visitor = new FormVisitor(server);
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var page = await visitor.GetAsync("/sign-in");
        using var answer = await visitor.SignInAsync(home.Patient.SignInName);

        var form = Assert.Single(page.Headers.GetValues("Set-Cookie"));
        var session = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("samesite=strict; httponly", form);
        Assert.StartsWith("rapport=", session);
        Assert.Contains("samesite=lax; httponly", session);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task AFormWithoutItsTokenChangesNothing(string path)
    {
        using var visitor = await SignedInAsync();

        using var without = await visitor.PostWithAsync(path, ("label", "x"));
        using var wrong = await visitor.PostWithAsync(path, ("__RequestVerificationToken", "CfDJ8x"), ("label", "x"));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (without.StatusCode, wrong.StatusCode));
        Assert.Contains("This form is too old", await without.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task AFileWithoutTheTokenBeforeItIsNotRead()
    {
        using var visitor = await SignedInAsync();
        using var late = new MultipartFormDataContent
        {
            { new ByteArrayContent(Household.DemoRecord()), "file", "maya.json" },
            { new StringContent(await visitor.TokenAsync("/gather")), "__RequestVerificationToken" },
        };

        using var answer = await visitor.PostWithAsync("/gather", late);
        using var wrong = await visitor.UploadAsync("maya.json", Household.DemoRecord(), token: "CfDJ8x");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (answer.StatusCode, wrong.StatusCode));
        Assert.Contains("Your record is still empty", await visitor.ReadAsync("/record"));
    }

    [Fact]
    public async Task AnUnknownNameAndAWrongPasswordGetTheSameAnswer()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = new FormVisitor(server);

        using var wrong = await visitor.SignInAsync(home.Patient.SignInName, "wrong password");
        using var unknown = await visitor.SignInAsync("nobody-of-that-name", "wrong password");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Equal(wrong.StatusCode, unknown.StatusCode);
        Assert.Equal(
            Plain(await wrong.Content.ReadAsStringAsync(), home.Patient.SignInName), Plain(await unknown.Content.ReadAsStringAsync(), "nobody-of-that-name"));

        static string Plain(string html, string name) =>
            System.Text.RegularExpressions.Regex.Replace(html.Replace(name, "NAME"), "value=\"CfDJ[^\"]+\"", "", System.Text.RegularExpressions.RegexOptions.NonBacktracking);
    }

    [Theory]
    [InlineData("/ledger?before=5", "/ledger?before=5")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/a\r\nSet-Cookie: x=y", "/")]
    [InlineData("", "/")]
    public async Task SigningInLeadsNowhereElse(string then, string expected)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = new FormVisitor(server);

        using var answer = await visitor.SignInAsync(home.Patient.SignInName, then: then);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(expected, answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task SigningInMakesANewSessionAndEndsTheOneBefore()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = new FormVisitor(server);
        await visitor.SignInAsync(home.Patient.SignInName);
        var before = visitor.Cookies.GetAllCookies()["rapport"]!.Value;
        var token = await visitor.TokenAsync("/tokens");
        using var again = await visitor.PostWithAsync(
            "/sign-in", ("__RequestVerificationToken", token), ("name", home.Doctor.SignInName), ("password", Household.Password));
        var after = visitor.Cookies.GetAllCookies()["rapport"]!.Value;

        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
        Assert.NotEqual(before, after);
        Assert.Null(await server.Modules.People.Sessions.FindAsync(before, TestContext.Current.CancellationToken));
        Assert.Contains("Dr Lee", await visitor.ReadAsync("/shared"));
    }

    [Fact]
    public async Task SigningOutEndsTheSessionOnTheServer()
    {
        using var visitor = await SignedInAsync();
        var secret = visitor.Cookies.GetAllCookies()["rapport"]!.Value;

        using var answer = await visitor.PostAsync("/tokens", "/sign-out");

        Assert.Equal("/sign-in", answer.Headers.Location!.OriginalString);
        Assert.Null(await server.Modules.People.Sessions.FindAsync(secret, TestContext.Current.CancellationToken));
        Assert.Null(visitor.Cookies.GetAllCookies()["rapport"]);
    }

    [Fact]
    public async Task WhatIsNotPermittedLooksLikeWhatDoesNotExist()
    {
        var home = await Household.MoveInAsync(server);
        var record = home.Patient.Person.Record!.Value;
        var own = await home.Patient.OpenAsync(server);
        var answer = await own.QueryAsync(new Records.RecordQuery.Timeline(1), TestContext.Current.CancellationToken);
        var there = answer.Entries[0];
        using var stranger = new FormVisitor(server);
        await stranger.SignInAsync(home.Stranger.SignInName);

        string[] paths =
        [
            $"/shared/{record}", $"/shared/{record}?for=TREAT", $"/shared/{record}/{there.Reference}", $"/record/{there.Reference}",
            $"/shared/{Data.PatientId.New()}", $"/shared/{record}/Observation/{record}.{Data.LocalId.New()}", "/shared/x", "/shared/x/y/z", "/no/such/page", "/ledger/0",
        ];
        var pages = new HashSet<string>();
        foreach (var path in paths)
        {
            using var page = await stranger.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
            pages.Add(System.Text.RegularExpressions.Regex.Replace(
                await page.Content.ReadAsStringAsync(), "value=\"CfDJ[^\"]+\"", "", System.Text.RegularExpressions.RegexOptions.NonBacktracking));
        }

        Assert.Single(pages);
    }

    [Fact]
    public async Task AFileIsTakenUpToTheLimitAndRefusedAboveIt()
    {
        using var visitor = await SignedInAsync();
        var limit = (int)server.Settings.MaxImportBytes;
        var fits = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Household.DemoRecord()).PadRight(limit - 100));

        using var taken = await visitor.UploadAsync("maya.json", fits);
        using var refused = await visitor.UploadAsync("huge.json", new byte[limit + 1]);

        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Contains("It is in your record", await taken.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.Contains("larger than", await refused.Content.ReadAsStringAsync());
        Assert.Contains("382 entries", await visitor.ReadAsync("/record"));
    }

    [Theory]
    [InlineData("", "The file is empty: choose another.", HttpStatusCode.UnprocessableEntity)]
    [InlineData("not json at all", "Nothing was added", HttpStatusCode.OK)]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[", "Nothing was added", HttpStatusCode.OK)]
    public async Task ABadFileIsToldInWordsAndChangesNothing(string content, string expected, HttpStatusCode status)
    {
        using var visitor = await SignedInAsync();

        using var answer = await visitor.UploadAsync("bad.json", Encoding.UTF8.GetBytes(content));

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync());
        Assert.Contains("Your record is still empty", await visitor.ReadAsync("/record"));
    }

    [Fact]
    public async Task AFileNameIsShownAndNeverRun()
    {
        using var visitor = await SignedInAsync();

        using var answer = await visitor.UploadAsync("<img src=x onerror=alert(1)>.json", Household.DemoRecord());

        var html = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<img src=x", html);
        Assert.Contains("&lt;img src=x", html);
    }

    private async Task<FormVisitor> SignedInAsync()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var visitor = new FormVisitor(server);
        await visitor.SignInAsync(home.Patient.SignInName);
        return visitor;
    }
}
