using Rapport.Records;

namespace Rapport.Server.Pages.Ledger;

/// <summary>Tells a ledger in few sentences: who did what for what, what is unusual first. Pure.</summary>
internal static class Storyteller
{
    /// <summary>The story of all deeds that the filter holds. However it is filtered, what is unusual is judged by the whole ledger.</summary>
    /// <param name="deeds">The whole ledger, in its order.</param>
    /// <param name="own">The patient's reference.</param>
    /// <param name="filter">What is told.</param>
    /// <param name="now">When it is told.</param>
    /// <param name="zone">In which it is night.</param>
    public static LedgerStory Tell(IReadOnlyList<LedgerDeed> deeds, string own, LedgerFilter filter, DateTimeOffset now, TimeZoneInfo zone)
    {
        var remarks = new Remarks(zone);
        var tales = new Dictionary<TaleKey, (List<LedgerDeed> Deeds, Dictionary<RemarkKind, Remark> Remarks)>();
        var lines = 0;
        for (var i = 0; i < deeds.Count; i++)
        {
            var deed = deeds[i];
            var told = remarks.Of(deed);
            if (!filter.Holds(deed, own, now))
            {
                continue;
            }

            lines++;
            var key = TaleKey.Of(deed);
            if (!tales.TryGetValue(key, out var tale))
            {
                tales[key] = tale = ([], []);
            }

            tale.Deeds.Add(deed);
            foreach (var remark in told.Where(remark => remark.Kind == RemarkKind.Emergency || now - deed.At < Remarks.NewFor))
            {
                tale.Remarks[remark.Kind] = remark;
            }
        }

        var newestFirst = tales.Select(pair => new Tale(pair.Key, pair.Value.Deeds, [.. pair.Value.Remarks.Values.OrderBy(remark => remark.Kind)]))
            .OrderByDescending(tale => tale.Newest.Index).ToList();
        return new LedgerStory(
            [.. newestFirst.Where(tale => tale.Remarks.Count > 0).OrderBy(tale => tale.Remarks[0].Kind)],
            [.. newestFirst.Where(tale => tale.Remarks.Count == 0 && !IsOwn(tale.Newest, own))],
            [.. newestFirst.Where(tale => tale.Remarks.Count == 0 && IsOwn(tale.Newest, own))],
            lines);
    }

    /// <summary>Whether the patient did it: a card is made by them, although the ledger has it under whoever is shown it.</summary>
    public static bool IsOwn(LedgerDeed deed, string own) => deed.Actor == own || deed.Note == CardNote.Issued;
}
