using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Gathering;
using Rapport.Records;
using Rapport.Server.Api;
using Rapport.Server.Api.Fhir;
using Rapport.Server.Hosting;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Outcomes;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Summaries;

namespace Rapport.Server.Pages.Open;

/// <summary>
/// Where somebody without an account opens a link of this server. With script the browser does it, and the link never leaves it; without, the form brings the link here, and what it gives is the answer to the form:
/// it has no address of its own, since an address would open it again.
/// </summary>
internal static class OpenEndpoints
{
    /// <summary>Where it is.</summary>
    public const string Path = ShlinkText.Viewer;

    /// <summary>Letters of what somebody says of themselves.</summary>
    public const int MostWho = 100, MostFor = 90;

    /// <summary>Where something is sent back to.</summary>
    public const string Reply = Path + "/reply";

    /// <summary>Where what came of it is said.</summary>
    public const string Came = Path + "/came";

    private const string Document = Path + "/document";

    public static void MapOpen(this IEndpointRouteBuilder endpoints)
    {
        var open = endpoints.MapGroup(Path).AllowAnonymous().ExcludeFromDescription().AddEndpointFilter(NotListedAsync);
        open.MapGet("", () => new RazorComponentResult<OpenPage>());
        open.MapPost("", OpenAsync).RequireRateLimiting(RateLimits.Holder);
        open.MapGet("/document", SaveAsync).RequireRateLimiting(RateLimits.Holder);
        open.MapPost("/came", TellAsync).RequireRateLimiting(RateLimits.Holder);
        open.MapPost("/reply", ReceiveAsync).DisableAntiforgery().RequireRateLimiting(RateLimits.Holder)
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(SentReply.MostBytes));
    }

    private static ValueTask<object?> NotListedAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers["X-Robots-Tag"] = "noindex, nofollow";
        return next(context);
    }

    private static async Task<IResult> OpenAsync(HttpContext http, IFormCollection fields, LinkDoor door, LinkPasses passes, TimeProvider clock, CancellationToken cancel)
    {
        if (HealthLink.Read(fields["link"].ToString(), out _) is not { } link)
        {
            return Again(fields, OpenText.NoLink);
        }

        if (SecretOf(http.Request, link) is not { } secret)
        {
            return Again(fields, Say.Fill(OpenText.Elsewhere, link.Host));
        }

        if (Holders.NameOf(fields["who"]) is not { Length: <= MostWho } || Holders.NameOf(WhoOf(fields)) is not { } said)
        {
            return Again(fields, OpenText.WhoMissing);
        }

        var passcode = fields["passcode"].ToString().Trim() is { Length: > 0 } typed ? typed : null;
        var opening = await door.OpenAsync(secret, new LinkKnock(said, passcode, link.IsDirect) { HasKey = link.HasKey }, cancel);
        if (opening.Outcome != LinkOutcome.Opened)
        {
            return Again(fields, opening switch
            {
                { Outcome: LinkOutcome.WrongPasscode, AttemptsLeft: > 0 and var left } => Say.Fill(OpenText.WrongPasscode, Say.Number(left)),
                { Outcome: LinkOutcome.WrongPasscode } => OpenText.Locked,
                { Outcome: LinkOutcome.TooOften } => OpenText.TooOften,
                _ => OpenText.Over,
            });
        }

        var files = new LinkFiles(opening.Link!, opening.Disclosure!, FhirUrls.BaseOf(http.Request), clock.GetUtcNow());
        var document = await files.ReadAsync(cancel);
        return new RazorComponentResult<OpenedPage>(new Dictionary<string, object?>
        {
            [nameof(OpenedPage.Document)] = document,
            [nameof(OpenedPage.Files)] = FilesOf(document, opening.Disclosure!)
                .Select(file => (file.Name, $"{Document}?pass={passes.Seal(secret, opening.AddressOf!(file.Id))}")).ToList(),
            [nameof(OpenedPage.Pass)] = passes.Seal(secret, opening.ReplyTo!),
            [nameof(OpenedPage.Now)] = clock.GetUtcNow(),
        });
    }

    /// <summary>The same page with what is wrong; a passcode is typed anew.</summary>
    private static RazorComponentResult<OpenPage> Again(IFormCollection fields, string problem) => new(new Dictionary<string, object?>
    {
        [nameof(OpenPage.Link)] = fields["link"].ToString() is { Length: <= HealthLink.MostText } text ? text : null,
        [nameof(OpenPage.Who)] = Holders.NameOf(fields["who"]),
        [nameof(OpenPage.For)] = Holders.NameOf(fields["for"]),
        [nameof(OpenPage.Problem)] = problem,
    });

    private static string WhoOf(IFormCollection fields) => Holders.NameOf(fields["for"]) is { Length: <= MostFor } purpose ? $"{fields["who"]} – {purpose}" : fields["who"].ToString();

    /// <summary>The secret part of a link's address; null for one that leads elsewhere.</summary>
    private static string? SecretOf(HttpRequest request, HealthLink link)
    {
        var here = $"{request.Scheme}://{request.Host}{request.PathBase}{HolderEndpoints.Path}/";
        return link.Address.OriginalString.StartsWith(here, StringComparison.OrdinalIgnoreCase) ? link.Address.OriginalString[here.Length..] : null;
    }

    /// <summary>The documents that go along, and what each is.</summary>
    private static IEnumerable<(string Name, string Id)> FilesOf(SharedDocument document, Disclosure disclosure)
    {
        var there = disclosure.Entries.Where(entry => entry.ResourceType == "Binary").Select(entry => entry.Reference).ToHashSet();
        foreach (var entry in document.Entries.Where(entry => entry.Resource.TypeName == "DocumentReference"))
        {
            foreach (var content in entry.Resource.Root.All("content"))
            {
                if (content.TryGetChild("attachment", out var attachment) && attachment.Text("url") is { } url && there.Remove(url))
                {
                    yield return (EntryReader.Line(entry.Resource).BothNames, url["Binary/".Length..]);
                }
            }
        }
    }

    private static async Task SaveAsync(HttpContext http, LinkDoor door, LinkPasses passes, string? pass)
    {
        if (passes.Open(pass) is not var (secret, token)
            || await door.FetchAsync(secret, token, http.RequestAborted) is not { Outcome: LinkOutcome.Opened, Disclosure: { Entries: [{ ResourceType: "Binary" }] } binary } || !BinaryContent.Has(binary))
        {
            await http.WriteAsync(Failure.NothingHere);
            return;
        }

        await BinaryContent.WriteAsync(http, binary, System.Net.Mime.MediaTypeNames.Application.Octet);
    }

    /// <summary>Takes in what somebody sends back who opened a link. It waits for the patient; nothing of it is in the record before they take it.</summary>
    private static async Task<IResult> ReceiveAsync(HttpContext http, LinkDoor door, LinkPasses passes, RepliesAtOnce turns, CancellationToken cancel)
    {
        if (await SentReply.ReadAsync(http, door, passes, turns, cancel) is not { } sent)
        {
            return Told(OpenText.Failed, StatusCodes.Status400BadRequest);
        }

        if (sent.Refused is { } refused)
        {
            return Told(refused);
        }

        if (sent.Problem is not null || sent.Reply is null)
        {
            return Told(sent.Problem, StatusCodes.Status422UnprocessableEntity);
        }

        return Told(passes.Open(sent.Pass) is var (secret, token) ? await door.ReceiveAsync(secret, token, sent.Reply, cancel) : LinkReplyOutcome.NothingHere);
    }

    /// <summary>Takes in what whoever opened a link says came of it: a line of the patient's ledger, beside the opening that they speak of.</summary>
    private static async Task<IResult> TellAsync(IFormCollection fields, LinkDoor door, LinkPasses passes, CancellationToken cancel)
    {
        var form = OutcomeForm.Read(fields, Outcome.OfLookers);
        if (form.Kind is not { } kind || passes.Open(fields["pass"].ToString()) is not var (secret, token))
        {
            return Said(OpenText.CameOver, StatusCodes.Status404NotFound);
        }

        if (form.Problem is { } problem)
        {
            return Said(problem, StatusCodes.Status422UnprocessableEntity);
        }

        return await door.TellAsync(secret, token, kind, form.Words.Length == 0 ? null : form.Words, cancel) switch
        {
            OutcomeTold.Told => Said(null, StatusCodes.Status200OK),
            OutcomeTold.TooOften => Said(OutcomeText.DoneTooOften, StatusCodes.Status429TooManyRequests),
            _ => Said(OpenText.CameOver, StatusCodes.Status404NotFound),
        };
    }

    private static RazorComponentResult<ReplyPage> Told(LinkReplyOutcome outcome) => outcome switch
    {
        LinkReplyOutcome.Waits => Told(null, StatusCodes.Status200OK),
        LinkReplyOutcome.TooMuch => Told(OpenText.TooMuchSent, StatusCodes.Status429TooManyRequests),
        _ => Told(OpenText.ReplyOver, StatusCodes.Status404NotFound),
    };

    private static RazorComponentResult<ReplyPage> Told(string? problem, int status) => Page(problem is null ? OpenText.SentHeading : OpenText.NotSentHeading, problem ?? OpenText.Sent, status);

    private static RazorComponentResult<ReplyPage> Said(string? problem, int status) => Page(problem is null ? OpenText.CameHeading : OpenText.NotSaidHeading, problem ?? OutcomeText.DoneTold, status);

    private static RazorComponentResult<ReplyPage> Page(string heading, string lead, int status) =>
        new(new Dictionary<string, object?> { [nameof(ReplyPage.Heading)] = heading, [nameof(ReplyPage.Lead)] = lead }) { StatusCode = status };
}
