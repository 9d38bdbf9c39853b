using System.Globalization;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>What came of a look: as whoever looked says it, or how it was for the patient.</summary>
public enum OutcomeKind
{
    /// <summary>They read it, and no more.</summary>
    ReadOnly,

    /// <summary>They changed a medicine.</summary>
    ChangedMedicine,

    /// <summary>A test was not needed any more.</summary>
    AvoidedTest,

    /// <summary>They found something.</summary>
    FoundSomething,

    /// <summary>They gave an opinion.</summary>
    GaveOpinion,

    /// <summary>What the words beside it say.</summary>
    Other,

    /// <summary>It helped the patient.</summary>
    Helped,

    /// <summary>It made no difference to the patient.</summary>
    NoDifference,

    /// <summary>It did the patient harm.</summary>
    DidHarm,
}

/// <summary>
/// What somebody says came of a look. It stands in the patient's ledger as a leaf of its own, whose note names the position of the look, what came of it, and their words:
/// <c>17 found-something: an old fracture</c>. Nothing takes it back; what the same person says later of the same visit stands above it.
/// </summary>
/// <param name="Look">The position of the look in the ledger.</param>
/// <param name="Kind">What came of it.</param>
/// <param name="Words">In their words, on one line; null for none.</param>
public sealed record Outcome(long Look, OutcomeKind Kind, string? Words)
{
    /// <summary>The most letters that the words may have.</summary>
    public const int MostWords = 300;

    // In the order of the kinds.
    private static readonly string[] _codes =
        ["read-only", "changed-medicine", "avoided-test", "found-something", "gave-opinion", "other", "helped", "no-difference", "did-harm"];

    /// <summary>What whoever looked may say, in the order in which it is offered.</summary>
    public static IReadOnlyList<OutcomeKind> OfLookers { get; } =
        [OutcomeKind.ReadOnly, OutcomeKind.ChangedMedicine, OutcomeKind.AvoidedTest, OutcomeKind.FoundSomething, OutcomeKind.GaveOpinion, OutcomeKind.Other];

    /// <summary>What the patient may say, in the order in which it is offered.</summary>
    public static IReadOnlyList<OutcomeKind> OfPatients { get; } = [OutcomeKind.Helped, OutcomeKind.NoDifference, OutcomeKind.DidHarm, OutcomeKind.Other];

    /// <summary>The name of a kind, in forms and in the ledger.</summary>
    public static string Code(OutcomeKind kind) => _codes[(int)kind];

    /// <summary>The kind of this name among some; null when it is none of them.</summary>
    public static OutcomeKind? Find(IReadOnlyList<OutcomeKind> among, string? code) =>
        Array.IndexOf(_codes, code) is >= 0 and var number && among.Contains((OutcomeKind)number) ? (OutcomeKind)number : null;

    /// <summary>What a deed tells came of a look; null when it tells something else.</summary>
    public static Outcome? Of(LedgerDeed deed) => deed.Kind is LedgerKind.Outcome ? Read(deed.Note) : null;

    /// <summary>What the note of an outcome says; null when it is no such note.</summary>
    internal static Outcome? Read(string? note)
    {
        if (note?.Split(' ', 2) is not [var position, var said] || !long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var look))
        {
            return null;
        }

        var (code, words) = said.Split(": ", 2) is [var name, var rest] ? (name, rest) : (said, null);
        return Array.IndexOf(_codes, code) is >= 0 and var number ? new Outcome(look, (OutcomeKind)number, words) : null;
    }

    /// <summary>How the ledger notes it.</summary>
    internal string Note => string.Create(CultureInfo.InvariantCulture, $"{Look} {Code(Kind)}{(Words is null ? "" : ": ")}{Words}");

    /// <summary>Whether it may be written: what is too long, has several lines, or says <see cref="OutcomeKind.Other"/> without words, may not.</summary>
    internal bool IsWhole => Words is null ? Kind is not OutcomeKind.Other : Words.Length is > 0 and <= MostWords && Words.Trim() == Words && !Words.Any(char.IsControl);
}

/// <summary>What became of saying what came of a look.</summary>
public enum OutcomeTold
{
    /// <summary>It is in the ledger.</summary>
    Told,

    /// <summary>There is no such look of theirs: nobody can tell why.</summary>
    NothingHere,

    /// <summary>It was said and corrected as often as may be.</summary>
    TooOften,
}
