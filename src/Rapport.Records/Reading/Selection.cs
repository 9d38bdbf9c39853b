using Rapport.Merging;

namespace Rapport.Records;

/// <summary>The rows of one page of an answer.</summary>
/// <param name="Rows">Matches first, then includes, or what is one with a match.</param>
/// <param name="MatchCount">How many of them are matches.</param>
/// <param name="Total">Matches over all pages.</param>
/// <param name="NextCursor">Asks for the next page.</param>
internal sealed record Selection(int[] Rows, int MatchCount, int Total, string? NextCursor)
{
    /// <summary>Permitted entries by FHIR type, where the query asks for that.</summary>
    internal IReadOnlyDictionary<string, int>? CountByType { get; init; }

    /// <summary>What is shown as one, where the query asks for that.</summary>
    internal MergedEntries Merged { get; init; } = MergedEntries.None;

    /// <summary>What goes along by itself, and is named alone: see <see cref="AnswerBounds.Beside"/>.</summary>
    internal int[] Beside { get; init; } = [];

    /// <summary>Whether it gives the same entries in the same order, and the same counts.</summary>
    internal bool IsSameAs(Selection other) =>
        Rows.AsSpan().SequenceEqual(other.Rows) && Beside.AsSpan().SequenceEqual(other.Beside) && (MatchCount, Total, NextCursor) == (other.MatchCount, other.Total, other.NextCursor)
        && (CountByType ?? Empty).OrderBy(static type => type.Key).SequenceEqual((other.CountByType ?? Empty).OrderBy(static type => type.Key));

    private static readonly Dictionary<string, int> Empty = [];

    internal static Selection Nothing { get; } = new([], 0, 0, null);
}
