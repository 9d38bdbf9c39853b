using System.Net;
using Rapport.Server.Hosting;
using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Hosting;

/// <summary>The server answers to its own names only, since it makes addresses of the name it is called by.</summary>
public sealed class AllowedHostsTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData(null, null, false, "localhost 127.0.0.1 127.0.0.2 [::1] LOCALHOST localhost. rapport.localhost", "evil.example 192.0.2.1 localhost.evil.example 0.0.0.0 .")]
    [InlineData("127.0.0.1", null, false, "localhost", "evil.example")]
    [InlineData("0.0.0.0", null, false, "localhost record.example.org 192.0.2.1", "")]
    [InlineData(null, null, true, "localhost record.example.org", "")]
    [InlineData("0.0.0.0", "record.example.org,192.0.2.1", false, "record.example.org RECORD.example.org. 192.0.2.1 localhost", "evil.example example.org x.record.example.org")]
    [InlineData(null, "record.example.org", true, "record.example.org", "evil.example")]
    [InlineData(null, "*", false, "record.example.org", "")]
    public void OnlyItsNamesAreAllowed(string? listen, string? hosts, bool behindProxy, string allowed, string refused)
    {
        var settings = new ServerSettings
        {
            DataFolder = "x",
            Listen = listen is null ? null : IPAddress.Parse(listen),
            Hosts = hosts?.Split(','),
            BehindProxy = behindProxy,
        };

        Assert.All(allowed.Split(' '), name => Assert.True(AllowedHosts.IsAllowed(settings, name), name));
        Assert.All(refused.Split(' ', StringSplitOptions.RemoveEmptyEntries), name => Assert.False(AllowedHosts.IsAllowed(settings, name), name));
    }

    [Theory]
    [InlineData("/fhir/metadata", "OperationOutcome")]
    [InlineData("/fhir/Observation", "OperationOutcome")]
    [InlineData("/health", "\"status\":400")]
    [InlineData("/sign-in", "<h1")]
    public async Task AnotherNameIsRefusedOnEverySurface(string path, string form)
    {
        var ada = await server.AddPatientAsync();

        var answer = await ada.Client.ReadAsync(path, ("Host", "evil.example"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(form, answer.Body);
        Assert.DoesNotContain("evil.example", answer.ToString());
        Assert.NotEqual(HttpStatusCode.BadRequest, (await ada.Client.ReadAsync(path, ("Host", "localhost"))).Status);
    }
}
