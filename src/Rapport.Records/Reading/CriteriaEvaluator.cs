using System.Text;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>Finds the rows that match the criteria of a FHIR search, each criterion as a bitmap, all of them intersected. Pure.</summary>
internal static class CriteriaEvaluator
{
    /// <summary>Those of <paramref name="permitted"/> that match.</summary>
    internal static EntrySet Matching(CompartmentIndex index, EntrySet permitted, SearchQuery query)
    {
        var result = permitted.And(OfType(index, query.ResourceType));
        foreach (var criterion in query.Criteria)
        {
            if (result.IsEmpty)
            {
                break;
            }

            var matching = Matching(index, criterion);
            result = criterion.Negated ? result.AndNot(matching) : result.And(matching);
        }

        return result;
    }

    private static EntrySet OfType(CompartmentIndex index, string type)
    {
        var set = new EntrySetBuilder(index.Count);
        if (ResourceTypes.Find(type) is >= 0 and var number)
        {
            var types = index.Data.Type;
            for (var row = 0; row < types.Length; row++)
            {
                if (types[row] == number)
                {
                    set.Add(row);
                }
            }
        }

        return set.ToSet();
    }

    private static EntrySet Matching(CompartmentIndex index, SearchCriterion criterion)
    {
        var set = new EntrySetBuilder(index.Count);
        switch (criterion)
        {
            case TokenCriterion { Parameter.Code: "_id" } c:
                Ids(index, c, set);
                break;
            case TokenCriterion c when ParameterRoles.IsIdentifier(c.Parameter.Id):
                Identifiers(index, c, set);
                break;
            case TokenCriterion c:
                Tokens(index, c, set);
                break;
            case DateCriterion { Parameter.Code: "_lastUpdated" } c:
                LastUpdated(index, c, set);
                break;
            case DateCriterion c:
                Dates(index, c, set);
                break;
            case QuantityCriterion c:
                Quantities(index, c, set);
                break;
            case NumberCriterion c:
                Numbers(index, c, set);
                break;
            case ReferenceCriterion c:
                References(index, c, set);
                break;
            case StringCriterion c:
                Terms(index, c.Parameter.Id, c.Matches, set);
                break;
            case UriCriterion c:
                Terms(index, c.Parameter.Id, c.Matches, set);
                break;
            case MissingCriterion c:
                return Missing(index, c);
            default:
                throw new ArgumentException("unknown criterion", nameof(criterion));
        }

        return set.ToSet();
    }

    private static void Ids(CompartmentIndex index, TokenCriterion criterion, EntrySetBuilder set)
    {
        foreach (var value in criterion.Values)
        {
            var patient = Encoding.ASCII.GetString(index.PatientText);
            LocalId local = default;
            if (value.Code is { } id
                && (id == patient || (id.StartsWith(patient + ".", StringComparison.Ordinal) && LocalId.TryParse(id.AsSpan(patient.Length + 1), out local)))
                && index.RowOf(local) is >= 0 and var row)
            {
                set.Add(row);
            }
        }
    }

    private static void Identifiers(CompartmentIndex index, TokenCriterion criterion, EntrySetBuilder set)
    {
        var data = index.Data;
        foreach (var value in criterion.Values)
        {
            var system = value.System is null ? 0 : (uint)CompartmentIndex.HashOf(Encoding.UTF8.GetBytes(value.System));
            var code = value.Code is null ? 0 : CompartmentIndex.HashOf(Encoding.UTF8.GetBytes(value.Code));
            for (var i = 0; i < data.IdentifierRow.Length; i++)
            {
                if ((value.Code is null || data.IdentifierValue[i] == code) && (value.System is null || data.IdentifierSystem[i] == system))
                {
                    set.Add(data.IdentifierRow[i]);
                }
            }
        }
    }

    private static void Tokens(CompartmentIndex index, TokenCriterion criterion, EntrySetBuilder set)
    {
        var terms = index.Terms;
        if (!criterion.IsCaseSensitive || criterion.Values.Any(v => v.Code is null))
        {
            var (first, end) = terms.Range(criterion.Parameter.Id);
            for (var term = first; term < end; term++)
            {
                if (criterion.Matches(terms.System(term), terms.Value(term)))
                {
                    Add(terms.Rows(term), set);
                }
            }

            return;
        }

        foreach (var value in criterion.Values)
        {
            var (first, end) = terms.Range(criterion.Parameter.Id, Encoding.UTF8.GetBytes(value.Code!));
            for (var term = first; term < end; term++)
            {
                if (criterion.Matches(terms.System(term), terms.Value(term)))
                {
                    Add(terms.Rows(term), set);
                }
            }
        }
    }

