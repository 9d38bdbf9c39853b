using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Conversations.Files;
using Rapport.Server.Pages.Conversations.Teams;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.SharedWithMe;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations;

/// <summary>One conversation: reading it, writing in it, attaching entries of one's own record, looking at what others attached.</summary>
internal static class TalkEndpoints
{
    private const string One = TalkPlaces.Home + "/{id}";

    public static void MapTalk(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(One, ShowAsync).WithMetadata(PageHeaders.MayRecord);
        pages.MapPost(One, WriteAsync).RequireRateLimiting(RateLimits.Say).WithMetadata(PageHeaders.MayRecord);
        pages.MapPost(One + "/read", MarkReadAsync);
        pages.MapGet(One + "/attached/{line:long:min(1)}/{number:int:min(0)}", LookAsync);
        pages.MapGet(One + "/correct/{line:long:min(1)}", AskCorrectionAsync);
        pages.MapPost(One + "/correct/{line:long:min(1)}", CorrectAsync).RequireRateLimiting(RateLimits.Say);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, TalkDoor door, TalkPages shown, string id, long? from, string? done)
    {
        if (await TalkRequest.FindAsync(http, door, id) is not { } request)
        {
            return TypedResults.NotFound();
        }

        var page = await shown.ShowAsync(http, request, from: from, done: done);
        if (from is null && IsSeen(http))
        {
            await door.Desk.MarkReadAsync(request.Talker, request.View, request.View.State.Size, http.RequestAborted);
        }
        else if (from is null)
        {
            await door.ReachedAsync(request.Talker, [request.View], http.RequestAborted);
        }

        return page;
    }

    /// <summary>An open page has shown what it asked for: up to which line.</summary>
    private static async Task<IResult> MarkReadAsync(HttpContext http, IFormCollection fields, TalkDoor door, string id)
    {
        if (await TalkRequest.FindAsync(http, door, id) is not { } request || !long.TryParse(fields["line"], NumberStyles.None, CultureInfo.InvariantCulture, out var line))
        {
            return TypedResults.NotFound();
        }

        await door.Desk.MarkReadAsync(request.Talker, request.View, line, http.RequestAborted);
        return TypedResults.NoContent();
    }

    /// <summary>The form under a conversation: sending, or one of the steps before it. What was written goes along in the form, since no address may hold it.</summary>
    internal static async Task<IResult> WriteAsync(HttpContext http, IFormCollection fields, TalkDoor door, RecordDoor records, TalkPages shown, UrgentHelp help, string id)
    {
        if (await TalkRequest.FindAsync(http, door, id) is not { } request)
        {
            return TypedResults.NotFound();
        }

        var draft = MessageDraft.Read(fields);
        return fields["step"].ToString() switch
        {
            "attach" or "find" or "preview" or "attached" => await AttachAsync(http, fields, records, shown, request, draft),
            _ when draft.FileProblem is not null => await shown.ShowAsync(http, request, draft),
            "draft" => await TeamWriting.KeepAsync(http, door, shown, request, draft),
            "insert" => await TeamWriting.InsertAsync(http, door, shown, help, request, draft, fields["template"].ToString()),
            "edit" => await shown.ShowAsync(http, request, draft),
            var step when DraftFile.Dropped(step) is { } dropped => await DropAsync(http, door, shown, request, draft, dropped),
            "edit-without" => await shown.ShowAsync(http, request, draft with { Attached = [] }),
            _ => await SendAsync(http, door, records, shown, help, request, draft),
        };
    }

    private static async Task<IResult> DropAsync(HttpContext http, TalkDoor door, TalkPages shown, TalkRequest request, MessageDraft draft, LocalId file)
    {
        await door.Desk.Files.RemoveAsync(request.Talker, request.View, file, http.RequestAborted);
        return await shown.ShowAsync(http, request, draft with { Files = [.. draft.Files.Where(sent => sent.Id != file)] });
    }

