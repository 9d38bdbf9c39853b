namespace Rapport.Fhir;

/// <summary>
/// A parsed query for resources of one type: what must hold, and how the result is wanted. Immutable, thread safe, knows no store.
/// </summary>
public sealed class SearchQuery
{
    internal SearchQuery()
    {
    }

    public required string ResourceType { get; init; }

    /// <summary>All of these must be met.</summary>
    public IReadOnlyList<SearchCriterion> Criteria { get; internal init; } = [];

    /// <summary><c>_sort</c>: the first decides, the next breaks its ties.</summary>
    public IReadOnlyList<SearchSort> Sort { get; internal init; } = [];

    /// <summary><c>_count</c>: entries per page, 0 for the total alone; null when the query does not say.</summary>
    public int? Count { get; internal init; }

    /// <summary><c>_cursor</c>: an opaque token of the server that marks where a page starts.</summary>
    public string? Cursor { get; internal init; }

    /// <summary>Whether a total is wanted: <c>_total</c>, by default <see cref="SearchTotal.Accurate"/>.</summary>
    public SearchTotal Total { get; internal init; } = SearchTotal.Accurate;

    /// <summary><c>_include</c>: also give what the matches refer to.</summary>
    public IReadOnlyList<SearchInclude> Includes { get; internal init; } = [];

    /// <summary><c>_revinclude</c>: also give what refers to the matches.</summary>
    public IReadOnlyList<SearchInclude> RevIncludes { get; internal init; } = [];

    /// <summary><c>_summary=count</c> or <c>_count=0</c>: only the total is wanted.</summary>
    public bool CountOnly { get; internal init; }

    /// <summary>Parses the parameters of a query. Every unknown or malformed one is an error: nothing is ignored.</summary>
    /// <param name="resourceType">The type searched for.</param>
    /// <param name="parameters">Names and values as they come from the URL, percent-decoded; a repeated name is a further condition.</param>
    /// <param name="options">Limits, the present moment and the server's own base; <see cref="SearchOptions.Default"/> when not given.</param>
    public static SearchQueryResult Parse(
        string resourceType, IEnumerable<KeyValuePair<string, string>> parameters, SearchOptions? options = null) =>
        new SearchQueryParser(resourceType, options ?? SearchOptions.Default).Parse(parameters);

    /// <summary>Takes the query part of a URL apart: <c>code=a&amp;date=b</c>, percent-decoded.</summary>
    public static IEnumerable<KeyValuePair<string, string>> SplitUrlQuery(string query)
    {
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=');
            yield return equals < 0
                ? new(Uri.UnescapeDataString(pair), "")
                : new(Uri.UnescapeDataString(pair[..equals]), Uri.UnescapeDataString(pair[(equals + 1)..].Replace('+', ' ')));
        }
    }
}

/// <summary>A parsed query, or the reasons why there is none.</summary>
public sealed class SearchQueryResult
{
    internal SearchQueryResult(SearchQuery? query, IReadOnlyList<SearchError> errors)
    {
        Query = query;
        Errors = errors;
    }

    /// <summary>The query; <see langword="null"/> when there are errors.</summary>
    public SearchQuery? Query { get; }

    public IReadOnlyList<SearchError> Errors { get; }

    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Query))]
    public bool IsValid => Query is not null;
}

/// <summary>What is wrong with one parameter of a query.</summary>
/// <param name="Parameter">The name as given, with its modifier.</param>
/// <param name="Code">A code of FHIR's <c>issue-type</c>: <c>invalid</c>, <c>not-supported</c>, <c>too-costly</c> …</param>
/// <param name="Text">What is wrong and what to do.</param>
public sealed record SearchError(string Parameter, string Code, string Text);

/// <summary>One key of <c>_sort</c>.</summary>
public readonly record struct SearchSort(SearchParameter Parameter, bool Descending);

/// <summary>
/// One <c>_include</c> or <c>_revinclude</c>: the reference parameter of <see cref="SourceType"/> to follow, to <see cref="TargetType"/>
/// or, when that is null, to any.
/// </summary>
public readonly record struct SearchInclude(string SourceType, SearchParameter Parameter, string? TargetType, bool Iterate);

/// <summary>Which total a query wants.</summary>
public enum SearchTotal : byte
{
    None,
    Estimate,
    Accurate,
}
