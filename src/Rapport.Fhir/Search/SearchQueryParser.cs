using System.Globalization;

namespace Rapport.Fhir;

/// <summary>Parses the parameters of one query: names and modifiers here, values in <see cref="SearchValueParser"/>.</summary>
internal sealed class SearchQueryParser(string resourceType, SearchOptions options)
{
    // Each key is a pass over all matches; nobody reads by more.
    private const int MaxSortKeys = 6;

    private static readonly string[] ResultParameters =
        ["_sort", "_count", "_cursor", "_total", "_include", "_revinclude", "_summary", "_format", "_pretty"];

    private readonly List<SearchError> errors = [];
    private readonly List<SearchCriterion> criteria = [];
    private readonly List<SearchSort> sort = [];
    private readonly List<SearchInclude> includes = [];
    private readonly List<SearchInclude> revIncludes = [];
    private int? count;
    private string? cursor;
    private SearchTotal total = SearchTotal.Accurate;
    private bool countOnly;

    public SearchQueryResult Parse(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        if (SearchParameters.Find(resourceType, "_id") is null)
        {
            return new(null, [new("", "not-supported", $"unknown resource type `{Shorten(resourceType)}`")]);
        }

        var seen = 0;
        foreach (var (name, value) in parameters)
        {
            if (++seen > options.MaxParameters)
            {
                errors.Add(new(name, "too-costly", $"more than {options.MaxParameters} parameters: ask for less at once"));
                break;
            }

            Parameter(name, value);
        }

        return errors.Count > 0 ? new(null, errors) : new(Query(), []);
    }

    private SearchQuery Query() => new()
    {
        ResourceType = resourceType,
        Criteria = criteria,
        Sort = sort,
        Count = count,
        Cursor = cursor,
        Total = total,
        Includes = includes,
        RevIncludes = revIncludes,
        CountOnly = countOnly || count == 0,
    };

    private void Parameter(string name, string value)
    {
        if (value.Length == 0)
        {
            Fail(name, "invalid", $"`{Shorten(name)}` has no value: give one or leave the parameter out");
        }
        else if (value.Length > options.MaxValueLength)
        {
            Fail(name, "too-long", $"the value of `{Shorten(name)}` is longer than {options.MaxValueLength} characters");
        }
        else if (!Result(name, value))
        {
            Criterion(name, value);
        }
    }

    /// <summary>Takes a parameter that says how the result is wanted; false when it is none of these.</summary>
    private bool Result(string name, string value)
    {
        switch (name)
        {
            case "_sort":
                Sort(name, value);
                return true;
            case "_count":
                Count(name, value);
                return true;
            case "_cursor":
                cursor = Once(name, cursor is null) ? value : cursor;
                return true;
            case "_total":
                if (!Enum.TryParse(value, ignoreCase: true, out total) || char.IsAsciiDigit(value[0]))
                {
                    Fail(name, "invalid", $"`_total` must be `none`, `estimate` or `accurate`, not `{Shorten(value)}`");
                }

                return true;
            case "_summary":
                countOnly = value == "count";
                if (value is not ("count" or "false"))
                {
                    Fail(name, "not-supported", $"`_summary={Shorten(value)}` is not supported: use `count` or `false`");
                }

                return true;
            case "_format":
                if (value is not ("json" or "application/json" or "application/fhir+json" or "application/fhir json"))
                {
                    Fail(name, "not-supported", $"`_format={Shorten(value)}` is not supported: use `json`");
                }

                return true;
            case "_pretty":
                return true;
            default:
                return Include(name, value);
        }
    }