    private static async Task<IResult> SendAsync(HttpContext http, TalkDoor door, RecordDoor records, TalkPages shown, UrgentHelp help, TalkRequest request, MessageDraft draft)
    {
        if (draft.Problem is { } problem)
        {
            return await shown.ShowAsync(http, request, draft, problem);
        }

        var (drafted, isSeen) = await TeamWriting.SeenAsync(door, request.Talker, request.View, (draft.DraftVersion, draft.Text, draft.Once), http.RequestAborted);
        if (!isSeen)
        {
            return await TeamWriting.ShowBothAsync(http, shown, request, draft, drafted!);
        }

        var look = await MessageGuard.LookAsync(door, request.View, draft.Text, draft.Files, http.RequestAborted);
        if (look is not null && !draft.IsSure)
        {
            return Ask(TalkPlaces.Of(request.View.Id), draft, look, help);
        }

        var side = draft.Attached.Count == 0 ? null : await PatientSide.OfAsync(http, records, request.View, TokenScopes.Share);
        IReadOnlyList<AttachOffer> goes = side is null ? [] : await AttachChoice.ChosenAsync(side, draft.Attached, http.RequestAborted);
        if (goes.Any(offer => offer.IsSensitive && !draft.Agreed.Contains(offer.Reference)))
        {
            // It may have been marked since it was chosen.
            return AskAgain(request, draft, goes, null, side!.Child);
        }

        IReadOnlyList<string> attached = [.. goes.SelectMany(static offer => (IEnumerable<string>)[offer.Reference, .. offer.Files]).Distinct()];
        if (attached.Count > ConversationDesk.MostAttached)
        {
            return await shown.ShowAsync(http, request, draft, Say.Fill(ConversationText.TooManyAttached, Say.Number(ConversationDesk.MostAttached)));
        }

        // What was begun to be sent is sent: whoever went on to another page finds it there, and sends it once.
        var answer = await door.Desk.SayAsync(request.Talker, request.View, new NewMessage(draft.Text, draft.Once, attached) { IsUrgent = look is not null, Files = draft.Files, Drafted = drafted, IsNotYet = draft.IsNotYet }, side?.Attached, CancellationToken.None);
        return answer.Status switch
        {
            SaidStatus.Said => new SeeOther(TalkPlaces.NewestOf(request.View.Id)),
            SaidStatus.NothingHere => TypedResults.NotFound(),
            SaidStatus.KeyUsedBefore => await AgainAsync(ConversationText.SentBefore),
            SaidStatus.Ended => await AgainAsync(ConversationText.EndedAbout),
            SaidStatus.DraftMoved => await TeamWriting.ShowBothAsync(http, shown, request, draft, await door.Desk.Drafts.FindAsync(request.View, CancellationToken.None) ?? TeamDraft.None),
            SaidStatus.NoSuchFile => await AgainAsync(FileText.NoSuchFile),
            SaidStatus.TooManyAgreements => await AgainAsync(ConversationText.TooManyAgreements),
            _ => await AgainAsync(ConversationText.OnlyPatientAttaches),
        };

        async Task<IResult> AgainAsync(string why) => await TalkRequest.FindAsync(http, door, request.View.Id.ToString()) is { } now ? await shown.ShowAsync(http, now, draft.Anew(), why) : TypedResults.NotFound();
    }

    private static RazorComponentResult<UrgentPage> Ask(string action, MessageDraft draft, UrgentLook look, UrgentHelp help) => new(new Dictionary<string, object?>
    {
        [nameof(UrgentPage.Action)] = action,
        [nameof(UrgentPage.Draft)] = draft,
        [nameof(UrgentPage.Look)] = look,
        [nameof(UrgentPage.Help)] = help,
    });

    private static async Task<IResult> AttachAsync(HttpContext http, IFormCollection fields, RecordDoor records, TalkPages shown, TalkRequest request, MessageDraft draft)
    {
        if (await PatientSide.OfAsync(http, records, request.View, TokenScopes.Share) is not { } side)
        {
            return TypedResults.NotFound();
        }

        var (step, cancel) = (fields["step"].ToString(), http.RequestAborted);
        var find = step == "find" && OneLine.Of(fields["find"].ToString()) is { Length: > 0 and <= TextCriterion.MaxLength } words ? words : null;
        var chosen = await AttachChoice.ChosenAsync(side, draft.Attached, cancel);
        if (step == "attached")
        {
            return fields["agree"] == "yes" || !chosen.Any(static offer => offer.IsSensitive)
                ? await shown.ShowAsync(http, request, draft with { Agreed = [.. chosen.Where(static offer => offer.IsSensitive).Select(static offer => offer.Reference)] })
                : AskAgain(request, draft, chosen, ConversationText.AttachSensitiveMissing, side.Child);
        }

        var isPreview = step == "preview" && chosen.Count > 0;
        return new RazorComponentResult<AttachPage>(new Dictionary<string, object?>
        {
            [nameof(AttachPage.Id)] = request.View.Id,
            [nameof(AttachPage.Draft)] = draft,
            [nameof(AttachPage.Chosen)] = chosen,
            [nameof(AttachPage.IsPreview)] = isPreview,
            [nameof(AttachPage.Child)] = side.Child,
            [nameof(AttachPage.Readers)] = WriteView.ReadersOf(request.View, side.Child ?? ""),
            [nameof(AttachPage.Offers)] = isPreview ? [] : await AttachChoice.OffersAsync(side, find, cancel),
            [nameof(AttachPage.Find)] = find,
            [nameof(AttachPage.Problem)] = step == "preview" && !isPreview ? ConversationText.ChooseEntry : null,
        })
        { StatusCode = step == "preview" && !isPreview ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK };
    }

