using Rapport.Conversations;
using Rapport.Server.Pages.Conversations.Teams;

namespace Rapport.Server.Pages.Conversations.States;

/// <summary>What became of what was promised for a message, in plain words.</summary>
internal static class StateWords
{
    /// <summary>It, with in whose hands it is while it waits.</summary>
    public static string Of(PromiseKept kept, Conversation state, HandsNow hands, DateTimeOffset now)
    {
        var (who, late) = (TalkWords.NameOf(state, kept.Promise.Who), kept.LateBy(now));
        var said = kept switch
        {
            { End: PromiseEnd.Answered, Line: { Line: var line } } => Say.Fill(StateText.Answered, line.By.Name, who, Say.MomentOfWeek(line.At)),
            { End: PromiseEnd.Closed, Line: { Line: var line } } => Say.Fill(StateText.Closed, line.By.Name, TalkWords.NameOf(state, line.By.As), Say.MomentOfWeek(line.At)),
            { End: PromiseEnd.Gone } => Say.Sentence(Say.Fill(StateText.Gone, who)),
            _ => hands.Name is { } name ? $"{Say.Fill(StateText.Waits, who)} {Say.Fill(StateText.WaitsWith, name)}" : Say.Fill(StateText.Waits, who),
        };
        return kept.End == PromiseEnd.Gone || kept.Promise.By is null ? said
            : kept.End == PromiseEnd.Waits ? late is null ? said : $"{said} {StateText.TimePassed}"
            : late is { } by ? $"{said} {Say.Fill(StateText.Late, Time(by))}" : $"{said} {StateText.InTime}";
    }

    private static string Time(TimeSpan time) => time switch
    {
        { TotalMinutes: < 90 } => Say.Count(TeamText.Minutes, (int)Math.Ceiling(time.TotalMinutes)),
        { TotalHours: < 36 } => Say.Count(TeamText.Hours, (int)Math.Round(time.TotalHours)),
        _ => Say.Count(TeamText.Days, (int)Math.Round(time.TotalDays)),
    };
}
