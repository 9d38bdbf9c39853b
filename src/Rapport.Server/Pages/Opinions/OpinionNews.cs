using Rapport.Conversations;

namespace Rapport.Server.Pages.Opinions;

/// <summary>What a patient has not seen yet of what became of their invitations to give an opinion: answered, declined, or the day passed.</summary>
internal static class OpinionNews
{
    /// <summary>So long something is news at most.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(30);

    private static readonly IdCookie Seen = new("rapport-opinions-seen", Lasts);

    /// <summary>The news, newest first.</summary>
    public static IReadOnlyList<(OpinionQuestion Question, Invitation Invitation)> Of(HttpContext http, IEnumerable<OpinionCase> cases, DateTimeOffset now)
    {
        var seen = Seen.Read(http);
        return
        [
            .. from known in cases
               from invitation in known.Invitations
               where IsSettled(invitation) && now - SettledAt(known, invitation) < Lasts && !seen.Contains(invitation.Id.ToString())
               orderby SettledAt(known, invitation) descending, invitation.Id
               select (known.Question, invitation),
        ];
    }

    /// <summary>Notes that the patient has seen what became of a question.</summary>
    public static void Note(HttpContext http, OpinionCase known)
    {
        var seen = Seen.Read(http);
        List<string> settled = [.. known.Invitations.Where(IsSettled).Select(static invitation => invitation.Id.ToString()).Where(id => !seen.Contains(id))];
        if (settled.Count > 0)
        {
            Seen.Add(http, settled);
        }
    }

    /// <summary>What the patient did themselves is no news.</summary>
    private static bool IsSettled(Invitation invitation) => invitation.State is InvitationState.Answered or InvitationState.Declined or InvitationState.Over;

    private static DateTimeOffset SettledAt(OpinionCase known, Invitation invitation) => invitation.State == InvitationState.Over ? known.Question.Until : invitation.At;
}
