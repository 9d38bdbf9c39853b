using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;

namespace Rapport.Server.Pages.Conversations;

/// <summary>A message in which what was looked for stands.</summary>
/// <param name="View">The conversation.</param>
/// <param name="Seq">The line.</param>
/// <param name="By">Who said it; null for the subject of the conversation.</param>
/// <param name="At">When.</param>
/// <param name="Text">How it begins, or what stands around the first word.</param>
public sealed record TalkHit(TalkView View, long Seq, string? By, DateTimeOffset At, string Text);

/// <summary>What was found in one's own conversations.</summary>
/// <param name="Hits">Of the newest conversations first.</param>
/// <param name="IsAll">Whether all there is was looked through.</param>
public sealed record TalkFindings(IReadOnlyList<TalkHit> Hits, bool IsAll);

/// <summary>Looks for words in what somebody may see of their conversations: the lines are opened for it one after the other, so it ends after some thousands.</summary>
internal static class TalkSearch
{
    /// <summary>Letters of a text that is looked for.</summary>
    public const int MostFind = 100;

    private const int MostHits = 50, MostLines = 5000, LinesAtOnce = 500, Before = 40;

    /// <summary>Messages that have each word, in any form of its letters, and subjects that do.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<TalkFindings> FindAsync(ConversationDesk desk, IReadOnlyList<TalkView> views, string find, CancellationToken cancel)
    {
        var (hits, read) = (new List<TalkHit>(), 0);
        foreach (var view in views)
        {
            if (NameFolding.Matches(view.State.Subject, find))
            {
                hits.Add(new TalkHit(view, view.State.Size, null, view.State.LastAt, view.State.Subject));
            }

            // The newest of a long conversation first.
            for (var end = view.State.Size; end >= view.From; end -= LinesAtOnce)
            {
                if (read >= MostLines || hits.Count >= MostHits)
                {
                    return new TalkFindings(hits, false);
                }

                var from = Math.Max(view.From, end - LinesAtOnce + 1);
                var lines = await desk.LinesAsync(view, from, (int)(end - from + 1), cancel);
                read += lines.Count;
                hits.AddRange(from line in lines.Reverse() let said = TextOf(line.Line) where said is not null && NameFolding.Matches(said, find) select new TalkHit(view, SeqOf(line), line.Line.By.Name, line.Line.At, Around(said, find)));
            }
        }

        return new TalkFindings([.. hits.Take(MostHits)], hits.Count <= MostHits);
    }

    private static string? TextOf(ConversationLine line) => line switch
    {
        SaidLine said => said.Text,
        CorrectedLine corrected => corrected.Text,
        ClosedLine closed => closed.Summary,
        _ => null,
    };

    /// <summary>A correction is read where it stands: at what it corrects.</summary>
    private static long SeqOf(TalkLine line) => line.Line is CorrectedLine corrected ? corrected.Seq : line.Seq;

    private static string Around(string text, string find)
    {
        var line = OneLine.Of(text);
        var at = find.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var word, ..] ? line.IndexOf(word, StringComparison.OrdinalIgnoreCase) : -1;
        return at <= Before ? TalkRow.Beginning(line) : "…" + TalkRow.Beginning(line[(line.LastIndexOf(' ', at - (Before / 2)) + 1)..]);
    }
}
