using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Api.Conversations.CheckIns;
using Rapport.Server.Api.Conversations.Files;
using Rapport.Server.Api.Conversations.Teams;
using Rapport.Server.Api.Fhir;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.Export;
using Rapport.Server.Pages.Conversations.Teams;
using Rapport.Server.Talks;

namespace Rapport.Server.Api.Conversations;

/// <summary>Conversations for scripts: to begin one, to write, to read. What happens in them is told at <c>/api/events</c>.</summary>
internal static class ConversationEndpoints
{
    /// <summary>The path.</summary>
    public const string Path = "/api/conversations";

    private const int MostBytes = 128 * 1024;
    private const int MostDepth = 8;
    private const int MostAtOnce = 200;

    public static void MapConversations(this IEndpointRouteBuilder app)
    {
        var talks = app.MapGroup(Path).WithTags("Conversations");
        talks.MapGet("", ListAsync).WithSummary("The conversations of the caller, the newest first").Produces<TalkList>();
        talks.MapPost("", BeginAsync).RequireRateLimiting(RateLimits.Talk).WithMetadata(new RequestSizeLimitAttribute(MostBytes))
            .WithSummary("Begins a conversation about a patient, with people and care teams; with the same `Idempotency-Key` it is the same conversation").Accepts<JsonElement>("application/json").Produces<TalkMade>(StatusCodes.Status201Created);
        talks.MapGet("/export", ExportAsync).WithSummary("The caller's own conversations as a ZIP: a page and a JSON file for each").Produces<byte[]>(StatusCodes.Status200OK, "application/zip");
        talks.MapGet("/{id}/messages", ReadAsync).WithSummary("What happened in a conversation, oldest first").Produces<MessageList>();
        talks.MapPost("/{id}/messages", SayAsync).RequireRateLimiting(RateLimits.Say).WithMetadata(new RequestSizeLimitAttribute(MostBytes))
            .WithSummary("Sends a message; with the same `Idempotency-Key` it is the same message").Accepts<JsonElement>("application/json").Produces<MessageMade>(StatusCodes.Status201Created);
        talks.MapGet("/{id}/messages/{line:long:min(1)}/attached/{number:int:min(0)}", ReadAttachedAsync)
            .WithSummary("An entry that is attached to a message, as at `/fhir`: as far as it is shared with the caller, and each look is recorded").Produces<JsonElement>(StatusCodes.Status200OK, "application/fhir+json");
        talks.MapFiles();
        talks.MapCheckInApi();
        talks.MapTeamTalkApi();
        app.MapTeamApi();
        app.MapGet("/api/events", TalkEvents.StreamAsync).WithTags("Conversations").WithSummary($"What happens in the caller's conversations, as server-sent events; with `Last-Event-ID`, all that came since, of the last {TalkNews.KeptFor.Days} days")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream");
    }

    private static async Task ListAsync(HttpContext http, TalkDoor door, TimeProvider clock)
    {
        var talker = await door.OpenAsync(http);
        var now = clock.GetUtcNow();
        List<TalkTold> told = [];
        foreach (var view in await door.Desk.ListAsync(talker, http.RequestAborted))
        {
            told.Add(TalkTold.Of(view, await door.Desk.Hands.OfAsync(view.State, http.RequestAborted), now));
        }

        await WriteAsync(http, StatusCodes.Status200OK, new TalkList(told), TalkJson.Default.TalkList);
    }

    private static async Task<IResult> ExportAsync(HttpContext http, RecordDoor records, TalkArchive archive)
    {
        http.Require(TokenScopes.Converse);
        http.RequireFreshSession();
        return await archive.AnswerAsync(http, records);
    }

    private static async Task BeginAsync(HttpContext http, TalkDoor door)
    {
        var talker = await door.OpenAsync(http);
        var reader = new MessageReader();
        if (await reader.TakeAsync(http, MostDepth, reader.ReadTalk) is not { } ask || await OnceAsync(http) is not { } once)
        {
            return;
        }

        var about = ask.About is null ? TalkDoor.AboutOf(talker, ask.With) : PatientId.TryParse(ask.About.AsSpan("Patient/".Length), out var named) ? named : null;
        var begun = about is { } patient
            && await door.MembersAsync(talker, http.GetActor(), patient, ask.Topic, ask.With, ask.IsPrivate ?? await door.IsUsuallyAloneAsync(talker, patient, http.RequestAborted), http.RequestAborted) is { } members
            ? await door.Desk.BeginAsync(talker, new NewConversation(patient, ask.Subject, ask.Topic, members, once), CancellationToken.None) : null;
        if (begun?.View is not { } view)
        {
            await http.WriteAsync(begun is null
                ? new(StatusCodes.Status422UnprocessableEntity, "not-found", "somebody in `with` is nobody whom you may write to")
                : new(StatusCodes.Status409Conflict, "conflict", "this `Idempotency-Key` began another conversation: take a new one"));
            return;
        }

        http.Response.Headers.Location = $"{Path}/{view.Id}/messages";
        await WriteAsync(http, StatusCodes.Status201Created, new TalkMade(view.Id.ToString()), TalkJson.Default.TalkMade);
    }

