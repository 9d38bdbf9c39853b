using Rapport.Conversations;
using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Pages;
using Rapport.Server.Pages.Record.Summary;

namespace Rapport.Server.Visits;

/// <summary>What a patient asked in their conversations and nobody answered: of the newest conversations the newest lines, and of those what has a question mark, or waits for a team that promised to answer.</summary>
internal static class Unanswered
{
    private const int MostConversations = 10, MostLines = 60, MostOfOne = 2, Days = 365;

    /// <summary>The newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<AskedBefore>> OfAsync(ConversationDesk desk, Talker patient, DateTimeOffset now, CancellationToken cancel)
    {
        List<AskedBefore> found = [];
        foreach (var view in (await desk.ListAsync(patient, cancel)).Where(view => view is { IsOwn: true, State: { IsEnded: false, IsClosed: false } } && view.State.LastAt > now.AddDays(-Days)).Take(MostConversations))
        {
            found.AddRange(In(view, await desk.LinesAsync(view, view.State.Size - MostLines + 1, MostLines, cancel), patient.Person.Id, now).TakeLast(MostOfOne));
        }

        return [.. found.OrderByDescending(static asked => asked.At)];
    }

    /// <summary>Those of one conversation, in their order.</summary>
    internal static IEnumerable<AskedBefore> In(TalkView view, IReadOnlyList<TalkLine> lines, PersonId patient, DateTimeOffset now)
    {
        var waits = view.State.Waits?.Seq;
        var answered = lines.Where(line => line.Line is SaidLine { IsNotYet: false } said && said.By.As != view.Capacity.Reference).Select(static line => line.Seq).DefaultIfEmpty(0).Max();
        foreach (var line in lines)
        {
            // What a team owes an answer to waits, whatever others said meanwhile.
            if (line.Line is SaidLine said && said.By.Person == patient && (line.Seq > answered || line.Seq >= waits) && said.At > now.AddDays(-Days)
                && Words(lines.Select(static later => later.Line).OfType<CorrectedLine>().LastOrDefault(corrected => corrected.Seq == line.Seq)?.Text ?? said.Text, line.Seq >= waits) is { } words)
            {
                yield return new AskedBefore($"{view.Id}/{line.Seq}", words, said.At, view.State.Subject, view.IsPrivate || IsOftenPrivate($"{view.State.Subject}\n{words}"));
            }
        }
    }

    /// <summary>The questions in a message, as far as they fit; where it has none but is owed an answer, how it begins. Null for neither.</summary>
    internal static string? Words(string text, bool isOwed)
    {
        List<string> asked = [];
        var from = 0;
        var line = OneLine.Of(text);
        for (var i = 0; i < line.Length; i++)
        {
            var isEnd = line[i] is '?' or '!' or '.' && (i + 1 == line.Length || line[i + 1] == ' ');
            if (isEnd && line[i] == '?')
            {
                asked.Add(line[from..(i + 1)].Trim());
            }

            from = isEnd ? i + 1 : from;
        }

        var words = string.Join(' ', asked);
        return words.Length > 0 ? words.Shorten(VisitPlan.MostText) : isOwed && line.Length > 0 ? line.Shorten(VisitPlan.MostText) : null;
    }

    /// <summary>Whether words speak of what is often private.</summary>
    private static bool IsOftenPrivate(string words) => RecordSummary.IsSensitive(WordLabels.In(words));
}
