using System.Net;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Hosting;

/// <summary>What attackers do to the ways in.</summary>
public sealed class SignInSafetyTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/sign-in/passkey")]
    [InlineData("/sign-in/passkey/question")]
    [InlineData("/sign-in/code")]
    [InlineData("/sign-up")]
    [InlineData("/sign-up/passkey")]
    [InlineData("/sign-up/passkey/question")]
    [InlineData("/recover")]
    public async Task AFormFromElsewhereIsRefused(string path)
    {
        using var visitor = new FormVisitor(server);
        using var answer = await visitor.PostWithAsync(path, ("name", "x"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("/account/passkeys/question")]
    [InlineData("/account/passkeys/remove")]
    [InlineData("/account/password")]
    [InlineData("/account/password/remove")]
    [InlineData("/account/app/new")]
    [InlineData("/account/app/remove")]
    [InlineData("/account/recovery-codes")]
    [InlineData("/account/sessions/end-others")]
    [InlineData("/confirm")]
    public async Task AFormFromElsewhereChangesNothingOfAnAccount(string path)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = new FormVisitor(server);
        using var signedIn = await visitor.SignInAsync(home.Patient.SignInName);
        using var answer = await visitor.PostWithAsync(path, ("password", "another password of mine"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("CfDJ8AAAA")]
    [InlineData("not sealed by us")]
    public async Task NobodyIsHalfwayInWithoutThePassword(string forged)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var codes = await server.Modules.People.SecondStep.NewRecoveryCodesAsync(home.Patient.Person.Id, Cancel);
        using var visitor = new FormVisitor(server);
        using var answer = await visitor.PostAsync("/sign-in", "/sign-in/code", ("halfway", forged), ("code", codes[0]));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.DoesNotContain("rapport=", answer.Headers.TryGetValues("Set-Cookie", out var set) ? string.Join(";", set) : "", StringComparison.Ordinal);
        Assert.Equal(10, (await server.Modules.People.SecondStep.FindAsync(home.Patient.Person.Id, Cancel)).RecoveryCodes);
    }

    /// <summary>Only the servers of tests hash less (<see cref="RunningServer"/>): whoever opens the modules says nothing of it.</summary>
    [Fact]
    public void PasswordsAndPasscodesAreHashedAsOftenAsIsSafe() => Assert.Equal((210_000, 210_000), (new PeopleOptions().PasswordIterations, new RecordsOptions().PasscodeIterations));

    [Fact]
    public async Task ThePasswordAloneOpensNothingWhereAnAppIsUsed()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await UseAppAsync(home.Patient.Person);
        using var visitor = new FormVisitor(server);
        using var answer = await visitor.SignInAsync(home.Patient.SignInName);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var record = await visitor.GetAsync("/record");
        Assert.Equal(HttpStatusCode.Redirect, record.StatusCode);
    }

    [Fact]
    public async Task ACodeThatWasUsedIsNotTakenAgainByWhoLookedOverTheShoulder()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var secret = await UseAppAsync(home.Patient.Person);
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        var code = TotpOf(secret);
        using var owner = new FormVisitor(server);
        Assert.Equal(HttpStatusCode.SeeOther, (await GiveCodeAsync(owner, home.Patient, code)).StatusCode);
        using var thief = new FormVisitor(server);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await GiveCodeAsync(thief, home.Patient, code)).StatusCode);
    }

    [Fact]
    public async Task ADeviceLeftOpenDoesNotLetOneChangeHowItsPersonSignsIn()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = new FormVisitor(server);
        using var signedIn = await visitor.SignInAsync(home.Patient.SignInName);
        var token = await visitor.TokenAsync("/account");
        server.Clock.Advance(TimeSpan.FromMinutes(16));
        foreach (var path in new[] { "/account/password", "/account/recovery-codes", "/account/app/new", "/account/passkeys/question", "/account/passkeys" })
        {
            using var answer = await visitor.PostWithAsync(path, ("__RequestVerificationToken", token), ("password", "a thief was here today"));
            Assert.Equal("/confirm?then=%2Faccount", answer.Headers.Location?.ToString());
        }

        Assert.NotNull((await server.Modules.People.Passwords.CheckAsync(home.Patient.SignInName, Household.Password, "test", Cancel)).Person);
    }

    [Fact]
    public async Task TheCookieOfADeviceLeftOpenSharesNothingThroughTheApiAndTakesNothingAlong()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var secret = await server.Modules.People.Sessions.StartAsync(home.Patient.Person.Id, "test", SignInMethod.Password, Cancel);
        var record = home.Patient.Person.Record;
        async Task<HttpStatusCode> AskAsync(HttpMethod method, string path)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Add("Cookie", "rapport=" + secret);
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
            request.Content = method == HttpMethod.Get ? null : new StringContent("{}", System.Text.Encoding.UTF8, "application/fhir+json");
            using var client = server.Client();
            return (await client.SendAsync(request, Cancel)).StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, await AskAsync(HttpMethod.Get, $"/fhir/Patient/{record}/$everything"));
        Assert.NotEqual(HttpStatusCode.Forbidden, await AskAsync(HttpMethod.Post, "/fhir/Consent"));
        server.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(HttpMethod.Get, $"/fhir/Patient/{record}/$everything"));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(HttpMethod.Post, "/fhir/Consent"));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(HttpMethod.Put, $"/fhir/Consent/{record}.0000000000001"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(HttpMethod.Get, $"/fhir/Patient/{record}"));
    }

    [Fact]
    public async Task WhoIsHalfwayInIsOutWhenThePasswordChangesAndAfterFiveMinutesHoweverManyCodesAreTried()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var secret = await UseAppAsync(home.Patient.Person);
        foreach (var changesPassword in new[] { true, false })
        {
            using var thief = new FormVisitor(server);
            var password = changesPassword ? Household.Password : "eleven yellow tractors";
            using var page = await thief.SignInAsync(home.Patient.SignInName, password);
            var halfway = HalfwayOf(await page.Content.ReadAsStringAsync(Cancel));
            server.Clock.Advance(TimeSpan.FromMinutes(3));
            using var wrong = await thief.PostAsync("/sign-in", "/sign-in/code", ("halfway", halfway), ("code", "000000"));
            halfway = HalfwayOf(await wrong.Content.ReadAsStringAsync(Cancel));
            if (changesPassword)
            {
                await server.Modules.People.Passwords.ChangeAsync(home.Patient.Person.Id, "eleven yellow tractors", null, Cancel);
            }
            else
            {
                server.Clock.Advance(TimeSpan.FromMinutes(3));
            }

            using var late = await thief.PostAsync("/sign-in", "/sign-in/code", ("halfway", halfway), ("code", TotpOf(secret)));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, late.StatusCode);
        }
    }

    [Theory]
    [InlineData("/é")]
    [InlineData("/record?kind=\uD83D\uDD11")]
    public async Task APathOfAnyCharactersIsFollowed(string then)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = new FormVisitor(server);
        using var answer = await visitor.SignInAsync(home.Patient.SignInName, then: then);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task ConfirmingLeadsNowhereElse(string then)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = new FormVisitor(server);
        using var signedIn = await visitor.SignInAsync(home.Patient.SignInName);
        using var answer = await visitor.PostAsync("/account", "/confirm", ("password", Household.Password), ("then", then));
        Assert.Equal("/account", answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task WhoEndsEverySessionElsewhereEndsAThiefsAtOnce()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var thief = new FormVisitor(server);
        using var owner = new FormVisitor(server);
        using var first = await thief.SignInAsync(home.Patient.SignInName);
        using var second = await owner.SignInAsync(home.Patient.SignInName);
        using var ended = await owner.PostAsync("/account", "/account/sessions/end-others");
        Assert.Equal(HttpStatusCode.Redirect, (await thief.GetAsync("/record")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/record")).StatusCode);
    }

    [Fact]
    public async Task SigningUpTellsNothingAboutWhoIsHere()
    {
        // The name that one signs in with is made here, so there is nothing to ask about.
        using var visitor = new FormVisitor(server);
        using var first = await visitor.PostAsync("/sign-up", "/sign-up", ("name", "Maya"), ("password", "seven purple kettles"));
        using var other = new FormVisitor(server);
        using var second = await other.PostAsync("/sign-up", "/sign-up", ("name", "Maya"), ("password", "seven purple kettles"));
        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.SeeOther), (first.StatusCode, second.StatusCode));
    }

    [Fact]
    public async Task ClosingAnAccountGoesOnWhereAnAttemptStoppedAfterTheRecordWasErased()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = new FormVisitor(server);
        using var signedIn = await visitor.SignInAsync(home.Patient.SignInName);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/record")).StatusCode);
        await using var otherNode = await RecordsModule.OpenAsync(server.Modules.Database, server.Modules.Keyring, new RecordsOptions(), server.Clock, Cancel);
        var own = await otherNode.Compartments.OpenOwnAsync(home.Patient.Person.Record!.Value, Household.ActorOf(home.Patient.Person), Cancel);
        await own!.EraseAsync(Cancel);

        using var closed = await visitor.PostAsync("/account", "/account/close", ("name", home.Patient.SignInName));

        Assert.Equal("/closed", closed.Headers.Location?.ToString());
        Assert.Null(await server.Modules.People.Accounts.FindAsync(home.Patient.Person.Id, Cancel));
    }

    [Fact]
    public async Task AClosedServerTakesNobody()
    {
        await using var closed = new RunningServer { SignUp = SignUpRule.Closed };
        await closed.InitializeAsync();
        using var visitor = new FormVisitor(closed);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/sign-up")).StatusCode);
        Assert.DoesNotContain("/sign-up", await visitor.ReadAsync("/sign-in"), StringComparison.Ordinal);
        foreach (var path in new[] { "/sign-up", "/sign-up/passkey", "/sign-up/passkey/question" })
        {
            using var answer = await visitor.PostAsync("/sign-in", path, ("name", "Maya"), ("password", "seven purple kettles"));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    private async Task<string> UseAppAsync(Person person)
    {
        var setup = await server.Modules.People.SecondStep.BeginAppAsync(person, Cancel);
        Assert.True(await server.Modules.People.SecondStep.ConfirmAppAsync(person.Id, TotpOf(setup.Secret), Cancel));
        return setup.Secret;
    }

    private static async Task<HttpResponseMessage> GiveCodeAsync(FormVisitor visitor, Resident resident, string code)
    {
        using var answer = await visitor.SignInAsync(resident.SignInName);
        var halfway = HalfwayOf(await answer.Content.ReadAsStringAsync(Cancel));
        return await visitor.PostAsync("/sign-in", "/sign-in/code", ("halfway", halfway), ("code", code));
    }

    private static string HalfwayOf(string page) => System.Text.RegularExpressions.Regex.Match(page, "name=\"halfway\" value=\"(?<it>[^\"]+)\"", System.Text.RegularExpressions.RegexOptions.NonBacktracking).Groups["it"].Value;

    private string TotpOf(string secret) => AuthenticatorApp.CodeOf(secret, server.Clock.GetUtcNow());
}
