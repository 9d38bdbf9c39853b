using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Cards;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Tokens;

namespace Rapport.Server.Pages.Links;

/// <summary>The links that a patient gave, and the way to a new one in three steps. Each step is a page that can be loaded anew; what was chosen so far goes along in its address, sealed.</summary>
internal static class LinksEndpoints
{
    /// <summary>Digits of a passcode that is proposed.</summary>
    private const int PasscodeDigits = 6;

    public static void MapLinkPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(LinkPlaces.All, ListAsync);
        pages.MapPost(LinkPlaces.All, GiveAsync);
        pages.MapGet(LinkPlaces.What, AskWhatAsync);
        pages.MapPost(LinkPlaces.What, TakeWhatAsync);
        pages.MapGet(LinkPlaces.Until, AskUntilAsync);
        pages.MapPost(LinkPlaces.Until, TakeUntilAsync);
        pages.MapGet(LinkPlaces.Review, ReviewAsync);
        pages.MapGet(LinkPlaces.Items, ListItemsAsync);
        pages.MapPost(LinkPlaces.End, EndAsync);
        pages.MapReceived();
        pages.MapGet(LinkPlaces.All + "/{id}", ShowAsync);
        pages.MapGet(LinkPlaces.All + "/{id}/paper", ShowForPaperAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, TimeProvider clock, string? done, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var links = await LinkView.AllAsync(own, clock.GetUtcNow(), cancel);
        return new RazorComponentResult<LinksPage>(new Dictionary<string, object?>
        {
            // The emergency card is a link too, and has a place of its own.
            [nameof(LinksPage.Links)] = links.Where(link => link.Link.Card is null).ToList(),
            [nameof(LinksPage.EmergencyCard)] = links.FirstOrDefault(link => link.Link.Card is not null && !link.IsOver)?.Link.Card,
            [nameof(LinksPage.Cards)] = await CardView.AllAsync(own, clock.GetUtcNow(), cancel),
            [nameof(LinksPage.Done)] = done,
        });
    }

    /// <summary>The first step, for what was chosen so far, or for the entry that a link begins from.</summary>
    private static async Task<IResult> AskWhatAsync(HttpContext http, LinkSteps steps, string? draft, string? entry, string? check, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        var form = steps.Unseal(draft);
        if (form is null && entry is not null)
        {
            if (await steps.FindAsync(entry, cancel) is not { } about)
            {
                return TypedResults.NotFound();
            }

            form = new LinkForm { About = about.Reference, Scope = LinkScope.Entry };
        }

        var reading = await steps.ReadAsync(form ?? new LinkForm(), cancel);
        return new RazorComponentResult<LinkWhatPage>(new Dictionary<string, object?>
        {
            [nameof(LinkWhatPage.Form)] = reading.Form,
            [nameof(LinkWhatPage.Draft)] = steps.Seal(reading.Form),
            [nameof(LinkWhatPage.Problems)] = Shown(check, reading.InWhat),
            [nameof(LinkWhatPage.About)] = reading.About,
            [nameof(LinkWhatPage.Overview)] = reading.Overview,
        });
    }

    private static async Task<IResult> TakeWhatAsync(HttpContext http, IFormCollection fields, LinkSteps steps, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        var before = await steps.ReadAsync(steps.Unseal(fields["draft"]) ?? new LinkForm(), cancel);
        var form = steps.Fit(before.Form.WithWhat(fields, before.Overview.ByLabel.Keys));
        return (await steps.ReadAsync(form, cancel)).InWhat.Count > 0 ? steps.To(LinkPlaces.What, form, "&check=1") : steps.To(LinkPlaces.Until, form);
    }

    private static async Task<IResult> AskUntilAsync(HttpContext http, LinkSteps steps, string? draft, string? check, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (steps.Unseal(draft) is not { } form)
        {
            return new SeeOther(LinkPlaces.What);
        }

        return new RazorComponentResult<LinkUntilPage>(new Dictionary<string, object?>
        {
            [nameof(LinkUntilPage.Form)] = form,
            [nameof(LinkUntilPage.Draft)] = draft,
            [nameof(LinkUntilPage.Problems)] = Shown(check, (await steps.ReadAsync(form, cancel)).InUntil),
            [nameof(LinkUntilPage.Now)] = steps.Now,
        });
    }

    private static async Task<IResult> TakeUntilAsync(HttpContext http, IFormCollection fields, LinkSteps steps, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (steps.Unseal(fields["draft"]) is not { } before)
        {
            return new SeeOther(LinkPlaces.What);
        }

        var form = before.WithUntil(fields);
        return fields["step"] == "back" ? steps.To(LinkPlaces.What, form)
            : (await steps.ReadAsync(form, cancel)).InUntil.Count > 0 ? steps.To(LinkPlaces.Until, form, "&check=1")
            : steps.To(LinkPlaces.Review, form);
    }

    private static async Task<IResult> ReviewAsync(HttpContext http, LinkSteps steps, string? draft, string? check, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (await ReadAsync(steps, draft, cancel) is not { Draft: { } link } reading)
        {
            return steps.ToMend(await ReadAsync(steps, draft, cancel));
        }

        // Giving what is sensitive is for the person themselves, not for whoever finds their device open.
        if (reading.NamesSensitive && !http.IsFresh())
        {
            return new SeeOther(Fresh.ConfirmPath($"{LinkPlaces.Review}?draft={draft}"));
        }

        return new RazorComponentResult<LinkReviewPage>(new Dictionary<string, object?>
        {
            [nameof(LinkReviewPage.Draft)] = draft,
            [nameof(LinkReviewPage.Link)] = link,
            [nameof(LinkReviewPage.Summary)] = (await steps.PreviewAsync(reading, cancel)).Summary,
            [nameof(LinkReviewPage.Passcode)] = NewPasscode(),
            [nameof(LinkReviewPage.Wrong)] = check is null ? null : Say.Fill(LinkPagesText.WritePasscode, Say.Number(LinkDraft.LeastPasscode), Say.Number(LinkDraft.MostPasscode)),
        });
    }

