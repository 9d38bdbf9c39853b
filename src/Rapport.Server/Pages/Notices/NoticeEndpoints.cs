using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Notices;
using Rapport.Server.Notices.Mail;
using Rapport.Server.Notices.Push;
using Rapport.Server.SignIn;

namespace Rapport.Server.Pages.Notices;

/// <summary>Where somebody chooses how they are told that something waits.</summary>
internal static class NoticeEndpoints
{
    public static void MapNotices(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(NoticePlaces.Home, (HttpContext http, NoticeDesk desk, PushKey key, MailSending mail, string? done, CancellationToken cancel) => ShowAsync(http, desk, key, mail, done, null, [], cancel));
        pages.MapPost(NoticePlaces.Home, ChooseAsync);
        pages.MapPost(NoticePlaces.AddDevice, AddDeviceAsync);
        pages.MapPost(NoticePlaces.RemoveDevice, RemoveDeviceAsync);
        pages.MapPost(NoticePlaces.Mail, AskMailAsync).RequireRateLimiting(RateLimits.Mail);
        pages.MapPost(NoticePlaces.RemoveMail, RemoveMailAsync);
        pages.MapPost(NoticePlaces.Trial, TryAsync).RequireRateLimiting(RateLimits.Mail);
    }

    private static async Task<IResult> ChooseAsync(HttpContext http, IFormCollection fields, NoticeDesk desk, PushKey key, MailSending mail, CancellationToken cancel)
    {
        var form = NoticeForm.Read(fields, await desk.ChoicesAsync(http.GetPerson().Id, cancel));
        if (form.ToChange(out var problems) is not { } change)
        {
            return await ShowAsync(http, desk, key, mail, null, form, problems, cancel);
        }

        await desk.ChangeAsync(http.GetPerson(), change, cancel);
        return new SeeOther(NoticePlaces.Done("saved"));
    }

    /// <summary>Takes what a browser gave: an address that may be asked at all, and keys that are some.</summary>
    private static async Task<IResult> AddDeviceAsync(HttpContext http, IFormCollection fields, NoticeDesk desk, ServerSettings settings, TimeProvider clock, CancellationToken cancel)
    {
        if (GivenPush.Of(fields["address"], fields["key"], fields["secret"], settings) is not { } given)
        {
            return new SeeOther(NoticePlaces.Done("no-device"));
        }

        var device = new NoticeDevice(LocalId.New(), DeviceName.Of(http), given.Address, given.Key, given.Secret, clock.GetUtcNow(), http.FindSession()?.Id.ToString());
        var added = await desk.ChangeAsync(
            http.GetPerson(),
            choices => choices.Devices.Where(other => other.Address != device.Address).ToList() is { Count: < NoticeChoices.MostDevices } others
                ? NoticeForm.WithUsual(NoticeForm.ByWhoAsks(choices) with { Devices = [.. others, device] }, NoticeWay.Push) : null,
            cancel);
        return new SeeOther(NoticePlaces.Done(added is null ? "too-many" : "device"));
    }

    private static async Task<IResult> RemoveDeviceAsync(HttpContext http, IFormCollection fields, NoticeDesk desk, CancellationToken cancel)
    {
        if (!LocalId.TryParse(fields["id"].ToString(), out var id))
        {
            return TypedResults.NotFound();
        }

        await desk.ChangeAsync(http.GetPerson(), choices => choices with { Devices = [.. choices.Devices.Where(device => device.Id != id)] }, cancel);
        return new SeeOther(NoticePlaces.Done("device-removed"));
    }

    /// <summary>Sends a link to an address. Nothing else goes there before whoever has it confirmed it.</summary>
    private static async Task<IResult> AskMailAsync(HttpContext http, IFormCollection fields, NoticeDesk desk, PushKey key, MailSending mail, TimeProvider clock, CancellationToken cancel)
    {
        var (person, address, now) = (http.GetPerson(), fields["address"].ToString().Trim(), DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds()));
        if (!mail.IsOn)
        {
            return TypedResults.NotFound();
        }

        if (!MailSending.IsAddress(address))
        {
            return await ShowAsync(http, desk, key, mail, null, null, new() { ["address"] = NoticePagesText.NotAnAddress }, cancel, address);
        }

        await desk.ChangeAsync(person, choices => NoticeForm.ByWhoAsks(choices) with { Mail = new NoticeMail(address, now) }, cancel);
        return new SeeOther(NoticePlaces.Done(await mail.AskAsync(person.Id, address, Languages.Current, now, cancel) ? "asked" : "not-asked"));
    }

    private static async Task<IResult> RemoveMailAsync(HttpContext http, IFormCollection fields, NoticeDesk desk, CancellationToken cancel)
    {
        _ = fields; // Bound so that its antiforgery token is checked.
        await desk.ChangeAsync(http.GetPerson(), static choices => choices with { Mail = null }, cancel);
        return new SeeOther(NoticePlaces.Done("no-mail"));
    }

    private static async Task<IResult> TryAsync(HttpContext http, IFormCollection fields, NoticeDesk desk, TimeProvider clock, CancellationToken cancel)
    {
        _ = fields; // Bound so that its antiforgery token is checked.
        var (person, choices) = (http.GetPerson(), await desk.ChoicesAsync(http.GetPerson().Id, cancel));
        var isSent = choices.IsOn;
        foreach (var way in Enum.GetValues<NoticeWay>().Where(choices.HasWay))
        {
            isSent &= (await desk.SendAsync(person, choices, way, clock.GetUtcNow(), cancel)).IsSent;
        }

        return new SeeOther(NoticePlaces.Done(isSent ? "tried" : "not-tried"));
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, NoticeDesk desk, PushKey key, MailSending mail, string? done, NoticeForm? form, Dictionary<string, string> problems, CancellationToken cancel, string? address = null)
    {
        var choices = await desk.ChoicesAsync(http.GetPerson().Id, cancel);
        return new RazorComponentResult<NoticesPage>(new Dictionary<string, object?>
        {
            [nameof(NoticesPage.Choices)] = choices,
            [nameof(NoticesPage.Form)] = form ?? NoticeForm.Of(choices),
            [nameof(NoticesPage.Key)] = await key.PublicAsync(cancel),
            [nameof(NoticesPage.HasMail)] = mail.IsOn,
            [nameof(NoticesPage.Address)] = address,
            [nameof(NoticesPage.Problems)] = problems,
            [nameof(NoticesPage.Done)] = done,
            [nameof(NoticesPage.Person)] = http.GetPerson(),
        })
        { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }
}
