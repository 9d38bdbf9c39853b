using System.Globalization;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>
/// What the ledger notes when a patient lets others learn, without their name, what came of a look, or takes that back: <c>17 story opinion counted told</c>, and <c>17 story opinion</c> when it is taken back.
/// Of the words of a story it notes nothing.
/// </summary>
/// <param name="Look">The position of the look that it is about.</param>
/// <param name="Aim">What was shared for: a code of small letters.</param>
/// <param name="IsCounted">Whether it counts in the numbers that others see.</param>
/// <param name="IsTold">Whether others may read the story.</param>
public sealed record StoryNote(long Look, string Aim, bool IsCounted, bool IsTold)
{
    /// <summary>The most letters of what was shared for.</summary>
    public const int MostAim = 24;

    private const string Mark = "story", Counted = "counted", Told = "told";

    /// <summary>Whether nothing of it is for others any more.</summary>
    public bool IsTakenBack => !IsCounted && !IsTold;

    /// <summary>What a deed notes of a story; null when it tells something else.</summary>
    public static StoryNote? Of(LedgerDeed deed) => deed.Kind is LedgerKind.Outcome ? Read(deed.Note) : null;

    internal static StoryNote? Read(string? note) =>
        note?.Split(' ') is [var position, Mark, var aim, .. var rest] && long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var look) && IsAim(aim)
            && rest is [] or [Counted] or [Told] or [Counted, Told] ? new StoryNote(look, aim, rest.Contains(Counted), rest.Contains(Told)) : null;

    /// <summary>How the ledger notes it.</summary>
    internal string Note => string.Create(CultureInfo.InvariantCulture, $"{Look} {Mark} {Aim}{(IsCounted ? " " + Counted : "")}{(IsTold ? " " + Told : "")}");

    /// <summary>Whether it is such a code.</summary>
    internal static bool IsAim(string aim) => aim.Length is > 0 and <= MostAim && aim.All(char.IsAsciiLetterLower);
}
