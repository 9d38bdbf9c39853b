using System.Text;
using Rapport.Records;
using Rapport.Server.Summaries;

namespace Rapport.Server.LinksGiven;

/// <summary>A link that a patient is about to give, by a page or by a script.</summary>
public sealed record LinkDraft
{
    /// <summary>Letters of a label, as the guide says.</summary>
    public const int MostLabel = 80;

    /// <summary>Openings that a link can be limited to.</summary>
    public const int MostOpenings = 1000;

    /// <summary>Letters of a passcode.</summary>
    public const int LeastPasscode = 4, MostPasscode = 64;

    /// <summary>Needed to write words in several scripts, and not in a passcode: nobody who is told one by telephone would know that they are there.</summary>
    private const string Joiners = "\u200C\u200D";

    /// <summary>What a link is for unless the patient says otherwise.</summary>
    public const string UsualPurpose = "TREAT";

    /// <summary>What a summary is made of.</summary>
    public static LinkTerms SummaryTerms { get; } = new() { Purpose = UsualPurpose, Types = PatientSummary.Types };

    /// <summary>What it is called, for its holders too.</summary>
    public required string Label { get; init; }

    /// <summary>What its holders are told by another way; null for none.</summary>
    public string? Passcode { get; init; }

    /// <summary>How often it may be opened; null for as often as one likes.</summary>
    public int? Openings { get; init; }

    public bool IsLongTerm { get; init; }

    public bool IsDirect { get; init; }

    /// <summary>Whether it gives a summary, and not all that the terms permit.</summary>
    public bool IsSummary { get; init; }

    /// <summary>What whoever has it may see, what for and until when.</summary>
    public required LinkTerms Terms { get; init; }

    /// <summary>A label as it is kept; null when it is none.</summary>
    public static string? LabelOf(string? typed)
    {
        var label = typed?.Trim() ?? "";
        return label.Length is > 0 and <= MostLabel && IsPlain(label) && !InvisibleCharacters.AreAllOf(label) ? label : null;
    }

    /// <summary>Whether a passcode can be one.</summary>
    public static bool IsPasscode(string typed) => typed.Length is >= LeastPasscode and <= MostPasscode && typed.Trim().Length == typed.Length && IsPlain(typed) && !typed.AsSpan().ContainsAny(Joiners);

    /// <summary>Nothing: it may hold a secret.</summary>
    public override string ToString() => nameof(LinkDraft);

    private static bool IsPlain(string text) => !text.EnumerateRunes().Any(static rune => rune == Rune.ReplacementChar) && !InvisibleCharacters.AreIn(text);

    internal LinkWish ToWish() => new()
    {
        Label = Label,
        HolderName = Say.Fill(GivenLinkText.Holder, Label),
        Purpose = Terms.Purpose,
        Language = Languages.Current.Code,
        Passcode = Passcode,
        ExpiresAt = Terms.Until,
        MostOpenings = Openings,
        IsLongTerm = IsLongTerm,
        IsDirect = IsDirect,
        IsSummary = IsSummary,
    };
}