    private static void LastUpdated(CompartmentIndex index, DateCriterion criterion, EntrySetBuilder set)
    {
        for (var row = 0; row < index.Count; row++)
        {
            if (criterion.Matches(index.AtOf(row), index.AtOf(row) + 1))
            {
                set.Add(row);
            }
        }
    }

    private static void Dates(CompartmentIndex index, DateCriterion criterion, EntrySetBuilder set)
    {
        var data = index.Data;
        for (var i = 0; i < data.DateRow.Length; i++)
        {
            if (data.DateParameter[i] == criterion.Parameter.Id && criterion.Matches(data.DateLow[i], data.DateHigh[i]))
            {
                set.Add(data.DateRow[i]);
            }
        }
    }

    private static void Quantities(CompartmentIndex index, QuantityCriterion criterion, EntrySetBuilder set)
    {
        var data = index.Data;
        for (var i = 0; i < data.QuantityRow.Length; i++)
        {
            if (IsOf(data, i, criterion.Parameter.Id))
            {
                var (system, code, unit) = data.QuantityUnit[i] < 0 ? ([], [], []) : data.Units[data.QuantityUnit[i]];
                if (criterion.Matches(data.QuantityValue[i], system, code, unit))
                {
                    set.Add(data.QuantityRow[i]);
                }
            }
        }
    }

    private static void Numbers(CompartmentIndex index, NumberCriterion criterion, EntrySetBuilder set)
    {
        var data = index.Data;
        for (var i = 0; i < data.QuantityRow.Length; i++)
        {
            if (IsOf(data, i, criterion.Parameter.Id) && criterion.Matches(data.QuantityValue[i]))
            {
                set.Add(data.QuantityRow[i]);
            }
        }
    }

    private static void References(CompartmentIndex index, ReferenceCriterion criterion, EntrySetBuilder set)
    {
        var data = index.Data;
        var patient = Encoding.ASCII.GetString(index.PatientText);
        foreach (var value in criterion.Values)
        {
            if (value.Id == patient && value.ResourceType is null or "Patient")
            {
                var (first, end) = index.Terms.Range(criterion.Parameter.Id, index.PatientText);
                for (var term = first; term < end; term++)
                {
                    Add(index.Terms.Rows(term), set);
                }
            }
            else if (value.Id is { } id && id.StartsWith(patient + ".", StringComparison.Ordinal) && LocalId.TryParse(id.AsSpan(patient.Length + 1), out var local))
            {
                // By id alone, which no two resources share: looking at the target would tell whether one that stays home is there.
                for (var i = 0; i < data.LinkRow.Length; i++)
                {
                    if (data.LinkTarget[i] == local && data.LinkParameter[i] == criterion.Parameter.Id)
                    {
                        set.Add(data.LinkRow[i]);
                    }
                }
            }
        }

        Terms(index, criterion.Parameter.Id, criterion.Matches, set);
    }

    private static EntrySet Missing(CompartmentIndex index, MissingCriterion criterion)
    {
        var set = new EntrySetBuilder(index.Count);
        var data = index.Data;
        var parameter = criterion.Parameter.Id;
        if (ParameterRoles.IsColumn(parameter))
        {
            set.Add(EntrySet.All(index.Count));
        }

        Terms(index, parameter, static _ => true, set);
        for (var i = 0; i < data.DateRow.Length; i++)
        {
            if (data.DateParameter[i] == parameter)
            {
                set.Add(data.DateRow[i]);
            }
        }

        for (var i = 0; i < data.QuantityRow.Length; i++)
        {
            if (IsOf(data, i, parameter))
            {
                set.Add(data.QuantityRow[i]);
            }
        }

        for (var i = 0; i < data.LinkRow.Length; i++)
        {
            if (data.LinkParameter[i] == parameter)
            {
                set.Add(data.LinkRow[i]);
            }
        }

        if (ParameterRoles.IsIdentifier(parameter))
        {
            Add(data.IdentifierRow, set);
        }

        var present = set.ToSet();
        return criterion.Missing ? EntrySet.All(index.Count).AndNot(present) : present;
    }

    private delegate bool TextTest(ReadOnlySpan<byte> text);

    private static void Terms(CompartmentIndex index, ushort parameter, TextTest matches, EntrySetBuilder set)
    {
        var (first, end) = index.Terms.Range(parameter);
        for (var term = first; term < end; term++)
        {
            if (matches(index.Terms.Value(term)))
            {
                Add(index.Terms.Rows(term), set);
            }
        }
    }

    private static bool IsOf(CompartmentIndex.Columns data, int quantity, ushort parameter) =>
        data.QuantityParameter[quantity].First == parameter || (data.QuantityParameter[quantity].Second == parameter && parameter != 0);

    private static void Add(ReadOnlySpan<int> rows, EntrySetBuilder set)
    {
        foreach (var row in rows)
        {
            set.Add(row);
        }
    }
}
