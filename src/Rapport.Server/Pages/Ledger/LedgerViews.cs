using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Ledger;

/// <summary>A tale, ready to be shown.</summary>
/// <param name="Key">Tells tales apart on the page; says nothing.</param>
/// <param name="Icon">Its symbol.</param>
/// <param name="IsLook">Whether somebody saw something.</param>
/// <param name="Sentence">The tale.</param>
/// <param name="Reasons">Why it stands first, each with the position of the line it is about.</param>
/// <param name="Count">How many lines it has.</param>
/// <param name="Lines">The newest of them, newest first.</param>
/// <param name="AllHref">Where all of them are.</param>
public sealed record TaleView(
    string Key, string Icon, bool IsLook, string Sentence, IReadOnlyList<(string Text, long Index)> Reasons, int Count, IReadOnlyList<LedgerLine> Lines, string AllHref)
{
    /// <summary>What came of the looks; null for what is no look.</summary>
    public TaleOutcome? Outcome { get; init; }
}

/// <summary>What came of looks, beside their tale.</summary>
/// <param name="Text">What was said of it.</param>
/// <param name="FeelHref">Where the patient says how it was for them; null when they said it.</param>
public sealed record TaleOutcome(string Text, string? FeelHref);

/// <summary>One line of the ledger.</summary>
/// <param name="Index">Its position, from 0.</param>
/// <param name="At">When it happened.</param>
/// <param name="Icon">Its symbol.</param>
/// <param name="Sentence">What happened.</param>
/// <param name="IsLook">Whether somebody else saw something.</param>
public sealed record LedgerLine(long Index, DateTimeOffset At, string Icon, string Sentence, bool IsLook);

/// <summary>An entry that a ledger entry speaks of.</summary>
public sealed record LedgerSeen(AnsweredEntry Entry, EntryLine Line);

/// <summary>One thing to choose in a form.</summary>
/// <param name="Value">What is sent; empty for everything.</param>
/// <param name="Text">What is read.</param>
/// <param name="IsChosen">Whether it is the one.</param>
public sealed record FilterOption(string Value, string Text, bool IsChosen);

/// <summary>What may be chosen of a ledger.</summary>
/// <param name="Who">Everybody who did something, the newest first.</param>
/// <param name="What">Parts.</param>
/// <param name="Period">Times.</param>
/// <param name="IsOn">Whether something was chosen.</param>
public sealed record FilterView(IReadOnlyList<FilterOption> Who, IReadOnlyList<FilterOption> What, IReadOnlyList<FilterOption> Period, bool IsOn);
