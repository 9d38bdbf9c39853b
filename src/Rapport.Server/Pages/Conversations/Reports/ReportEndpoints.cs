using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations.Reports;

/// <summary>Reporting a message to whoever looks after that, and looking after it: the privacy officer of whom an organisation vouches for, else whoever runs the server.</summary>
internal static class ReportEndpoints
{
    /// <summary>What somebody reported; what they are to look at.</summary>
    public const string Mine = TalkPlaces.Home + "/reports", Queue = Mine + "/queue";

    private const string One = TalkPlaces.Home + "/{id}/report/{line:long:min(1)}";
    private const int LinesBefore = 20;

    /// <summary>Where a message is reported.</summary>
    public static string Of(ConversationId id, long line) => $"{TalkPlaces.Of(id)}/report/{line}";

    public static void MapReports(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Mine, async (HttpContext http, ReportDesk reports, string? done, CancellationToken cancel) => new RazorComponentResult<OwnReportsPage>(new Dictionary<string, object?>
        {
            [nameof(OwnReportsPage.Reports)] = await reports.OfReporterAsync(http.GetPerson().Id, cancel),
            [nameof(OwnReportsPage.IsDone)] = done == "reported",
        }));
        pages.MapGet(Queue, (HttpContext http, ReportDesk reports, PeopleModule people, string? done, CancellationToken cancel) => ShowQueueAsync(http, reports, people, done == "answered" ? ReportText.DoneAnswered : null, null, cancel));
        pages.MapPost(Queue, AnswerAsync);
        pages.MapGet(One, AskAsync);
        pages.MapPost(One, SendAsync).RequireRateLimiting(RateLimits.Say);
    }

    private static async Task<IResult> AskAsync(HttpContext http, TalkDoor door, PeopleModule people, TimeProvider clock, string id, long line, CancellationToken cancel) =>
        await TalkRequest.FindAsync(http, door, id) is { } request && await DraftAsync(door, people, clock, request, line, cancel) is { } draft
            ? await PageAsync(people, request, draft, null, null, cancel) : TypedResults.NotFound();

    private static async Task<IResult> SendAsync(HttpContext http, IFormCollection fields, TalkDoor door, ReportDesk reports, PeopleModule people, TimeProvider clock, string id, long line, CancellationToken cancel)
    {
        if (await TalkRequest.FindAsync(http, door, id) is not { } request || await DraftAsync(door, people, clock, request, line, cancel) is not { } draft)
        {
            return TypedResults.NotFound();
        }

        var words = MessageDraft.Lines(fields["words"].ToString());
        draft = draft with { Words = words, IsOfPerson = fields["person"] == "on" };
        if (!Enum.TryParse<ReportReason>(fields["reason"].ToString(), out var reason) || !Enum.IsDefined(reason))
        {
            return await PageAsync(people, request, draft, null, ReportText.ChooseWhy, cancel);
        }

        return words.Length > Report.MostWords ? await PageAsync(people, request, draft, reason, Say.Fill(ReportText.WordsTooLong, Say.Number(Report.MostWords)), cancel)
            : await reports.AddAsync(request.View, draft with { Reason = reason }, cancel) ? new SeeOther($"{Mine}?done=reported")
            : await PageAsync(people, request, draft, reason, ReportText.TooMany, cancel);
    }

    /// <summary>A report of a message of somebody else that they see, with the two before and after it as they see them; null for any other line.</summary>
    private static async Task<Report?> DraftAsync(TalkDoor door, PeopleModule people, TimeProvider clock, TalkRequest request, long line, CancellationToken cancel)
    {
        var (view, self) = (request.View, request.Talker.Person);
        if (line < view.From || await door.Desk.LinesAsync(view, line, 1, cancel) is not [{ Line: SaidLine said } found] || found.Seq != line || said.By.Person == self.Id)
        {
            return null;
        }

        var messages = (await new StoryReader(door, people, null).ReadAsync(request.Talker, view, Math.Max(1, line - LinesBefore), cancel)).Items.Where(static item => item.Notice is null).ToList();
        var at = messages.FindIndex(item => item.Seq == line);
        return new Report
        {
            Id = LocalId.New().ToString(),
            By = self.Id,
            ByName = self.DisplayName,
            At = clock.GetUtcNow(),
            About = said.By.Person,
            AboutName = said.By.Name,
            Organisation = (await OfficeAsync(people, said.By.Person, self.Id, cancel))?.ToString(),
            Reason = ReportReason.Other,
            Line = line,
            Messages = [.. messages.Skip(Math.Max(0, at - Report.Around)).Take(Math.Min(at, Report.Around) + 1 + Report.Around).Select(static item => new ReportedMessage(item.Seq, item.At, item.Name, item.About, item.Text))],
        };
    }

    /// <summary>The organisation that vouches for somebody and has a privacy officer who is neither them nor who reports; null where there is none.</summary>
    private static async Task<OrganisationId?> OfficeAsync(PeopleModule people, PersonId about, PersonId self, CancellationToken cancel)
    {
        foreach (var membership in (await people.Accounts.FindAsync(about, cancel))?.Organisations.Where(static membership => membership.Verified is not null) ?? [])
        {
            if ((await people.Directory.ListPrivacyOfficersAsync(membership.Organisation, cancel)).Any(officer => officer.Id != about && officer.Id != self))
            {
                return membership.Organisation;
            }
        }

        return null;
    }

    private static async Task<IResult> PageAsync(PeopleModule people, TalkRequest request, Report draft, ReportReason? chosen, string? problem, CancellationToken cancel) => new RazorComponentResult<ReportPage>(new Dictionary<string, object?>
    {
        [nameof(ReportPage.Id)] = request.View.Id,
        [nameof(ReportPage.Draft)] = draft,
        [nameof(ReportPage.Chosen)] = chosen,
        [nameof(ReportPage.Office)] = draft.Organisation is { } office && OrganisationId.TryParse(office, out var id) ? (await people.Directory.FindOrganisationAsync(id, cancel))?.Name : null,
        [nameof(ReportPage.Block)] = await people.Accounts.FindAsync(draft.About, cancel) is { } about ? CirclePlace.Own.BlockOf(people.Introductions.Of(request.Talker.Person.Id, about.Reference)) : null,
        [nameof(ReportPage.Problem)] = problem,
    })
    { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };

    /// <summary>What somebody looks after: the server, and organisations whose privacy officer they are.</summary>
    private static async Task<List<(string Queue, string Name)>> QueuesAsync(PeopleModule people, Person person, CancellationToken cancel)
    {
        List<(string, string)> queues = person.IsOperator ? [("operator", ReportText.QueueOperator)] : [];
        foreach (var office in person.Organisations.Where(static membership => membership.IsPrivacyOfficer))
        {
            if (await people.Directory.FindOrganisationAsync(office.Organisation, cancel) is { } organisation)
            {
                queues.Add((organisation.Id.ToString(), organisation.Name));
            }
        }

        return queues;
    }

    private static async Task<IResult> ShowQueueAsync(HttpContext http, ReportDesk reports, PeopleModule people, string? done, string? problem, CancellationToken cancel)
    {
        List<(string, string, IReadOnlyList<Report>)> shown = [];
        foreach (var (queue, name) in await QueuesAsync(people, http.GetPerson(), cancel))
        {
            shown.Add((queue, name, await reports.OfQueueAsync(KeyOf(queue), cancel)));
        }

        return shown.Count == 0 ? TypedResults.NotFound() : new RazorComponentResult<ReportQueuePage>(new Dictionary<string, object?>
        {
            [nameof(ReportQueuePage.Queues)] = shown,
            [nameof(ReportQueuePage.Viewer)] = http.GetPerson().Id,
            [nameof(ReportQueuePage.Done)] = done,
            [nameof(ReportQueuePage.Problem)] = problem,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, IFormCollection fields, ReportDesk reports, PeopleModule people, CancellationToken cancel)
    {
        var (person, queue, id) = (http.GetPerson(), fields["queue"].ToString(), fields["report"].ToString());
        if ((await QueuesAsync(people, person, cancel)).All(known => known.Queue != queue)
            || await reports.FindAsync(KeyOf(queue), id, cancel) is not { } report || report.About == person.Id)
        {
            return TypedResults.NotFound();
        }

        var words = MessageDraft.Lines(fields["answer"].ToString());
        return !Enum.TryParse<ReportOutcome>(fields["outcome"].ToString(), out var outcome) || !Enum.IsDefined(outcome) ? await ShowQueueAsync(http, reports, people, null, ReportText.ChooseDone, cancel)
            : words.Length > Report.MostWords ? await ShowQueueAsync(http, reports, people, null, Say.Fill(ReportText.WordsTooLong, Say.Number(Report.MostWords)), cancel)
            : await reports.AnswerAsync(KeyOf(queue), id, outcome, words.Length == 0 ? null : words, cancel) ? new SeeOther($"{Queue}?done=answered")
            : await ShowQueueAsync(http, reports, people, null, ReportText.Gone, cancel);
    }

    private static string? KeyOf(string queue) => queue == "operator" ? null : queue;
}
