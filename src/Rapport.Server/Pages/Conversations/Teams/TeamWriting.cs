using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations.Teams;

/// <summary>What somebody of a team writes together with the others of it, before it is sent.</summary>
internal static class TeamWriting
{
    /// <summary>The team's draft, and whether whoever sends has seen it as it is now, or never was shown one. Nobody's words are passed over, and nothing is sent twice by two.</summary>
    /// <param name="door">The way into conversations.</param>
    /// <param name="talker">Who sends.</param>
    /// <param name="view">Where.</param>
    /// <param name="sent">The version that they have seen, null for none; what they send, and its key.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<(TeamDraft? Drafted, bool IsSeen)> SeenAsync(TalkDoor door, Talker talker, TalkView view, (long? Version, string Text, string Once) sent, CancellationToken cancel)
    {
        if (sent.Version is not { } seen || await door.Desk.Drafts.FindAsync(view, cancel) is not { } drafted)
        {
            return (null, true);
        }

        return drafted.Version == seen || drafted.Text == sent.Text ? (drafted, true)
            : await door.Desk.WasSaidAsync(talker, view, sent.Once, cancel) ? (null, true) : (drafted, false);
    }

    /// <summary>Keeps it as the team's draft.</summary>
    public static async Task<IResult> KeepAsync(HttpContext http, TalkDoor door, TalkPages shown, TalkRequest request, MessageDraft draft)
    {
        if (draft.Text.Length > ConversationDesk.MostText)
        {
            return await shown.ShowAsync(http, request, draft, draft.Problem);
        }

        return await door.Desk.Drafts.FindAsync(request.View, http.RequestAborted) is not { } drafted || request.View.State.IsEnded ? TypedResults.NotFound()
            : await door.Desk.Drafts.WriteAsync(request.Talker, request.View, draft.Text, draft.DraftVersion ?? 0, http.RequestAborted)
                ? new SeeOther($"{TalkPlaces.Of(request.View.Id)}?done=draft")
            : await ShowBothAsync(http, shown, request, draft, await door.Desk.Drafts.FindAsync(request.View, http.RequestAborted) ?? drafted);
    }

    /// <summary>Shows what somebody wrote beside what was written meanwhile: they go on from both.</summary>
    public static Task<IResult> ShowBothAsync(HttpContext http, TalkPages shown, TalkRequest request, MessageDraft draft, TeamDraft now) => shown.ShowAsync(
        http, request, draft with { DraftVersion = now.Version, IsSure = false }, now is { Text.Length: > 0, Writers: [var last, ..] } ? Say.Fill(TeamText.DraftMeanwhile, last.Name) : TeamText.DraftMeanwhileGone);

    /// <summary>Puts a template into what is being written. Nothing is sent or kept by that.</summary>
    public static async Task<IResult> InsertAsync(HttpContext http, TalkDoor door, TalkPages shown, UrgentHelp help, TalkRequest request, MessageDraft draft, string title)
    {
        var (view, cancel) = (request.View, http.RequestAborted);
        if (!CareTeamId.TryParseReference(view.Capacity.Reference, out var team) || (await door.Desk.Templates.FindAsync(team, cancel)).All.FirstOrDefault(one => one.Title == title) is not { } template)
        {
            return await shown.ShowAsync(http, request, draft);
        }

        var filled = await TemplateWords.FillAsync(door, help, request.Talker, view, await shown.PatientNameAsync(view, cancel), template, cancel);
        return await shown.ShowAsync(http, request, draft with { Text = draft.Text.Length == 0 ? filled : $"{draft.Text}\n\n{filled}" });
    }
}
