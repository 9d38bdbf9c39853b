namespace Rapport.Records;

/// <summary>
/// Looks of one person for one purpose by the same agreements without a long pause between them: one answer tells of all of them, and of nothing else. So what a second opinion was looked at for is a visit of its own.
/// Each opening of a link begins a visit too, to which the files belong that are fetched with it. Which look is of which visit follows from the looks alone, so it is the same whoever asks and whenever. Immutable.
/// </summary>
/// <param name="Looks">In the order in which they happened; never empty.</param>
/// <param name="Said">What whoever looked said came of it, in the order in which they said it: the last stands.</param>
/// <param name="Felt">How the patient says it was for them, in the same order: the last stands.</param>
public sealed record Visit(IReadOnlyList<LedgerDeed> Looks, IReadOnlyList<(LedgerDeed Deed, Outcome Outcome)> Said, IReadOnlyList<(LedgerDeed Deed, Outcome Outcome)> Felt)
{
    /// <summary>After so long without a look the next one is another visit.</summary>
    public static readonly TimeSpan LongPause = TimeSpan.FromHours(4);

    /// <summary>How often one person may say what came of one visit.</summary>
    public const int MostAnswers = 10;

    /// <summary>The first look, by which the visit is named: it stays the first whatever comes.</summary>
    public LedgerDeed First => Looks[0];

    /// <summary>The last look.</summary>
    public LedgerDeed Last => Looks[^1];

    /// <summary>What stands of what whoever looked said; null when they said nothing.</summary>
    public Outcome? SaidLast => Said is [.., var last] ? last.Outcome : null;

    /// <summary>What stands of what the patient said; null when they said nothing, or nothing since whoever looked said last what came of it: it was said to another answer.</summary>
    public Outcome? FeltLast => Felt is [.., var last] && !(Said is [.., var answer] && answer.Deed.Index > last.Deed.Index) ? last.Outcome : null;

    /// <summary>The visits that a ledger tells of, in the order in which they began.</summary>
    /// <param name="deeds">The whole ledger, in its order.</param>
    /// <param name="isTold">Whose looks are asked for; null for everybody's.</param>
    public static IReadOnlyList<Visit> In(IReadOnlyList<LedgerDeed> deeds, Func<LedgerDeed, bool>? isTold = null)
    {
        List<Building> visits = [];
        Dictionary<VisitKey, Building> open = [];
        Dictionary<long, Building> byLook = [];
        foreach (var deed in deeds)
        {
            if (deed.IsLook && (isTold is null || isTold(deed)))
            {
                var key = VisitKey.Of(deed);
                if (!open.TryGetValue(key, out var visit) || LinkNote.IsOpening(deed.Note) || deed.At - visit.Looks[^1].At >= LongPause)
                {
                    visits.Add(visit = open[key] = new Building());
                }

                visit.Looks.Add(deed);
                byLook[deed.Index] = visit;
            }
            else if (Outcome.Of(deed) is { } outcome && byLook.TryGetValue(outcome.Look, out var visit))
            {
                // Whoever looked says the one, and nobody but the patient the other: what a ledger holds was let in by that rule.
                (deed.Actor == visit.Looks[0].Actor ? visit.Said : visit.Felt).Add((deed, outcome));
            }
        }

        return [.. visits.Select(static visit => new Visit(visit.Looks, visit.Said, visit.Felt))];
    }

    /// <summary>The visit that a look is of; null when there is no such look.</summary>
    public static Visit? Find(IReadOnlyList<LedgerDeed> deeds, long look)
    {
        if (look < 0 || look >= deeds.Count || deeds[(int)look] is not { IsLook: true } wanted)
        {
            return null;
        }

        var key = VisitKey.Of(wanted);
        return In(deeds, deed => VisitKey.Of(deed) == key).First(visit => visit.Looks.Any(known => known.Index == look));
    }

    private sealed class Building
    {
        public List<LedgerDeed> Looks { get; } = [];

        public List<(LedgerDeed, Outcome)> Said { get; } = [];

        public List<(LedgerDeed, Outcome)> Felt { get; } = [];
    }

    /// <summary>Whoever opens a link is known by what they say of themselves: a link may go through many hands.</summary>
    private readonly record struct VisitKey(string Actor, string? OnBehalfOf, string? Purpose, string Agreements, string? Said)
    {
        public static VisitKey Of(LedgerDeed deed) => new(deed.Actor, deed.OnBehalfOf, deed.Purpose, AgreementsOf(deed), LinkNote.SaidIn(deed.Note));

        /// <summary>In one order, whatever the order in which they decided.</summary>
        private static string AgreementsOf(LedgerDeed deed) => deed.Consents is [var one] ? one : string.Join(' ', deed.Consents.Order(StringComparer.Ordinal));
    }
}
