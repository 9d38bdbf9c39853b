namespace Rapport.Fhir;

/// <summary>A parsed query for resources of one type: what must hold, and how the result is wanted. Immutable, thread safe, knows no store.</summary>
public sealed class SearchQuery
{
    internal SearchQuery(string resourceType) => ResourceType = resourceType;

    public string ResourceType { get; }

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
        string resourceType, IEnumerable<KeyValuePair<string, string>> parameters, SearchOptions? options = null) => new(null, []);
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

/// <summary>The limits of a query and what it is relative to.</summary>
public sealed record SearchOptions
{
    public static SearchOptions Default { get; } = new();

    /// <summary>How many parameters a query may have.</summary>
    public int MaxParameters { get; init; } = 64;

    /// <summary>How many alternatives, separated by commas, one parameter may have.</summary>
    public int MaxValues { get; init; } = 256;

    /// <summary>The longest value of a parameter, in characters.</summary>
    public int MaxValueLength { get; init; } = 4096;

    /// <summary>The largest page: a larger <c>_count</c> counts as this.</summary>
    public int MaxCount { get; init; } = 1000;

    /// <summary>The server's base URL: an absolute reference below it counts as the relative one. Null when there is none.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>The present moment, to which <c>ap</c> for dates is relative; without it, about a date is that date.</summary>
    public DateTimeOffset? Now { get; init; }
}

/// <summary>One key of <c>_sort</c>.</summary>
public readonly record struct SearchSort(SearchParameter Parameter, bool Descending);

/// <summary>One <c>_include</c> or <c>_revinclude</c>: the reference parameter of <see cref="SourceType"/> to follow, to <see cref="TargetType"/> or, when that is null, to any.</summary>
public readonly record struct SearchInclude(string SourceType, SearchParameter Parameter, string? TargetType, bool Iterate);

/// <summary>Which total a query wants.</summary>
public enum SearchTotal : byte
{
    None,
    Estimate,
    Accurate,
}
