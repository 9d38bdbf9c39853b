using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing.SeriesTerms;

/// <summary>A series of one's own record that can be chosen, or is.</summary>
/// <param name="Key">How a form on its way carries it: <see cref="SeriesKey"/>.</param>
/// <param name="Series">The codes by which an agreement names it, and what it is called.</param>
/// <param name="Types">The FHIR types that it is of.</param>
/// <param name="Found">What of it is in the record now.</param>
public sealed record PickedSeries(string Key, NamedSeries Series, IReadOnlyList<string> Types, CodesFound Found)
{
    /// <summary>The kind of its entries; null where none is in the record now.</summary>
    public Kind? Kind => Found.Newest is { } newest ? Kind.Of(newest.ResourceType) : null;

    /// <summary>The language of its name where it is not that of the page.</summary>
    public string? Language { get; init; }

    /// <summary>When the newest was, as people say it; null where nothing bears a date.</summary>
    public string? Newest { get; init; }

    /// <summary>What else goes along, since it has the same codes, each by its name.</summary>
    public IReadOnlyList<(string Name, int Count)> Along { get; init; } = [];

    /// <summary>Codes by which Rapport knows that the same is meant. What stays home does so by these too: a later entry that a source codes otherwise is none that may go along.</summary>
    public IReadOnlyList<SeriesCode> Alike { get; init; } = [];

    /// <summary>The series as an agreement names it by which it goes along: of its types alone, whatever else goes along beside it.</summary>
    public NamedSeries Shared => Series with { Types = Types };

    /// <summary>The series as an agreement names it that keeps it home.</summary>
    public NamedSeries Kept => Series with { Codes = [.. Series.Codes, .. Alike.ExceptBy(Series.Codes.Select(static code => code.Known), static code => code.Known)] };
}
