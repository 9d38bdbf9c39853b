namespace Rapport.Conversations;

/// <summary>True numbers of what came of sharing for one aim: each of <see cref="Least"/> people or more. Immutable.</summary>
/// <param name="Total">How many people let it be counted.</param>
/// <param name="Came">By what came of it, most first; those who are not told apart last, as <see cref="Rest"/>.</param>
/// <param name="Felt">By how it was for them, in the same order.</param>
/// <param name="Month">The month in which somebody was counted last, such as <c>2026-11</c>.</param>
public sealed record StoryNumbers(int Total, IReadOnlyList<(string Answer, int Count)> Came, IReadOnlyList<(string Answer, int Count)> Felt, string Month)
{
    /// <summary>People behind each number, and behind each difference of a number over time.</summary>
    public const int Least = StoryCounting.Least;

    /// <summary>Those whose answers are not told apart, because few gave each.</summary>
    public const string Rest = StoryCounting.Rest;

    /// <summary>Those who did not answer.</summary>
    public const string Silent = StoryCounting.Silent;

    /// <summary>What is shown of the slips of one aim; null when nothing is.</summary>
    internal static StoryNumbers? Of(IReadOnlyList<StorySlip> slips)
    {
        var slots = slips.Select(static slip => slip.Slot).OfType<StorySlot>().ToList();
        return slots.Count < Least ? null
            : new StoryNumbers(
                slots.Count, Ordered(StoryCounting.Cells(slips, static slot => slot.Came)), Ordered(StoryCounting.Cells(slips, static slot => slot.Felt)),
                slots.Max(static slot => slot.Month)!);
    }

    private static IReadOnlyList<(string Answer, int Count)> Ordered(Dictionary<string, int> cells) =>
        [.. cells.OrderBy(static cell => cell.Key == Rest).ThenByDescending(static cell => cell.Value).ThenBy(static cell => cell.Key, StringComparer.Ordinal).Select(static cell => (cell.Key, cell.Value))];
}
