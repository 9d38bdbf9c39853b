using System.Net;
using System.Text;
using Rapport.People;

namespace Rapport.Server.Tests.Hosting;

/// <summary>An access token opens what it was made for, and tells a program what it lacks.</summary>
public sealed class TokenScopeTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, TokenScopes> Doors => new()
    {
        { "GET", "/fhir/Patient/{own}", TokenScopes.ReadOwn },
        { "GET", "/fhir/Observation?patient={own}", TokenScopes.ReadOwn },
        { "GET", "/fhir/Observation", TokenScopes.ReadOwn },
        { "GET", "/fhir/Patient/{own}/$everything", TokenScopes.ReadOwn },
        { "GET", "/fhir/Patient/{own}/_history", TokenScopes.ReadOwn },
        { "GET", "/api/ledger/{own}", TokenScopes.ReadOwn },
        { "GET", "/api/ledger/{own}/export", TokenScopes.ReadOwn },
        { "GET", "/fhir/Patient/{other}", TokenScopes.ReadShared },
        { "GET", "/fhir/Observation?patient={other}", TokenScopes.ReadShared },
        { "GET", "/fhir/Patient/{other}/$everything", TokenScopes.ReadShared },
        { "POST", "/fhir", TokenScopes.Contribute },
        { "POST", "/fhir/Consent", TokenScopes.Share },
        { "PUT", "/fhir/Consent/{own}.0000000000001", TokenScopes.Share },
    };

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task EachDoorNeedsItsScopeAndNoOther(string method, string path, TokenScopes needed)
    {
        var maya = await server.AddPatientAsync();
        var other = await server.AddPatientAsync();
        var address = path.Replace("{own}", maya.Record.ToString(), StringComparison.Ordinal).Replace("{other}", other.Record.ToString(), StringComparison.Ordinal);

        using var lacking = await AskAsync(maya, TokenScopes.All & ~needed, method, address);
        Assert.Equal(HttpStatusCode.Forbidden, lacking.StatusCode);
        Assert.Contains("insufficient_scope", lacking.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);

        using var having = await AskAsync(maya, needed, method, address);
        Assert.NotEqual(HttpStatusCode.Forbidden, having.StatusCode);
        Assert.NotEqual(HttpStatusCode.Unauthorized, having.StatusCode);
    }

    [Fact]
    public async Task ATokenWithoutTheScopeLearnsNothingAboutWhatIsThere()
    {
        var maya = await server.AddPatientAsync();
        var other = await server.AddPatientAsync();
        using var there = await AskAsync(maya, TokenScopes.ReadOwn, "GET", $"/fhir/Patient/{other.Record}");
        using var nowhere = await AskAsync(maya, TokenScopes.ReadOwn, "GET", $"/fhir/Patient/{Data.PatientId.New()}");
        Assert.Equal(await there.Content.ReadAsStringAsync(Cancel), await nowhere.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(there.StatusCode, nowhere.StatusCode);
    }

    [Theory]
    [InlineData("/record")]
    [InlineData("/share")]
    [InlineData("/tokens")]
    [InlineData("/")]
    public async Task ATokenOpensNoPage(string page)
    {
        var maya = await server.AddPatientAsync();
        using var answer = await AskAsync(maya, TokenScopes.All, "GET", page);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private async Task<HttpResponseMessage> AskAsync(TestPerson person, TokenScopes scopes, string method, string address)
    {
        var token = (await server.Modules.People.AccessTokens.CreateAsync(person.Person.Id, "scoped", scopes, null, Cancel)).Value!;
        using var client = server.Client(token.Secret);
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (method != "GET")
        {
            request.Content = new StringContent("{}", Encoding.UTF8, "application/fhir+json");
        }

        return await client.SendAsync(request, Cancel);
    }
}
