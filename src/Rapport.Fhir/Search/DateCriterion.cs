namespace Rapport.Fhir;

/// <summary>A date of a query: the span it names and how it is compared.</summary>
public readonly record struct DateValue(SearchPrefix Prefix, DateRange Range)
{
    /// <summary>
    /// Compares a stored span, low inclusive and high exclusive, in Unix milliseconds (FHIR R4, Search, 3.1.1.4.5 and 3.1.1.4.7).
    /// </summary>
    public bool Matches(long low, long high) => Prefix switch
    {
        SearchPrefix.Equal => Range.Low <= low && high <= Range.High,
        SearchPrefix.NotEqual => low < Range.Low || Range.High < high,
        SearchPrefix.GreaterThan => high > Range.High,
        SearchPrefix.LessThan => low < Range.Low,
        SearchPrefix.GreaterOrEqual => high > Range.High || (Range.Low <= low && high <= Range.High),
        SearchPrefix.LessOrEqual => low < Range.Low || (Range.Low <= low && high <= Range.High),
        SearchPrefix.StartsAfter => low >= Range.High,
        SearchPrefix.EndsBefore => high <= Range.Low,
        _ => low < Range.High && Range.Low < high,
    };
}

/// <summary>Dates and periods. For <see cref="SearchPrefix.Approximately"/> the span was widened when the query was parsed.</summary>
public sealed class DateCriterion : SearchCriterion
{
    internal DateCriterion(SearchParameter parameter, IReadOnlyList<DateValue> values)
        : base(parameter) => Values = values;

    public IReadOnlyList<DateValue> Values { get; }

    /// <summary>Whether one extracted span matches any of the dates asked for.</summary>
    public bool Matches(long low, long high)
    {
        for (var i = 0; i < Values.Count; i++)
        {
            if (Values[i].Matches(low, high))
            {
                return true;
            }
        }

        return false;
    }
}