    /// <summary>The entries of one kind that would be seen, or that stay home, one by one with the reason of each.</summary>
    private static async Task<IResult> ListItemsAsync(HttpContext http, LinkSteps steps, string? draft, string? @in, int? page, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (await ReadAsync(steps, draft, cancel) is not { Draft: { } link } reading)
        {
            return steps.ToMend(await ReadAsync(steps, draft, cancel));
        }

        if (@in?.Split('.') is not [(SummarySide.Seen or SummarySide.Home) and var side, var name] || Kind.Find(name) is not { } kind)
        {
            return TypedResults.NotFound();
        }

        var preview = await steps.PreviewAsync(reading, cancel);
        return ItemsPage.Of(page, SharingSummary.ListOf(preview.Preview, preview.LeavesOut, side, kind), preview.Preview, new()
        {
            [nameof(ItemsPage.Back)] = $"{LinkPlaces.Review}?draft={draft}",
            [nameof(ItemsPage.Action)] = LinkPlaces.Items,
            [nameof(ItemsPage.Fields)] = (IReadOnlyList<(string, string)>)[("draft", draft!)],
            [nameof(ItemsPage.Recipient)] = new RecipientChoice(preview.Terms.Recipient, Say.Fill(GivenLinkText.HolderInside, link.Label), null, preview.Terms.Purpose, [preview.Terms.Recipient]),
            [nameof(ItemsPage.Side)] = side,
            [nameof(ItemsPage.Kind)] = kind,
        });
    }

    /// <summary>Gives the link that the summary showed. Its passcode goes to the page that shows it once, and stands in no address.</summary>
    private static async Task<IResult> GiveAsync(HttpContext http, IFormCollection fields, LinkSteps steps, LinkGiving giving, MadeToken handing, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (await ReadAsync(steps, fields["draft"], cancel) is not { Draft: { } draft } reading)
        {
            return steps.ToMend(await ReadAsync(steps, fields["draft"], cancel));
        }

        if (fields["step"] == "back")
        {
            return steps.To(LinkPlaces.Until, reading.Form);
        }

        if (reading.NamesSensitive && !http.IsFresh())
        {
            return new SeeOther(Fresh.ConfirmPath($"{LinkPlaces.Review}?draft={steps.Seal(reading.Form)}"));
        }

        var passcode = fields["without"] == "on" ? null : fields["passcode"].ToString().Trim();
        if (passcode is not null && !LinkDraft.IsPasscode(passcode))
        {
            return steps.To(LinkPlaces.Review, reading.Form, "&check=1#passcode");
        }

        if (await giving.GiveAsync(http, steps.Own, draft with { Passcode = passcode }) is not { } link)
        {
            return new SeeOther(LinkPlaces.All + "?done=toomany");
        }

        var page = LinkPlaces.Of(link.Id.ToString());
        if (passcode is not null)
        {
            handing.HandOver(http, http.GetPerson().Id, passcode, page);
        }

        return new SeeOther(page + "?done=made");
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string id, RecordDoor door, MadeToken handing, TimeProvider clock, string? done, CancellationToken cancel)
    {
        if (await FindAsync(http, id, door, clock, cancel) is not { } view)
        {
            return TypedResults.NotFound();
        }

        return new RazorComponentResult<LinkPage>(new Dictionary<string, object?>
        {
            [nameof(LinkPage.View)] = view,
            [nameof(LinkPage.Done)] = done,
            [nameof(LinkPage.Passcode)] = handing.Take(http, http.GetPerson().Id, LinkPlaces.Of(view.LocalId)),
        });
    }

    private static async Task<IResult> ShowForPaperAsync(HttpContext http, string id, RecordDoor door, TimeProvider clock, CancellationToken cancel) =>
        await FindAsync(http, id, door, clock, cancel) is { IsOver: false } view
            ? new RazorComponentResult<LinkPaperPage>(new Dictionary<string, object?> { [nameof(LinkPaperPage.View)] = view })
            : TypedResults.NotFound();

    private static async Task<IResult> EndAsync(HttpContext http, IFormCollection fields, RecordDoor door, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.Share) is { } own && LocalId.TryParse(fields["id"].ToString(), out var id)
            && await own.Links.FindAsync(id, cancel) is not null && await SharingEndpoints.EndAsync(own, id, cancel)
            ? new SeeOther(LinkPlaces.All + "?done=ended")
            : TypedResults.NotFound();

    private static async Task<LinkView?> FindAsync(HttpContext http, string id, RecordDoor door, TimeProvider clock, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.Share) is { } own && LocalId.TryParse(id, out var local)
            ? (await LinkView.AllAsync(own, clock.GetUtcNow(), cancel)).FirstOrDefault(view => view.Link.Id == local)
            : null;

    private static async Task<LinkReading?> ReadAsync(LinkSteps steps, string? draft, CancellationToken cancel) => steps.Unseal(draft) is { } form ? await steps.ReadAsync(form, cancel) : null;

    private static string NewPasscode() => RandomNumberGenerator.GetInt32(0, 1_000_000).ToString(CultureInfo.InvariantCulture).PadLeft(PasscodeDigits, '0');

    private static IReadOnlyDictionary<string, string> Shown(string? check, IReadOnlyDictionary<string, string> problems) => check is null ? new Dictionary<string, string>() : problems;
}
