using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Notices;
using Rapport.Server.Notices.Mail;

namespace Rapport.Server.Pages.Notices;

/// <summary>
/// What the links in mails lead to, signed in or not: to confirm an address, and to stop mail. Opening a link changes nothing, since programs that look at mails open them too; pressing the button does, and so does the one click of a mail program (RFC 8058).
/// </summary>
/// <remarks>Whose address it is, and whether a link was ever good, no answer tells.</remarks>
internal static class MailLinkEndpoints
{
    /// <summary>A link to confirm holds for a day.</summary>
    private static readonly TimeSpan Holds = TimeSpan.FromDays(1);

    private const int MostBytes = 4096;

    public static void MapMailLinks(this IEndpointRouteBuilder endpoints)
    {
        var links = endpoints.MapGroup("").AllowAnonymous().ExcludeFromDescription().RequireRateLimiting(RateLimits.Holder);
        links.MapGet(MailLinks.Confirm + "/{secret}", static (string secret) => Show(MailLinkStep.AskConfirm, secret));
        links.MapPost(MailLinks.Confirm + "/{secret}", ConfirmAsync);
        links.MapGet(MailLinks.Stop + "/{secret}", static (string secret) => Show(MailLinkStep.AskStop, secret));

        // No token against forgery: mail programs have none, and the secret of the address is what stops.
        links.MapPost(MailLinks.Stop + "/{secret}", StopAsync).WithMetadata(new RequestSizeLimitAttribute(MostBytes));
    }

    private static async Task<IResult> ConfirmAsync(string secret, IFormCollection fields, MailLinks links, PeopleModule people, NoticeDesk desk, TimeProvider clock, CancellationToken cancel)
    {
        _ = fields; // Bound so that its antiforgery token is checked.
        var link = links.ReadConfirm(secret);
        if (link is null || link.AskedAt + Holds <= clock.GetUtcNow() || await people.Accounts.FindAsync(link.Person, cancel) is not { } person)
        {
            return Show(MailLinkStep.Over, secret);
        }

        var confirmed = await desk.ChangeAsync(
            person,
            choices => choices.Mail is { } mail && mail.AskedAt == link.AskedAt && link.IsFor(mail.Address)
                ? NoticeForm.WithUsual(choices with { Mail = mail with { IsConfirmed = true } }, NoticeWay.Mail) : null,
            cancel);
        return Show(confirmed is null ? MailLinkStep.Over : MailLinkStep.Confirmed, secret);
    }

    private static async Task<IResult> StopAsync(string secret, MailLinks links, PeopleModule people, NoticeDesk desk, CancellationToken cancel)
    {
        if (links.ReadStop(secret) is { } link && await people.Accounts.FindAsync(link.Person, cancel) is { } person)
        {
            await desk.ChangeAsync(person, choices => choices.Mail is { } mail && link.IsFor(mail.Address) ? choices with { Mail = null } : null, cancel);
        }

        return Show(MailLinkStep.Stopped, secret);
    }

    private static RazorComponentResult<MailLinkPage> Show(MailLinkStep step, string secret) => new(new Dictionary<string, object?>
    {
        [nameof(MailLinkPage.Step)] = step,
        [nameof(MailLinkPage.Secret)] = secret,
    });
}

/// <summary>What the page of a link shows.</summary>
public enum MailLinkStep
{
    /// <summary>Whether the address is theirs.</summary>
    AskConfirm,

    /// <summary>That it is confirmed.</summary>
    Confirmed,

    /// <summary>That the link is good for nothing.</summary>
    Over,

    /// <summary>Whether mail is to stop.</summary>
    AskStop,

    /// <summary>That it stopped.</summary>
    Stopped,
}