    /// <summary>Who will see what, before what is marked as sensitive goes along.</summary>
    private static RazorComponentResult<AttachPage> AskAgain(TalkRequest request, MessageDraft draft, IReadOnlyList<AttachOffer> chosen, string? problem, string? child) => new(new Dictionary<string, object?>
    {
        [nameof(AttachPage.Id)] = request.View.Id,
        [nameof(AttachPage.Draft)] = draft,
        [nameof(AttachPage.Chosen)] = chosen,
        [nameof(AttachPage.IsPreview)] = true,
        [nameof(AttachPage.Child)] = child,
        [nameof(AttachPage.Readers)] = WriteView.ReadersOf(request.View, child ?? ""),
        [nameof(AttachPage.Problem)] = problem,
    })
    { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };

    /// <summary>Looking at what is attached, which is a look at the record like any other. Where it is not shared any more, nothing is told of what it was.</summary>
    private static async Task<IResult> LookAsync(HttpContext http, TalkDoor door, RecordDoor records, string id, long line, int number)
    {
        if (await TalkRequest.FindAsync(http, door, id) is not { View: var view } || await door.Desk.AttachedAsync(view, line, number, http.RequestAborted) is not [var type, var resource])
        {
            return TypedResults.NotFound();
        }

        if (view.IsOwn)
        {
            return TypedResults.LocalRedirect(Record.RecordPlace.Own.Entry($"{type}/{resource}"));
        }

        if (LocalReference.TryParseId(resource, out var owner, out var local) && owner == view.Patient
            && await SharedEndpoints.EntryAsync(http, records, view.Patient, PurposeOf(view), type, local, null, null) is var page and not NotFound)
        {
            return page;
        }

        return new RazorComponentResult<NotSharedPage>(new Dictionary<string, object?> { [nameof(NotSharedPage.Id)] = view.Id });
    }

    /// <summary>What for somebody looks at what is attached: as it was shared with who they are there.</summary>
    internal static string PurposeOf(TalkView view) => view.Capacity.IsActing ? PurposeOfUse.ActingForPatient
        : view.Capacity.Reference.StartsWith("RelatedPerson/", StringComparison.Ordinal) || view.Capacity.Reference.StartsWith("Patient/", StringComparison.Ordinal) ? PurposeOfUse.FamilyRequest : PurposeOfUse.Treatment;

    private static async Task<IResult> AskCorrectionAsync(HttpContext http, TalkDoor door, string id, long line) =>
        await TalkRequest.FindAsync(http, door, id) is { } request && await OwnTextAsync(http, door, request, line) is { } text ? CorrectionPage(request, line, MessageDraft.Empty() with { Text = text }, null) : TypedResults.NotFound();

    private static async Task<IResult> CorrectAsync(HttpContext http, IFormCollection fields, TalkDoor door, UrgentHelp help, string id, long line)
    {
        if (await TalkRequest.FindAsync(http, door, id) is not { } request || await OwnTextAsync(http, door, request, line) is not { } before)
        {
            return TypedResults.NotFound();
        }

        var draft = MessageDraft.Read(fields);
        if (draft.Problem is not null || fields["step"] == "edit")
        {
            return CorrectionPage(request, line, draft, draft.Problem);
        }

        if (!draft.IsSure && UrgentGuard.Look(draft.Text) is { } look)
        {
            return Ask($"{TalkPlaces.Of(request.View.Id)}/correct/{line}", draft, look, help);
        }

        return draft.Text == before || await door.Desk.CorrectAsync(request.Talker, request.View, line, draft.Text, CancellationToken.None)
            ? new SeeOther($"{TalkPlaces.Of(request.View.Id)}?done=corrected#m{line}") : TypedResults.NotFound();
    }

    /// <summary>What a message of somebody's own says now; null where it is none, or nothing is written there any more.</summary>
    private static async Task<string?> OwnTextAsync(HttpContext http, TalkDoor door, TalkRequest request, long line)
    {
        var view = request.View;
        if (view.State.IsEnded || line < view.From || (await door.Desk.LinesAsync(view, line, 1, http.RequestAborted)) is not [{ Line: SaidLine said } found] || found.Seq != line || said.By.Person != request.Talker.Person.Id)
        {
            return null;
        }

        return await door.Desk.CorrectionsAsync(view, line, line, http.RequestAborted) is [.., var last] ? last.Text : said.Text;
    }

    private static RazorComponentResult<CorrectPage> CorrectionPage(TalkRequest request, long line, MessageDraft draft, string? problem) => new(new Dictionary<string, object?>
    {
        [nameof(CorrectPage.Id)] = request.View.Id,
        [nameof(CorrectPage.Seq)] = line,
        [nameof(CorrectPage.Draft)] = draft,
        [nameof(CorrectPage.Problem)] = problem,
    })
    { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };

    /// <summary>Whether the page is shown to somebody: others are told that it was read. A browser that fetches it beforehand says so; an open page that follows says itself when it has shown it.</summary>
    private static bool IsSeen(HttpContext http) => !PagePart.IsAsked(http, PagePart.Follow) && !http.Request.Headers["Sec-Purpose"].Concat(http.Request.Headers["Purpose"]).Any(static purpose => purpose?.Contains("prefetch", StringComparison.OrdinalIgnoreCase) == true);
}
