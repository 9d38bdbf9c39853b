using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Rapport.People;

namespace Rapport.Server.Tests.Hosting;

/// <summary>Who gets in: deny by default, tokens, session cookies, and what a foreign page can make a browser do.</summary>
public sealed class AccessTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/fhir/Patient/x", "application/fhir+json")]
    [InlineData("/fhir/nothing/here/at/all", "application/fhir+json")]
    [InlineData("/api/ledger/x", "application/problem+json")]
    [InlineData("/api/nothing", "application/problem+json")]
    public async Task ProgramsWithoutATokenAreToldToBringOne(string path, string mediaType)
    {
        using var answer = await server.Client().GetAsync(path, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
        Assert.Equal(mediaType, answer.Content.Headers.ContentType!.MediaType);
        Assert.NotEmpty(await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task BrowsersAreLedToTheSignInPageAndBack()
    {
        using var answer = await server.Client().GetAsync("/no/such/page?x=1", Cancel);

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal("/sign-in?then=%2Fno%2Fsuch%2Fpage%3Fx%3D1", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task ATokenOpensUntilItIsRevoked()
    {
        var patient = await server.AddPatientAsync();
        Assert.Equal(HttpStatusCode.OK, (await patient.Client.GetAsync($"/fhir/Patient/{patient.Record}", Cancel)).StatusCode);

        await server.Modules.People.AccessTokens.RevokeAsync(patient.Person.Id, patient.Token.Token.Id, Cancel);

        using var answer = await patient.Client.GetAsync($"/fhir/Patient/{patient.Record}", Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("invalid_token", answer.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("Bearer rapport_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Bearer ")]
    [InlineData("Bearer x y z")]
    [InlineData("Basic bWF5YTptYXlh")]
    [InlineData("rapport")]
    public async Task AnythingElseInTheHeaderOpensNothing(string authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/fhir/Patient");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        using var answer = await server.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task ABadTokenIsNotRescuedByAGoodCookie()
    {
        var patient = await server.AddPatientAsync();
        using var request = await WithCookieAsync(HttpMethod.Get, $"/fhir/Patient/{patient.Record}", patient.Person);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "rapport_wrong");

        using var answer = await server.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("?access_token={0}")]
    [InlineData("?token={0}")]
    [InlineData("?_format=json&ACCESS_TOKEN={0}")]
    public async Task ATokenInTheAddressIsRefusedEvenWhenItIsGood(string query)
    {
        var patient = await server.AddPatientAsync();

        using var answer = await patient.Client.GetAsync($"/fhir/Patient/{patient.Record}" + string.Format(query, patient.Token.Secret), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("security", await CodeOfAsync(answer));
    }

    [Fact]
    public async Task ASessionCookieReads()
    {
        var patient = await server.AddPatientAsync();
        using var request = await WithCookieAsync(HttpMethod.Get, $"/fhir/Patient/{patient.Record}", patient.Person);

        using var answer = await server.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("Origin", "https://evil.example", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Sec-Fetch-Site", "none", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Origin", "self", true)]
    public async Task WithACookieOnlyOurOwnPagesChangeAnything(string? header, string? value, bool passes)
    {
        var patient = await server.AddPatientAsync();
        using var request = await WithCookieAsync(HttpMethod.Post, "/fhir/Consent", patient.Person);
        request.Content = new StringContent("{", new MediaTypeHeaderValue("application/fhir+json"));
        if (header is not null)
        {
            request.Headers.Add(header, value == "self" ? server.Address.GetLeftPart(UriPartial.Authority) : value);
        }

        using var answer = await server.Client().SendAsync(request, Cancel);

        Assert.Equal(passes ? HttpStatusCode.BadRequest : HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task AForeignOriginIsNotRescuedByTheOtherHeader()
    {
        var patient = await server.AddPatientAsync();
        using var request = await WithCookieAsync(HttpMethod.Post, "/fhir/Consent", patient.Person);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        request.Headers.Add("Origin", server.Address.GetLeftPart(UriPartial.Authority));

        using var answer = await server.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task AnEndedSessionOpensNothing()
    {
        var patient = await server.AddPatientAsync();
        var secret = await server.Modules.People.Sessions.StartAsync(patient.Person.Id, "test", SignInMethod.Password, Cancel);
        await server.Modules.People.Sessions.EndAsync(secret, Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/fhir/Patient") { Headers = { { "Cookie", "rapport=" + secret } } };

        using var answer = await server.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private async Task<HttpRequestMessage> WithCookieAsync(HttpMethod method, string path, Person person)
    {
        var secret = await server.Modules.People.Sessions.StartAsync(person.Id, "test", SignInMethod.Password, Cancel);
        return new HttpRequestMessage(method, path) { Headers = { { "Cookie", "rapport=" + secret } } };
    }

    private static async Task<string?> CodeOfAsync(HttpResponseMessage answer)
    {
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        return json.RootElement.GetProperty("issue")[0].GetProperty("code").GetString();
    }
}
