namespace Rapport.Fhir;

/// <summary>
/// Decides whether one resource meets a query by extracting its values and comparing them. Right but slow: for a few resources, such
/// as those of a bundle, and as the measure of what an index answers.
/// </summary>
public static class SearchMatcher
{
    /// <summary>Whether the resource is of the query's type and meets all its criteria.</summary>
    /// <exception cref="ArgumentException">The element is not a resource.</exception>
    public static bool Matches(SearchQuery query, Element resource)
    {
        if (resource.TypeName != query.ResourceType)
        {
            return false;
        }

        var sink = new MatchingSink(query.Criteria);
        SearchIndexer.Extract(resource, sink);
        return sink.AllMet;
    }

    private sealed class MatchingSink(IReadOnlyList<SearchCriterion> criteria) : SearchSink
    {
        private readonly bool[] hits = new bool[criteria.Count];

        public bool AllMet => !criteria.Where((criterion, i) => hits[i] == IsInverse(criterion)).Any();

        public override void Token(SearchParameter parameter, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
        {
            for (var i = 0; i < hits.Length; i++)
            {
                hits[i] |= criteria[i].Parameter == parameter && (criteria[i] is not TokenCriterion token || token.Matches(system, code));
            }
        }

        public override void Reference(SearchParameter parameter, ReadOnlySpan<byte> reference)
        {
            for (var i = 0; i < hits.Length; i++)
            {
                hits[i] |= criteria[i].Parameter == parameter && (criteria[i] is not ReferenceCriterion wanted || wanted.Matches(reference));
            }
        }

        public override void Date(SearchParameter parameter, long lowUnixMs, long highUnixMs)
        {
            for (var i = 0; i < hits.Length; i++)
            {
                hits[i] |= criteria[i].Parameter == parameter && (criteria[i] is not DateCriterion date || date.Matches(lowUnixMs, highUnixMs));
            }
        }

        public override void String(SearchParameter parameter, ReadOnlySpan<byte> text)
        {
            for (var i = 0; i < hits.Length; i++)
            {
                hits[i] |= criteria[i].Parameter == parameter && (criteria[i] is not StringCriterion wanted || wanted.Matches(text));
            }
        }

        public override void Quantity(
            SearchParameter parameter, decimal value, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, ReadOnlySpan<byte> unit)
        {
            for (var i = 0; i < hits.Length; i++)
            {
                hits[i] |= criteria[i].Parameter == parameter
                    && (criteria[i] is not QuantityCriterion quantity || quantity.Matches(value, system, code, unit));
            }
        }

        public override void Number(SearchParameter parameter, decimal value)
        {
            for (var i = 0; i < hits.Length; i++)
            {
                hits[i] |= criteria[i].Parameter == parameter && (criteria[i] is not NumberCriterion number || number.Matches(value));
            }
        }

        public override void Uri(SearchParameter parameter, ReadOnlySpan<byte> uri)
        {
            for (var i = 0; i < hits.Length; i++)
            {
                hits[i] |= criteria[i].Parameter == parameter && (criteria[i] is not UriCriterion wanted || wanted.Matches(uri));
            }
        }

        /// <summary>
        /// Whether the criterion is met by resources without a hit. A <see cref="MissingCriterion"/> is hit by any value.
        /// </summary>
        private static bool IsInverse(SearchCriterion criterion) => criterion.Negated || criterion is MissingCriterion { Missing: true };
    }
}
