using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Conversations.Teams;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations;

/// <summary>Makes the page of one conversation. One for each request.</summary>
internal sealed class TalkPages(TalkDoor door, RecordDoor records, PeopleModule people, UrgentHelp help, TimeProvider clock)
{
    /// <summary>The page; null where the conversation is not there any more.</summary>
    /// <param name="http">Who asks.</param>
    /// <param name="request">The conversation.</param>
    /// <param name="draft">What they have written and did not send.</param>
    /// <param name="problem">What is wrong with that; null for nothing.</param>
    /// <param name="from">The first line that is shown; null for the newest.</param>
    /// <param name="done">What was just done.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IResult> ShowAsync(HttpContext http, TalkRequest request, MessageDraft? draft = null, string? problem = null, long? from = null, string? done = null)
    {
        var (cancel, view) = (http.RequestAborted, request.View);
        var side = await PatientSide.OfAsync(http, records, view, TokenScopes.ReadOwn);
        var story = await new StoryReader(door, people, side?.Own, side).ReadAsync(request.Talker, view, from, cancel);
        var hands = await door.Desk.Hands.OfAsync(view.State, cancel);
        var drafted = await door.Desk.Drafts.FindAsync(view, cancel);
        var written = draft ?? MessageDraft.Empty() with { Text = drafted?.Text ?? "" };
        var write = await WriteView.OfAsync(door, help, view, story.PatientName, written with { DraftVersion = written.DraftVersion ?? drafted?.Version }, cancel);
        return new RazorComponentResult<TalkPage>(new Dictionary<string, object?>
        {
            [nameof(TalkPage.Story)] = story,
            [nameof(TalkPage.Write)] = write with
            {
                MayAttach = side is not null,
                TeamDraft = drafted,
                IsDraftedMeanwhile = drafted is not null && draft is not null && drafted.Text != draft.Text,
                Templates = await TemplatesAsync(view, cancel),
                Instead = WriteView.InsteadOf(view, hands),
                Problem = problem,
                Attached = side is null || draft is null ? [] : await AttachChoice.GoAlongAsync(side, draft, cancel),
                Files = draft is null ? [] : await door.Desk.Files.WaitingAsync(request.Talker, view, draft.Files, cancel),
            },
            [nameof(TalkPage.Now)] = clock.GetUtcNow(),
            [nameof(TalkPage.Self)] = request.Talker.Person.Id,
            [nameof(TalkPage.Follows)] = draft is null && story.Later is null && !view.State.IsEnded,
            [nameof(TalkPage.Hands)] = hands,
            [nameof(TalkPage.ToldOfOverdue)] = await ToldOfOverdueAsync(view, cancel),
            [nameof(TalkPage.Colleagues)] = view.IsTeam ? await ColleaguesTodayAsync(view.Capacity.Reference, request.Talker.Person.Id, cancel) : [],
            [nameof(TalkPage.CheckIns)] = await door.Desk.CheckIns.AnswerableAsync(view, Patients.ActorOf(request.Talker.Person), cancel),
            [nameof(TalkPage.Done)] = done,
        })
        { StatusCode = problem is null && draft?.FileProblem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }

    /// <summary>The name of the patient.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<string> PatientNameAsync(TalkView view, CancellationToken cancel) =>
        (await people.Accounts.FindByReferenceAsync($"Patient/{view.Patient}", cancel))?.DisplayName ?? ConversationText.WhoLeft;

    /// <summary>Whoever else is in a team now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<(PersonId Id, string Name)>> ColleaguesAsync(PeopleModule people, string team, PersonId self, CancellationToken cancel) =>
        CareTeamId.TryParseReference(team, out var id)
            ? [.. from member in await people.Directory.ListMembersAsync(id.Organisation, cancel)
                  where member.Membership.Teams.Contains(id) && member.Professional.Person != self
                  select (member.Professional.Person, member.Professional.DisplayName)]
            : [];

    /// <summary>Whoever else is in a team, and whether they are away now.</summary>
    private async Task<IReadOnlyList<(PersonId Id, string Name)>> ColleaguesTodayAsync(string team, PersonId self, CancellationToken cancel)
    {
        if (!CareTeamId.TryParseReference(team, out var id))
        {
            return [];
        }

        var (away, now) = (await door.Desk.Absences.FindAsync(id, cancel), clock.GetUtcNow());
        return [.. (await ColleaguesAsync(people, team, self, cancel)).Select(known => away.Of(known.Id, now) is null ? known : (known.Id, Say.Fill(TeamText.AwayNow, known.Name)))];
    }

    private async Task<IReadOnlyList<string>> TemplatesAsync(TalkView view, CancellationToken cancel) =>
        CareTeamId.TryParseReference(view.Capacity.Reference, out var team) ? [.. (await door.Desk.Templates.FindAsync(team, cancel)).All.Select(static one => one.Title)] : [];

    /// <summary>Who of each team for which something waits is told when it is late.</summary>
    private async Task<IReadOnlyDictionary<string, string>> ToldOfOverdueAsync(TalkView view, CancellationToken cancel)
    {
        Dictionary<string, string> told = [];
        foreach (var who in view.State.AllWaiting.Select(static waits => waits.Promise.Who))
        {
            if (CareTeamId.TryParseReference(who, out var team) && (await door.Desk.Promises.FindAsync(team, cancel))?.Promise.ToldOfOverdueName is { } name)
            {
                told[who] = name;
            }
        }

        return told;
    }
}
