using System.Text.Json.Serialization;

namespace Rapport.Conversations;

/// <summary>That a line puts right what another says.</summary>
/// <param name="Line">The line.</param>
/// <param name="Of">What it puts right.</param>
public sealed record Correction(long Line, long Of);

/// <summary>
/// Which lines of a conversation put right which, so that nobody goes through all that was said later to find out. The newest stand in what is known of the conversation; when they are many, the next correction takes them along in its own line, and so on: nothing beside the
/// sealed lines tells that something was corrected. Immutable.
/// </summary>
/// <param name="Newest">The newest, in their order.</param>
/// <param name="Before">The correction that has the ones before; null where there are none.</param>
public sealed record Corrections(IReadOnlyList<Correction> Newest, long? Before)
{
    private const int MostNewest = 16;

    /// <summary>None.</summary>
    public static Corrections None { get; } = new([], null);

    /// <summary>What the next correction takes along; null while there is room here.</summary>
    [JsonIgnore]
    internal Corrections? Full => Newest.Count < MostNewest ? null : this;

    /// <summary>These with one more.</summary>
    internal Corrections With(long line, CorrectedLine corrected) =>
        corrected.Earlier is null ? this with { Newest = [.. Newest, new Correction(line, corrected.Seq)] } : new Corrections([new Correction(line, corrected.Seq)], line);
}
