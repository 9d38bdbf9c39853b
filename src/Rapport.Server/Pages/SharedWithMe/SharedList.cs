using Rapport.People;
using Rapport.Records;

namespace Rapport.Server.Pages.SharedWithMe;

/// <summary>What others share with somebody, newest first: a page of those whose name was looked for.</summary>
/// <param name="Records">The records of this page.</param>
/// <param name="Find">What was typed to find a name; null for all.</param>
/// <param name="Found">How many there are on all pages.</param>
/// <param name="Total">How many there are when no name is looked for.</param>
/// <param name="Page">From 1.</param>
public sealed record SharedList(IReadOnlyList<SharedRecord> Records, string? Find, int Found, int Total, int Page)
{
    /// <summary>Records on a page.</summary>
    public const int PageSize = 50;

    /// <summary>From how many on a name can be looked for.</summary>
    private const int FewEnough = 6;

    private const int MostText = 100;

    /// <summary>Whether there are so many that looking for a name helps.</summary>
    public bool HasSearch => Total > FewEnough || Find is not null;

    /// <summary>Whether there are more on the next page.</summary>
    public bool HasNext => Page * PageSize < Found;

    /// <summary>A page of the list.</summary>
    /// <param name="all">All records, in any order.</param>
    /// <param name="find">What was typed; whitespace for nothing.</param>
    /// <param name="page">From 1; what is none is the first.</param>
    public static SharedList Of(IReadOnlyList<SharedRecord> all, string? find, int? page)
    {
        var typed = find?.Trim() is { Length: > 0 } text ? text.Cut(MostText) : null;
        var found = all.Where(record => typed is null || NameFolding.Matches(record.PatientName, typed))
            .OrderByDescending(record => record.Since ?? DateTimeOffset.MinValue).ThenBy(record => record.PatientName, StringComparer.OrdinalIgnoreCase).ToList();
        var number = Math.Clamp(page ?? 1, 1, Math.Max(1, (found.Count + PageSize - 1) / PageSize));
        return new SharedList([.. found.Skip((number - 1) * PageSize).Take(PageSize)], typed, found.Count, all.Count, number);
    }
}
