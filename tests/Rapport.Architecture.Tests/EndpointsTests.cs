using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rapport.Server.Hosting;

namespace Rapport.Architecture.Tests;

/// <summary>Every endpoint requires a person, but for the few that stand here. A new anonymous one needs a line and a reason.</summary>
public sealed class EndpointsTests : IAsyncLifetime
{
    /// <summary>What answers without a person. Paths below <c>/assets/</c> are styles, script and icons, the same for everybody.</summary>
    private static readonly HashSet<string> Anonymous =
    [
        "/health",
        "/fhir/metadata",
        "/openapi/{documentName}.json",
        "/sign-in",
        "/sign-in/code",
        "/sign-in/passkey",
        "/sign-in/passkey/question",
        "/sign-out",
        "/sign-up",
        "/sign-up/passkey",
        "/sign-up/passkey/question",
        "/recover",
        "/closed",
        "/favicon.ico",
        "/language",
        "/zone",
        "/design",

        // Where an invitation into a circle is brought and seen, before its reader has an account.
        "/join",
        "/join/invitation",

        // The page for no network, which browsers keep.
        "/offline/{language}",

        // The script that shows notices, and where the links in mails lead: the secret part of the address is what confirms or stops.
        "/sw.js",
        "/notices/confirm/{secret}",
        "/notices/stop/{secret}",

        // What health cards are checked with.
        "/.well-known/jwks.json",
        "/.well-known/crl/{kid}.json",

        // Where somebody without an account opens a link.
        "/open",
        "/open/came",
        "/open/document",
        "/open/reply",

        // Whoever has a link that a patient gave: the secret part of the address is what opens.
        "/shl/{secret}",
        "/shl/{secret}/files/{file}",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("rapport-endpoints-").FullName;
    private Modules _modules = null!;
    private WebApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = new ServerSettings { DataFolder = _folder, Port = 0, LogLevel = LogLevel.Warning };
        _modules = await Modules.OpenAsync(settings, TimeProvider.System, TestContext.Current.CancellationToken);
        _server = WebServer.Build(settings, _modules);
        await _server.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        // What the server does by itself from its start on is over before its folder goes.
        await _server.StopAsync(TestContext.Current.CancellationToken);
        await _server.DisposeAsync();
        await _modules.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task EachRequiresAPersonOrStandsOnTheList()
    {
        var policies = _server.Services.GetRequiredService<IAuthorizationPolicyProvider>();
        var open = new HashSet<string>();
        foreach (RouteEndpoint endpoint in Endpoints)
        {
            if (!await RequiresPerson(endpoint, policies))
            {
                open.Add(PathOf(endpoint));
            }
        }

        Assert.Equal(Anonymous.Order(), open.Where(path => !IsSiteFile(path)).Order());
    }

    /// <summary>A form that another site sent is refused before anybody reads it, but for the one that is read as it comes, which looks itself, and what takes no cookie.</summary>
    [Fact]
    public void EachFormOfAPageIsCheckedForForgery()
    {
        string[] looksItself = ["/gather", "/open/reply", "/shl/{secret}", "/conversations/{id}/send", "/notices/stop/{secret}"];
        var open = Endpoints.Cast<RouteEndpoint>()
            .Where(static endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Any(static method => method is "POST" or "PUT" or "DELETE" or "PATCH") == true)
            .Where(static endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Antiforgery.IAntiforgeryMetadata>() is not { RequiresValidation: true })
            .Select(PathOf)
            .Where(static path => !IsForPrograms(path))
            .Except(looksItself);
        Assert.Empty(open);
    }

    /// <summary>What programs call is guarded by the origin of the request instead.</summary>
    private static bool IsForPrograms(string path) => new[] { "/fhir", "/api", "/cds-services" }.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal));

    [Fact]
    public async Task NoneOfTheOthersAnswersAStranger()
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var stranger = new HttpClient(handler) { BaseAddress = new Uri(_server.Urls.First()) };

        var answered = new List<string>();
        foreach ((string method, string path) in Calls())
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using HttpResponseMessage response = await stranger.SendAsync(request, TestContext.Current.CancellationToken);
            bool sentToSignIn = response.StatusCode == HttpStatusCode.Found
                && response.Headers.Location!.OriginalString.StartsWith("/sign-in", StringComparison.Ordinal);
            if (response.StatusCode != HttpStatusCode.Unauthorized && !sentToSignIn)
            {
                answered.Add($"{method} {path}: {(int)response.StatusCode}");
            }
        }

        House.AssertNone(answered);
    }

    private IEnumerable<RouteEndpoint> Endpoints =>
        ((IEndpointRouteBuilder)_server).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    /// <summary>Every method and path that needs a person, its parameters filled in, and a path that leads nowhere.</summary>
    private IEnumerable<(string Method, string Path)> Calls() =>
        Endpoints
            .Where(endpoint => !Anonymous.Contains(PathOf(endpoint)) && !IsSiteFile(PathOf(endpoint)))
            .SelectMany(endpoint => MethodsOf(endpoint).Select(method => (method, Filled(endpoint))))
            .Append(("GET", "/no/such/path"))
            .Append(("GET", "/fhir/Observation/nothing"));

    private static async Task<bool> RequiresPerson(Endpoint endpoint, IAuthorizationPolicyProvider policies)
    {
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return false;
        }

        var asked = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>();
        AuthorizationPolicy? policy = await AuthorizationPolicy.CombineAsync(policies, asked) ?? await policies.GetFallbackPolicyAsync();
        return policy?.Requirements.OfType<DenyAnonymousAuthorizationRequirement>().Any() == true;
    }

    private static string PathOf(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');

    private static bool IsSiteFile(string path) => path.StartsWith("/assets/", StringComparison.Ordinal);

    private static IReadOnlyList<string> MethodsOf(Endpoint endpoint) => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"];

    private static string Filled(RouteEndpoint endpoint) => string.Concat(
        endpoint.RoutePattern.PathSegments.Select(segment => "/" + string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
            _ => "1",
        })))) is { Length: > 0 } path ? path : "/";
}
