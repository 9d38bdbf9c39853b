using System.Text.Json;
using System.Text.Json.Serialization;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api.Devices;

/// <summary>Where devices send what they measure. The one place at which a device's token is good for anything.</summary>
internal static class DeviceEndpoints
{
    /// <summary>The path.</summary>
    public const string Measurements = "/api/measurements";

    private const int MostBytes = 512 * 1024;

    /// <summary>Whether a request is one that a device's token is good for.</summary>
    public static bool IsTheirs(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Path.Equals(Measurements, StringComparison.Ordinal);

    public static void MapDevices(this IEndpointRouteBuilder app) => app.MapPost(Measurements, TakeAsync).WithTags("Devices")
        .RequireRateLimiting(RateLimits.Device).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MostBytes))
        .WithSummary("A batch of measurements, all of it or nothing. The same again changes nothing")
        .Accepts<JsonElement>("application/json").Produces<DeviceAnswered>().Produces<DeviceRefused>(StatusCodes.Status422UnprocessableEntity, "application/problem+json");

    private static async Task TakeAsync(HttpContext http, RecordDoor door, TimeProvider clock)
    {
        var cancel = http.RequestAborted;
        if (http.FindToken() is not { } token || await door.OpenOwnAsync(http, TokenScopes.Measure) is not { } own)
        {
            await http.WriteAsync(Failure.NothingHere);
            return;
        }

        if (!http.Request.HasJsonContentType())
        {
            await http.WriteAsync(Failure.Of(http, StatusCodes.Status415UnsupportedMediaType));
            return;
        }

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, cancel);
        switch (await DeviceIntake.TakeAsync(own, LocalId.Parse(token.ToString()), body.GetBuffer().AsMemory(0, (int)body.Length), clock.GetUtcNow(), cancel))
        {
            case null:
                await http.WriteAsync(new(StatusCodes.Status403Forbidden, "forbidden", "this device was stopped by its person: it sends nothing any more"));
                break;
            case { IsTooMuch: true }:
                http.Response.Headers.RetryAfter = "3600";
                await http.WriteAsync(new(StatusCodes.Status429TooManyRequests, "throttled", "too many batches of today hold measurements that become entries each: put more of them into one batch, or go on tomorrow"));
                break;
            case { Faults.Count: > 0 } refused:
                http.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
                await http.Response.WriteAsJsonAsync(
                    new DeviceRefused("nothing of this batch was taken", StatusCodes.Status422UnprocessableEntity, refused.Faults), DeviceJson.Default.DeviceRefused, "application/problem+json", cancel);
                break;
            case var answer:
                await http.Response.WriteAsJsonAsync(new DeviceAnswered(answer.Taken, answer.Known), DeviceJson.Default.DeviceAnswered, cancellationToken: cancel);
                break;
        }
    }
}

/// <summary>What a device is told.</summary>
/// <param name="Taken">Points that are new.</param>
/// <param name="Known">Points that were there already.</param>
internal sealed record DeviceAnswered(int Taken, int Known);

/// <summary>Why a batch is refused.</summary>
/// <param name="Title">In short.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Faults">What is wrong, and where.</param>
internal sealed record DeviceRefused(string Title, int Status, IReadOnlyList<DeviceFault> Faults);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeviceAnswered))]
[JsonSerializable(typeof(DeviceRefused))]
internal sealed partial class DeviceJson : JsonSerializerContext;
