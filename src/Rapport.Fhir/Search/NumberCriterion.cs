using System.Text;

namespace Rapport.Fhir;

/// <summary>
/// A number of a query. <see cref="Low"/> and <see cref="High"/> (inclusive, exclusive) are what its written precision stands for: <c>5.4</c> is [5.35, 5.45).
/// Only equality looks at them; the ordering prefixes take the number as exact (FHIR R4, Search, 3.1.1.4.6).
/// </summary>
public readonly record struct NumberValue(SearchPrefix Prefix, decimal Value, decimal Low, decimal High)
{
    public bool Matches(decimal stored) => Prefix switch
    {
        SearchPrefix.Equal or SearchPrefix.Approximately => IsWithin(stored),
        SearchPrefix.NotEqual => !IsWithin(stored),
        SearchPrefix.GreaterThan or SearchPrefix.StartsAfter => stored > Value,
        SearchPrefix.LessThan or SearchPrefix.EndsBefore => stored < Value,
        SearchPrefix.GreaterOrEqual => stored >= Value,
        _ => stored <= Value,
    };

    // At the limit of precision, and about 0, the range is empty.
    private bool IsWithin(decimal stored) => (Low <= stored && stored < High) || stored == Value;
}

/// <summary>Plain numbers.</summary>
public sealed class NumberCriterion : SearchCriterion
{
    internal NumberCriterion(SearchParameter parameter, IReadOnlyList<NumberValue> values)
        : base(parameter) => Values = values;

    public IReadOnlyList<NumberValue> Values { get; }

    public bool Matches(decimal stored)
    {
        for (var i = 0; i < Values.Count; i++)
        {
            if (Values[i].Matches(stored))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>
/// A quantity of a query. With a <see cref="System"/> the unit is its code in that system; without one, <see cref="Unit"/> is compared with
/// the stored code and the stored unit text; a null unit matches any.
/// </summary>
public readonly record struct QuantityValue(NumberValue Number, string? System, string? Unit);

/// <summary>Quantities. Units are compared as written: no conversion.</summary>
public sealed class QuantityCriterion : SearchCriterion
{
    private readonly (byte[]? System, byte[]? Unit)[] utf8;

    internal QuantityCriterion(SearchParameter parameter, IReadOnlyList<QuantityValue> values)
        : base(parameter)
    {
        Values = values;
        utf8 = [.. values.Select(v => (Bytes(v.System), Bytes(v.Unit)))];
    }

    public IReadOnlyList<QuantityValue> Values { get; }

    public bool Matches(decimal stored, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, ReadOnlySpan<byte> unit)
    {
        for (var i = 0; i < Values.Count; i++)
        {
            if (Values[i].Number.Matches(stored) && UnitMatches(utf8[i].System, utf8[i].Unit, system, code, unit))
            {
                return true;
            }
        }

        return false;
    }

    private static bool UnitMatches(
        byte[]? wantedSystem, byte[]? wantedUnit, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, ReadOnlySpan<byte> unit)
    {
        if (wantedSystem is not null)
        {
            return system.SequenceEqual(wantedSystem) && (wantedUnit is null || code.SequenceEqual(wantedUnit));
        }

        return wantedUnit is null || code.SequenceEqual(wantedUnit) || unit.SequenceEqual(wantedUnit);
    }

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
