using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Conversations;

/// <summary>A conversation in a list.</summary>
/// <param name="View">It, as whoever looks sees it.</param>
/// <param name="Said">How what was said last begins, or what happened last.</param>
/// <param name="Promises">By when each team answers for which something waits, and whether that is late.</param>
/// <param name="Hands">In whose hands it is, in words.</param>
public sealed record TalkRow(TalkView View, string Said, IReadOnlyList<(string Text, bool IsLate)> Promises, IReadOnlyList<string> Hands)
{
    /// <summary>Whether it may be urgent, for who is of the team for which it waits.</summary>
    public bool IsUrgent => View.IsTeam && View.State.Of(View.Capacity.Reference).Waits is { IsUrgent: true };

    /// <summary>Whether what was promised must be answered soon, for who is of that team.</summary>
    public bool IsSoon { get; init; }

    /// <summary>Check-ins that wait for whoever looks.</summary>
    public IReadOnlyList<RunningCheckIn> CheckIns { get; init; } = [];

    private const int MostSaid = 120;

    /// <summary>Rows of some conversations.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<TalkRow>> AllAsync(ConversationDesk desk, Talker talker, IEnumerable<TalkView> views, DateTimeOffset now, CancellationToken cancel)
    {
        List<TalkRow> rows = [];
        foreach (var view in views)
        {
            var last = await desk.LinesAsync(view, view.State.Size, 1, cancel);
            rows.Add(new TalkRow(view, last is [var line] ? SaidIn(line.Line, view, talker.Person.Id) : "", TalkWords.Promises(view, now), TalkWords.Hands(await desk.Hands.OfAsync(view.State, cancel))) { IsSoon = view.IsTeam && view.State.Of(view.Capacity.Reference).Waits?.Promise is { RemindAt: { } remind, By: { } by } && remind <= now && now < by, CheckIns = await desk.CheckIns.AnswerableAsync(view, Patients.ActorOf(talker.Person), cancel) });
        }

        return rows;
    }

    /// <summary>The beginning of a text, on one line.</summary>
    public static string Beginning(string text)
    {
        var line = OneLine.Of(text);
        var end = line.Length <= MostSaid ? line.Length : line.LastIndexOf(' ', MostSaid) is > MostSaid / 2 and var space ? space : line.Cut(MostSaid).Length;
        return end == line.Length ? line : line[..end] + "…";
    }

    private static string SaidIn(ConversationLine line, TalkView view, PersonId self) => line switch
    {
        SaidLine said => Say.Fill(ConversationText.SaidBy, NameOf(said.By, self), said.Text.Length > 0 ? Beginning(said.Text) : Files.FileWords.Of(said.Files ?? [])),
        CorrectedLine { Text: "" } corrected => Say.Fill(ConversationText.CorrectedBefore, corrected.By.Name),
        CorrectedLine corrected => Say.Fill(ConversationText.SaidBy, NameOf(corrected.By, self), Beginning(corrected.Text)),
        _ => TalkWords.Notice(line, reference => TalkWords.NameOf(view.State, reference)) ?? "",
    };

    private static string NameOf(Speaker by, PersonId self) => by.Person == self ? ConversationText.You : by.Name;
}
