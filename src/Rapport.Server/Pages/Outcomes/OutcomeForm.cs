using System.Diagnostics.CodeAnalysis;
using Rapport.Records;

namespace Rapport.Server.Pages.Outcomes;

/// <summary>What was sent to say what came of a look.</summary>
/// <param name="Kind">What; null when it is none that may be said.</param>
/// <param name="Words">In whose words, on one line; empty for none.</param>
public sealed record OutcomeForm(OutcomeKind? Kind, string Words)
{
    /// <summary>Characters that are kept: more than any may have, so that the limit is what is told.</summary>
    private const int MostText = 1000;

    /// <summary>What was sent. Lines and what does not print are of no meaning in so short a text.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="among">What may be said.</param>
    public static OutcomeForm Read(IFormCollection fields, IReadOnlyList<OutcomeKind> among)
    {
        var typed = fields["words"].ToString();
        return new OutcomeForm(Outcome.Find(among, fields["came"].ToString()), OneLine.Of(typed.Cut(MostText)));
    }

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public string? Problem =>
        Words.Length > Outcome.MostWords ? Say.Fill(OutcomeText.WordsTooLong, Say.Number(Outcome.MostWords))
        : Kind is OutcomeKind.Other && Words.Length == 0 ? OutcomeText.WordsMissing
        : null;

    /// <summary>What it says of a look; false when it says nothing that may be written.</summary>
    public bool TryMake(long look, [NotNullWhen(true)] out Outcome? outcome)
    {
        outcome = Kind is { } kind && Problem is null ? new Outcome(look, kind, Words.Length == 0 ? null : Words) : null;
        return outcome is not null;
    }
}
