using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.Tokens;

namespace Rapport.Server.Pages.Gather.Devices;

/// <summary>Connecting a device or app that sends measurements by itself, seeing what came when, and stopping it.</summary>
internal static class DevicesEndpoints
{
    /// <summary>Devices of one person that are connected at the same time.</summary>
    public const int Most = 30;

    /// <summary>The longest name.</summary>
    public const int LongestName = 60;

    private const string Page = "/gather/devices";

    public static void MapDevicePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Page, ShowAsync);
        pages.MapPost(Page, ConnectAsync);
        pages.MapPost(Page + "/{device}/stop", StopAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, Modules modules, MadeToken made, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own)
        {
            return TypedResults.NotFound();
        }

        // A page that follows in another window must not take the secret from the one that shows it.
        var secret = PagePart.IsAsked(http, PagePart.Follow) ? null : made.Take(http, http.GetPerson().Id, Page);
        return await AnswerAsync(http, own, modules, secret, new Dictionary<string, string>(), clock, StatusCodes.Status200OK, cancel);
    }

    private static async Task<IResult> ConnectAsync(
        IFormCollection form, HttpContext http, RecordDoor door, Modules modules, MadeToken made, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own)
        {
            return TypedResults.NotFound();
        }

        if (!http.IsFreshEnough())
        {
            return new SeeOther(Fresh.ConfirmPath(Page));
        }

        var now = clock.GetUtcNow();
        var name = form["name"].ToString().Trim();
        string[] measures = [.. DeviceMeasure.All.Select(measure => measure.Name).Where(measure => form["measure"].Contains(measure))];
        var problems = await ProblemsAsync(own, name, measures, now, cancel);
        if (problems.Count > 0)
        {
            return await AnswerAsync(http, own, modules, null, problems, clock, StatusCodes.Status422UnprocessableEntity, cancel);
        }

        DateTimeOffset? until = form["lasting"].ToString() switch
        {
            "month" => now.AddMonths(1),
            "open" => null,
            _ => now.AddYears(1),
        };
        var created = await modules.People.AccessTokens.CreateAsync(http.GetPerson().Id, name, TokenScopes.Measure, until, cancel);
        if (created.Value is not { } token)
        {
            problems["name"] = created.Problem!;
            return await AnswerAsync(http, own, modules, null, problems, clock, StatusCodes.Status422UnprocessableEntity, cancel);
        }

        // A token without a device opens nothing: should this fail, nothing is left that could send.
        var device = new ConnectedDevice { Name = name, Measures = measures, ConnectedAt = now, Until = until };
        await own.Devices.AddAsync(LocalId.Parse(token.Token.Id.ToString()), device.Write(), cancel);
        made.HandOver(http, http.GetPerson().Id, $"{token.Token.Id} {token.Secret}", Page);
        return new SeeOther(Page);
    }

    private static async Task<IResult> StopAsync(string device, IFormCollection form, HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        if (!LocalId.TryParse(device, out var id) || !TokenId.TryParse(device, out var token) || await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own
            || await own.Devices.FindAsync(id, cancel) is null)
        {
            return TypedResults.NotFound();
        }

        // The token first: then nothing comes in any more, whatever becomes of the rest.
        await people.AccessTokens.RevokeAsync(http.GetPerson().Id, token, cancel);
        await DeviceIntake.StopAsync(own, id, clock.GetUtcNow(), cancel);
        return new SeeOther(Page);
    }

    private static async Task<Dictionary<string, string>> ProblemsAsync(OwnAccess own, string name, string[] measures, DateTimeOffset now, CancellationToken cancel)
    {
        Dictionary<string, string> problems = [];
        if (name.Length is 0 or > LongestName || name.Any(char.IsControl))
        {
            problems["name"] = Say.Fill(DevicesText.MissingName, Say.Number(LongestName));
        }

        if (measures.Length == 0)
        {
            problems["measure"] = DevicesText.MissingWhat;
        }

        if ((await own.Devices.ListAsync(cancel)).Select(device => ConnectedDevice.Read(device.Body)).Count(device => device.StoppedAt is null && !(device.Until <= now)) >= Most)
        {
            problems["name"] = Say.Fill(DevicesText.TooMany, Say.Number(Most));
        }

        return problems;
    }

    private static async Task<IResult> AnswerAsync(
        HttpContext http, OwnAccess own, Modules modules, string? made, Dictionary<string, string> problems, TimeProvider clock, int status, CancellationToken cancel)
    {
        var size = await RecordEvents.SizeAsync(http, modules, cancel);
        var devices = (await own.Devices.ListAsync(cancel)).Select(device => (device.Id, device.Source, Notes: ConnectedDevice.Read(device.Body))).OrderByDescending(device => device.Notes.ConnectedAt).ToList();
        var secret = made?.Split(' ') is [var id, var text] ? (Id: id, Secret: text) : default;
        return new RazorComponentResult<DevicesPage>(new Dictionary<string, object?>
        {
            [nameof(DevicesPage.Devices)] = devices,
            [nameof(DevicesPage.Made)] = devices.Where(device => device.Id.ToString() == secret.Id).Select(device => device.Notes).FirstOrDefault(),
            [nameof(DevicesPage.Secret)] = secret.Secret,
            [nameof(DevicesPage.Problems)] = problems,
            [nameof(DevicesPage.Size)] = size,
            [nameof(DevicesPage.Now)] = clock.GetUtcNow(),
            [nameof(DevicesPage.Server)] = $"{http.Request.Scheme}://{http.Request.Host}",
        })
        { StatusCode = status };
    }
}
