using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Server.Api.Devices;
using Rapport.Server.Jobs;
using Rapport.Server.Pages.Gather.Devices;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Api;

/// <summary>A device's token: made on a page, shown once, good for sending what it may and for nothing else, stopped at once.</summary>
public sealed partial class DeviceApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_is_connected_sends_and_is_stopped()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = await home.Patient.SignInAsync(server);
        var secret = await ConnectAsync(visitor, "Watch", "heart-rate", "weight");
        Assert.DoesNotContain(secret, await visitor.ReadAsync("/gather/devices"));
        using var device = Device(secret);

        Assert.Equal("""{"taken":2,"known":0}""", await SendAsync(device, Pulse(-2, 61), Pulse(-1, 62)));
        Assert.Equal("""{"taken":0,"known":2}""", await SendAsync(device, Pulse(-2, 61), Pulse(-1, 62)));
        using var refused = await PostAsync(device, Batch(Pulse(0, 61), Pulse(0, 61).Replace("heart-rate", "steps", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        using var told = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("measurements[1].metric", told.RootElement.GetProperty("faults")[0].GetProperty("where").GetString());

        var page = await visitor.ReadAsync("/gather/devices");
        Assert.Contains(WebUtility.HtmlEncode(Language.Say.Count(DevicesText.Points, 2)), page);
        Assert.DoesNotContain("Watch", await visitor.ReadAsync("/tokens"));
        using var stopped = await visitor.PostAsync("/gather/devices", Stop().Match(page).Value);
        Assert.Equal(HttpStatusCode.SeeOther, stopped.StatusCode);
        using var after = await PostAsync(device, Batch(Pulse(0, 61)));
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
        Assert.Contains(DevicesText.Stopped, await visitor.ReadAsync("/gather/devices"));
    }

    [Fact]
    public async Task Every_other_endpoint_refuses_a_devices_token()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = await home.Patient.SignInAsync(server);
        using var device = Device(await ConnectAsync(visitor, "Watch", "heart-rate"));
        List<string> opened = [];
        foreach (var endpoint in server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is not null)
            {
                continue;
            }

            var path = Hole().Replace("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), home.Patient.Person.Record!.ToString()!);
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                if ((method, path) == ("POST", DeviceEndpoints.Measurements))
                {
                    continue;
                }

                using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method is "GET" or "HEAD" ? null : new StringContent("{}", Encoding.UTF8, "application/json") };
                using var answer = await device.SendAsync(request, Cancel);
                if (answer.StatusCode != HttpStatusCode.Unauthorized)
                {
                    opened.Add($"{method} {path}: {answer.StatusCode}");
                }
            }
        }

        Assert.Empty(opened);
        foreach (var (method, path) in new[] { ("GET", DeviceEndpoints.Measurements), ("POST", DeviceEndpoints.Measurements + "/"), ("POST", "/API/measurements"), ("PUT", DeviceEndpoints.Measurements) })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var answer = await device.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

    }

    [Fact]
    public async Task Nobody_else_sends_measurements()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var all = (await server.Modules.People.AccessTokens.CreateAsync(home.Patient.Person.Id, "all", TokenScopes.All, null, Cancel)).Value!;
        using var script = Device(all.Secret);
        using var answer = await PostAsync(script, Batch(Pulse(0, 61)));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);

        // A token of this kind that no device goes with.
        var loose = (await server.Modules.People.AccessTokens.CreateAsync(home.Patient.Person.Id, "loose", TokenScopes.Measure, null, Cancel)).Value!;
        using var nothing = await PostAsync(Device(loose.Secret), Batch(Pulse(0, 61)));
        Assert.Equal(HttpStatusCode.Forbidden, nothing.StatusCode);
        Assert.NotNull((await server.Modules.People.AccessTokens.CreateAsync(home.Patient.Person.Id, "both", TokenScopes.Measure | TokenScopes.ReadOwn, null, Cancel)).Problem);
    }

    [Fact]
    public async Task What_waits_becomes_part_of_the_record_when_its_time_has_come()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = await home.Patient.SignInAsync(server);
        using var device = Device(await ConnectAsync(visitor, "Watch", "heart-rate"));
        await SendAsync(device, Pulse(-2, 61));
        await SendAsync(device, Pulse(-1, 62));
        var own = await home.Patient.OpenAsync(server);
        var connected = Assert.Single(await own.Devices.ListAsync(Cancel));
        Assert.NotNull(connected.FoldsAt);
        server.Clock.Advance(DeviceIntake.Patience);
        await server.App.Services.GetRequiredService<DeviceFolding>().FoldAsync(Cancel);
        Assert.Null((await own.Devices.FindAsync(connected.Id, Cancel))!.FoldsAt);
        Assert.Empty(await own.Devices.ReadWaitingAsync(connected.Id, Cancel));
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    [Theory]
    [InlineData("", "heart-rate")]
    [InlineData("Watch", "")]
    [InlineData("Watch", "soul")]
    public async Task A_device_without_name_or_anything_to_send_is_not_connected(string name, string measure)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = await home.Patient.SignInAsync(server);
        using var answer = await visitor.PostAsync("/gather/devices", "/gather/devices", ("name", name), ("measure", measure), ("lasting", "year"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Empty(await (await home.Patient.OpenAsync(server)).Devices.ListAsync(Cancel));
    }

    internal static async Task<string> ConnectAsync(FormVisitor visitor, string name, params string[] measures)
    {
        using var answer = await visitor.FollowAsync(await visitor.PostAsync(
            "/gather/devices", "/gather/devices", [("name", name), ("lasting", "year"), .. measures.Select(measure => ("measure", measure))]));
        return Secret().Match(await answer.Content.ReadAsStringAsync(Cancel)).Value;
    }

    private HttpClient Device(string secret)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return client;
    }

    private string Pulse(int minute, int value) => $$"""{"metric":"heart-rate","at":"{{server.Clock.GetUtcNow().AddMinutes(minute):yyyy-MM-ddTHH:mm:ssZ}}","value":{{value}},"unit":"/min"}""";

    private static string Batch(params string[] points) => $$"""{"measurements":[{{string.Join(',', points)}}]}""";

    private static Task<HttpResponseMessage> PostAsync(HttpClient device, string json) => device.PostAsync(DeviceEndpoints.Measurements, new StringContent(json, Encoding.UTF8, "application/json"), Cancel);

    private static async Task<string> SendAsync(HttpClient device, params string[] points)
    {
        using var answer = await PostAsync(device, Batch(points));
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    [GeneratedRegex("rapport_[A-Za-z0-9_-]{43}", RegexOptions.NonBacktracking)]
    private static partial Regex Secret();

    [GeneratedRegex("/gather/devices/[a-z0-9]+/stop", RegexOptions.NonBacktracking)]
    private static partial Regex Stop();

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.NonBacktracking)]
    private static partial Regex Hole();
}
