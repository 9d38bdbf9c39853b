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

    private const string Page = "/gather/devices";

    public static void MapDevicePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Page, ShowAsync);
        pages.MapPost(Page, ConnectAsync);
        pages.MapPost(Page + "/{device}/stop", StopAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, Modules modules, MadeToken made, DeviceForms forms, TimeProvider clock, string? draft, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own)
        {
            return TypedResults.NotFound();
        }

        // A page that follows in another window must not take the secret from the one that shows it.
        var secret = PagePart.IsAsked(http, PagePart.Follow) ? null : made.Take(http, http.GetPerson().Id, Page);
        return await AnswerAsync(http, own, modules, forms.Open(http.GetPerson().Id, draft) ?? DeviceForm.Empty, secret, [], clock, cancel);
    }

    private static async Task<IResult> ConnectAsync(
        IFormCollection fields, HttpContext http, RecordDoor door, Modules modules, MadeToken made, DeviceForms forms, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var (form, now) = (DeviceForm.Read(fields), clock.GetUtcNow());
        var problems = form.Problems();
        if (await ConnectedAsync(own, now, cancel) >= Most)
        {
            problems["name"] = Say.Fill(DevicesText.TooMany, Say.Number(Most));
        }

        if (problems.Count > 0)
        {
            return await AnswerAsync(http, own, modules, form, null, problems, clock, cancel);
        }

        if (!http.IsFreshEnough())
        {
            return new SeeOther(Fresh.ConfirmPath($"{Page}?draft={forms.Seal(http.GetPerson().Id, form)}#connect"));
        }

        var until = Lasting.Until(form.Until, now);
        var created = await modules.People.AccessTokens.CreateAsync(http.GetPerson().Id, form.Name, TokenScopes.Measure, until, cancel);
        if (created.Value is not { } token)
        {
            problems["name"] = created.Problem!;
            return await AnswerAsync(http, own, modules, form, null, problems, clock, cancel);
        }

        // A token without a device opens nothing: should this fail, nothing is left that could send.
        var device = new ConnectedDevice { Name = form.Name, Measures = form.Measures, ConnectedAt = now, Until = until };
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

    /// <summary>How many devices may send now.</summary>
    private static async Task<int> ConnectedAsync(OwnAccess own, DateTimeOffset now, CancellationToken cancel) =>
        (await own.Devices.ListAsync(cancel)).Select(device => ConnectedDevice.Read(device.Body)).Count(device => device.StoppedAt is null && !(device.Until <= now));

    private static async Task<IResult> AnswerAsync(
        HttpContext http, OwnAccess own, Modules modules, DeviceForm form, string? made, Dictionary<string, string> problems, TimeProvider clock, CancellationToken cancel)
    {
        var size = await RecordEvents.SizeAsync(http, modules, cancel);
        var devices = (await own.Devices.ListAsync(cancel)).Select(device => (device.Id, device.Source, Notes: ConnectedDevice.Read(device.Body))).OrderByDescending(device => device.Notes.ConnectedAt).ToList();
        var secret = made?.Split(' ') is [var id, var text] ? (Id: id, Secret: text) : default;
        return new RazorComponentResult<DevicesPage>(new Dictionary<string, object?>
        {
            [nameof(DevicesPage.Devices)] = devices,
            [nameof(DevicesPage.Form)] = form,
            [nameof(DevicesPage.Made)] = devices.Where(device => device.Id.ToString() == secret.Id).Select(device => device.Notes).FirstOrDefault(),
            [nameof(DevicesPage.Secret)] = secret.Secret,
            [nameof(DevicesPage.Problems)] = problems,
            [nameof(DevicesPage.Size)] = size,
            [nameof(DevicesPage.Now)] = clock.GetUtcNow(),
            [nameof(DevicesPage.Server)] = $"{http.Request.Scheme}://{http.Request.Host}",
        })
        { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }
}