    private static async Task ReadAsync(HttpContext http, string id, TalkDoor door, PeopleModule people, TimeProvider clock, string? after, int? count)
    {
        if (await FindAsync(http, id, door) is not var (talker, view))
        {
            return;
        }

        var from = 0L;
        if ((after is not null && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out from)) || from == long.MaxValue || count is < 1 or > MostAtOnce)
        {
            await http.WriteAsync(new(StatusCodes.Status400BadRequest, "invalid", $"`after` is the `id` of a message, and `count` a number from 1 to {MostAtOnce}"));
            return;
        }

        var most = count ?? MostAtOnce;
        var lines = await door.Desk.LinesAsync(view, from + 1, most + 1, http.RequestAborted);
        var told = await ToldAsync(door, people, talker, view, [.. lines.Take(most)], clock.GetUtcNow(), http.RequestAborted);

        // A program that has it is no eye that read it; what stands before was asked for by another request, or never.
        if (told.Count > 0 && from <= Math.Max(view.From - 1, Math.Max(view.Mark?.Seq ?? 0, view.Mark?.Reached ?? 0)))
        {
            await door.ReachedAsync(talker, [(view, lines[told.Count - 1].Seq)], http.RequestAborted);
        }

        await WriteAsync(http, StatusCodes.Status200OK, new MessageList(told, lines.Count > most ? told[^1].Id : null), TalkJson.Default.MessageList);
    }

    /// <summary>Some lines, and of the caller's own messages what became of them.</summary>
    private static async Task<List<MessageTold>> ToldAsync(TalkDoor door, PeopleModule people, Talker talker, TalkView view, IReadOnlyList<TalkLine> lines, DateTimeOffset now, CancellationToken cancel)
    {
        if (!lines.Any(IsOwn))
        {
            return [.. lines.Select(line => MessageTold.Of(view, line))];
        }

        var others = await TalkReaders.OthersAsync(door, people, talker.Person.Id, view, lines.Select(static line => line.Line.By.Person).ToHashSet(), cancel);
        var (promises, hands) = (await door.Desk.States.PromisesAsync(talker, view, lines, cancel), await door.Desk.Hands.OfAsync(view.State, cancel));
        return [.. lines.Select(line => MessageTold.Of(view, line) with { State = IsOwn(line) ? StateTold.Of(line.Seq, others, promises[line.Seq], hands, now) : null })];

        bool IsOwn(TalkLine line) => line.Line is SaidLine said && said.By.Person == talker.Person.Id;
    }

    private static async Task SayAsync(HttpContext http, string id, TalkDoor door, RecordDoor records, UrgentHelp help)
    {
        var reader = new MessageReader();
        if (await FindAsync(http, id, door) is not var (talker, view) || await reader.TakeAsync(http, MostDepth, reader.ReadMessage) is not { } sent || await OnceAsync(http) is not { } once)
        {
            return;
        }

        if ((sent.Draft is not null || sent.IsNotYet) && !view.IsTeam)
        {
            await http.WriteAsync(new(StatusCodes.Status403Forbidden, "forbidden", "only whoever is in this conversation as one of a care team sends its draft, or says that this is not its answer yet: leave `draft` and `notYet` out"));
            return;
        }

        var (drafted, isSeen) = await TeamWriting.SeenAsync(door, talker, view, (sent.Draft, sent.Text, once), http.RequestAborted);
        if (!isSeen)
        {
            await http.WriteAsync(FailureOf(SaidStatus.DraftMoved));
            return;
        }

        var look = await MessageGuard.LookAsync(door, view, sent.Text, sent.Files, http.RequestAborted);
        if (look is not null && sent.IsUnlessUrgent)
        {
            await http.WriteAsync(new(StatusCodes.Status422UnprocessableEntity, "business-rule", $"these words may mean an emergency: show whoever wrote them the number to call, `{help.Number}`, then send it without `unlessUrgent` where they want that"));
            return;
        }

        if (sent.Attached.Count > 0)
        {
            http.RequireFreshSession();
        }

        var side = sent.Attached.Count == 0 ? null : await PatientSide.OfAsync(http, records, view, TokenScopes.Share, byPrograms: true);
        var (attached, unknown) = side is null ? (sent.Attached, null) : await AttachedByName.ReadAsync(side, sent.Attached, http.RequestAborted);
        if (unknown is not null)
        {
            await http.WriteAsync(new(StatusCodes.Status400BadRequest, "invalid", unknown));
            return;
        }

        // What was begun to be sent is sent: whoever hung up finds it by its key.
        var answer = await door.Desk.SayAsync(talker, view, new NewMessage(sent.Text, once, attached) { IsUrgent = look is not null, Files = sent.Files, Drafted = drafted, IsNotYet = sent.IsNotYet }, side?.Attached, CancellationToken.None);
        if (answer.Line is not { Line: SaidLine said } line)
        {
            await http.WriteAsync(FailureOf(answer.Status));
            return;
        }

        // What is sent again is told as it was then: it is the first message of a conversation no more.
        var urgent = look is not null ? UrgentTold.Of(look, help) : said.IsUrgent ? UrgentTold.Of(new UrgentLook([], []), help) : null;
        await WriteAsync(http, StatusCodes.Status201Created, new MessageMade(line.Seq.ToString(CultureInfo.InvariantCulture), said.At, PromiseTold.Of(said.Promise), PromiseTold.AllOf(said), urgent), TalkJson.Default.MessageMade);
    }

    /// <summary>What is attached, by the gate. Where it is not shared any more it looks like what was never attached.</summary>
    private static async Task ReadAttachedAsync(HttpContext http, string id, long line, int number, TalkDoor door, RecordDoor records)
    {
        if (await FindAsync(http, id, door) is not var (_, view))
        {
            return;
        }

        if (await door.Desk.AttachedAsync(view, line, number, http.RequestAborted) is [var type, var resource])
        {
            await ReadEndpoints.ReadAsync(http, type, resource, records);
            return;
        }

        await http.WriteAsync(Failure.NothingHere);
    }

    private static Failure FailureOf(SaidStatus status) => status switch
    {
        SaidStatus.Ended => new(StatusCodes.Status409Conflict, "business-rule", "the patient ended this conversation: begin another"),
        SaidStatus.KeyUsedBefore => new(StatusCodes.Status409Conflict, "conflict", "this `Idempotency-Key` was sent before with another message: take a new one"),
        SaidStatus.DraftMoved => new(StatusCodes.Status409Conflict, "conflict", "somebody of the team changed the draft meanwhile, or sent it: read it, and go on from both"),
        SaidStatus.NoSuchFile => new(StatusCodes.Status422UnprocessableEntity, "not-found", "one of `files` is no file of yours in this conversation, or was sent with another message: send it again"),
        SaidStatus.NotTheirsToAttach => new(StatusCodes.Status403Forbidden, "forbidden", "only the patient, or who looks after a small child for it, attaches entries of the record: leave `attach` out"),
        SaidStatus.TooManyAgreements => new(StatusCodes.Status409Conflict, "too-costly", "your agreements say together as much as can be kept: end some first"),
        _ => Failure.NothingHere,
    };

    /// <summary>The conversation of an id, as the caller sees it; answered where there is none.</summary>
    internal static async Task<(Talker Talker, TalkView View)?> FindAsync(HttpContext http, string id, TalkDoor door)
    {
        var talker = await door.OpenAsync(http);
        if (ConversationId.TryParse(id, out var conversation) && await door.Desk.FindAsync(talker, conversation, http.RequestAborted) is { } view)
        {
            return (talker, view);
        }

        await http.WriteAsync(Failure.NothingHere);
        return null;
    }

    /// <summary>What tells a repetition; answered where it is none.</summary>
    internal static async Task<string?> OnceAsync(HttpContext http)
    {
        var keys = http.Request.Headers["Idempotency-Key"];
        if (keys.Count == 0)
        {
            return RandomNumberGenerator.GetHexString(32);
        }

        if (keys is [{ Length: > 0 and <= ConversationDesk.MostOnce } key] && key.All(static c => c is > ' ' and < '\x7f'))
        {
            return key;
        }

        await http.WriteAsync(new(StatusCodes.Status400BadRequest, "invalid", $"`Idempotency-Key` has 1 to {ConversationDesk.MostOnce} letters and digits"));
        return null;
    }

    internal static Task WriteAsync<T>(HttpContext http, int status, T answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsJsonAsync(answer, type, cancellationToken: http.RequestAborted);
    }
}