    private bool Include(string name, string value)
    {
        var (plain, modifier) = SplitModifier(name);
        if (plain is not ("_include" or "_revinclude"))
        {
            return false;
        }

        if (modifier is not (null or "iterate"))
        {
            Fail(name, "not-supported", $"unknown modifier `:{Shorten(modifier)}`: `{plain}` takes `:iterate` only");
            return true;
        }

        var parts = value.Split(':');
        if (parts.Length is < 2 or > 3 || parts.Contains("*") || parts.Contains(""))
        {
            Fail(name, "invalid", $"`{Shorten(value)}` is not of the form `Type:parameter` or `Type:parameter:TargetType`");
        }
        else if (SearchParameters.Find(parts[0], parts[1]) is not { Type: SearchParameterType.Reference } parameter)
        {
            Fail(name, "invalid", $"`{Shorten(parts[0])}` has no reference parameter `{Shorten(parts[1])}` to follow");
        }
        else if (parts.Length == 3 && !parameter.MayTarget(parts[2]))
        {
            Fail(name, "invalid", $"`{parts[1]}` of `{parts[0]}` never refers to `{Shorten(parts[2])}`");
        }
        else
        {
            (plain == "_include" ? includes : revIncludes).Add(new(parts[0], parameter, parts.ElementAtOrDefault(2), modifier is not null));
        }

        return true;
    }

    private void Sort(string name, string value)
    {
        if (!Once(name, sort.Count == 0))
        {
            return;
        }

        foreach (var key in value.Split(','))
        {
            var descending = key.StartsWith('-');
            var code = descending ? key[1..] : key;
            if (SearchParameters.Find(resourceType, code) is not { IsIndexed: true } parameter)
            {
                Fail(name, "not-supported", $"cannot sort by `{Shorten(code)}`: {Known()}");
                return;
            }

            if (sort.Count == MaxSortKeys || sort.Exists(s => s.Parameter == parameter))
            {
                Fail(name, "too-costly", $"`_sort` takes at most {MaxSortKeys} different keys");
                return;
            }

            sort.Add(new(parameter, descending));
        }
    }

    private void Count(string name, string value)
    {
        if (!Once(name, count is null))
        {
            return;
        }

        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
        {
            count = Math.Min(wanted, options.MaxCount);
        }
        else
        {
            Fail(name, "invalid", $"`_count` must be a whole number from 0 on, not `{Shorten(value)}`");
        }
    }

    private void Criterion(string name, string value)
    {
        var (code, modifier) = SplitModifier(name);
        if (SearchParameters.Find(resourceType, code) is not { } parameter)
        {
            Unknown(name, code);
        }
        else if (!parameter.IsIndexed)
        {
            Fail(name, "not-supported", parameter.Type == SearchParameterType.Composite
                ? $"`{code}` is a composite parameter, which this server does not search by: use its parts as parameters of their own"
                : $"`{code}` is not supported as a search parameter");
        }
        else if (new SearchValueParser(resourceType, parameter, options).Parse(modifier, value, out var problem) is { } criterion)
        {
            criteria.Add(criterion);
        }
        else
        {
            Fail(name, problem!.Code, problem.Text);
        }
    }

    private void Unknown(string name, string code)
    {
        if (code.Contains('.', StringComparison.Ordinal) || code.StartsWith("_has", StringComparison.Ordinal))
        {
            Fail(name, "not-supported", $"chained parameters such as `{Shorten(code)}` are not supported: search in two steps");
        }
        else if (code is "_elements" or "_filter" or "_contained" or "_containedType" or "_list" or "_type" or "_score")
        {
            Fail(name, "not-supported", $"`{code}` is not supported");
        }
        else
        {
            Fail(name, "not-found", $"`{resourceType}` has no search parameter `{Shorten(code)}`: {Known()}");
        }
    }

    private string Known() =>
        $"it has {string.Join(", ", SearchParameters.All(resourceType).Where(p => p.IsIndexed).Select(p => p.Code).Concat(ResultParameters).Select(code => $"`{code}`"))}";

    private bool Once(string name, bool isFirst)
    {
        if (!isFirst)
        {
            Fail(name, "invalid", $"`{name}` is given more than once");
        }

        return isFirst;
    }

    private void Fail(string name, string code, string text) => errors.Add(new(name, code, text));

    private static (string Name, string? Modifier) SplitModifier(string name)
    {
        var colon = name.IndexOf(':');
        return colon < 0 ? (name, null) : (name[..colon], name[(colon + 1)..]);
    }

    private static string Shorten(string text) => ErrorText.Shorten(text);
}
