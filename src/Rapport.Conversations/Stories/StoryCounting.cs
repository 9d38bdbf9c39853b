namespace Rapport.Conversations;

/// <summary>
/// Which numbers others see of what came of sharing. Pure. People are counted in groups: each number that is shown is of <see cref="Least"/> people or more, and from one
/// publication to the next each stays the same or changes by
/// <see cref="Least"/> or more, so that neither one of them nor the difference of two tells of few people.
/// </summary>
/// <remarks>
/// Everybody who is counted has a place in one cell for what came of it and in one for how it was. A place is made together with at least <see cref="Least"/> others in the same cell; few of one answer go to the cell
/// <see cref="Rest"/>, where they are not told apart. Who leaves leaves a place that somebody else with the same answer takes, unseen, or that goes together with as many others.
/// </remarks>
internal static class StoryCounting
{
    /// <summary>People behind each number, and behind each difference of a number over time.</summary>
    public const int Least = 11;

    /// <summary>Who was waited for so long that they are counted even where no answer of theirs can be told apart.</summary>
    public const int Many = 3 * Least;

    /// <summary>The cell of those who are not told apart.</summary>
    public const string Rest = "rest";

    /// <summary>The answer of who did not answer.</summary>
    public const string Silent = "silent";

    /// <summary>Takes the next step that may be taken, if there is one. At most one step changes what is shown.</summary>
    /// <param name="slips">All slips of one aim, in any order.</param>
    /// <param name="month">The month it is, such as <c>2026-11</c>.</param>
    /// <returns>The slips in the same order.</returns>
    public static IReadOnlyList<StorySlip> Renew(IReadOnlyList<StorySlip> slips, string month)
    {
        var next = slips.ToArray();
        TakeOver(next);
        if (LetGo(next) || !MayClose(next, out var came, out var felt))
        {
            return next;
        }

        for (var i = 0; i < next.Length; i++)
        {
            if (next[i] is { Waits: true, Wish: { } wish })
            {
                next[i] = next[i] with { Slot = new StorySlot(came.Contains(wish.Came) ? wish.Came : Rest, felt.Contains(wish.Felt) ? wish.Felt : Rest, month) };
            }

            // Stories come with a group, so that none can be put to somebody who told theirs just before.
            next[i] = next[i] with { IsShown = next[i].Text is not null };
        }

        return next;
    }

    /// <summary>How many are counted in each cell.</summary>
    public static Dictionary<string, int> Cells(IEnumerable<StorySlip> slips, Func<StorySlot, string> cell) =>
        slips.Select(static slip => slip.Slot).OfType<StorySlot>().CountBy(cell).ToDictionary();

    /// <summary>Who waits takes the place of who leaves, where the answer is the same: no number changes.</summary>
    private static void TakeOver(StorySlip[] slips)
    {
        bool again;
        do
        {
            again = false;
            for (var i = 0; i < slips.Length; i++)
            {
                if (slips[i].Leaves && slips[i].Slot is { } slot && Array.FindIndex(slips, slip => slip.Waits && slot.Fits(slip.Wish!)) is >= 0 and var waiting)
                {
                    slips[waiting] = slips[waiting] with { Slot = slot };
                    slips[i] = slips[i] with { Slot = null };
                    again = true;
                }
            }
        }
        while (again);
    }

    /// <summary>As many as must be leave one place each of the same kind, when nobody is left there alone.</summary>
    private static bool LetGo(StorySlip[] slips)
    {
        var came = Cells(slips, static slot => slot.Came);
        var felt = Cells(slips, static slot => slot.Felt);
        bool isEnough(int left) => left is 0 or >= Least;
        var group = slips.Where(static slip => slip.Leaves).GroupBy(static slip => (slip.Slot!.Came, slip.Slot.Felt)).OrderBy(static group => group.Key)
            .FirstOrDefault(group => group.Count() is >= Least and var count && isEnough(came[group.Key.Came] - count) && isEnough(felt[group.Key.Felt] - count));
        if (group is null)
        {
            return false;
        }

        for (var i = 0; i < slips.Length; i++)
        {
            if (slips[i].Leaves && (slips[i].Slot!.Came, slips[i].Slot!.Felt) == group.Key)
            {
                slips[i] = slips[i] with { Slot = null };
            }
        }

        return true;
    }

    /// <summary>Whether those who wait are enough to be counted, and which of their answers are told apart.</summary>
    private static bool MayClose(StorySlip[] slips, out HashSet<string> came, out HashSet<string> felt)
    {
        var waiting = slips.Where(static slip => slip.Waits).Select(static slip => slip.Wish!).ToList();
        came = ToldApart(waiting.CountBy(static wish => wish.Came));
        felt = ToldApart(waiting.CountBy(static wish => wish.Felt));
        return waiting.Count >= Least && (came.Count > 0 || waiting.Count >= Many);
    }

    /// <summary>The answers that have enough people, without those that would leave too few others: they could be worked out.</summary>
    private static HashSet<string> ToldApart(IEnumerable<KeyValuePair<string, int>> counts)
    {
        var known = counts.OrderByDescending(static count => count.Value).ThenBy(static count => count.Key, StringComparer.Ordinal).ToList();
        var apart = known.TakeWhile(static count => count.Value >= Least).ToList();
        var rest = known.Skip(apart.Count).Sum(static count => count.Value);
        while (rest is > 0 and < Least && apart.Count > 0)
        {
            rest += apart[^1].Value;
            apart.RemoveAt(apart.Count - 1);
        }

        return [.. apart.Select(static count => count.Key)];
    }
}
