using Rapport.Fhir;

namespace Rapport.Merging;

/// <summary>What a measurement found.</summary>
/// <param name="Number">The number, if it is one.</param>
/// <param name="Step">The smallest step the number is told in: 0.1 for <c>70.0</c>.</param>
/// <param name="Unit">UCUM code; null when none is told or known.</param>
/// <param name="Comparator">FHIR code where the number is a bound: <c>&lt;</c>, <c>&gt;=</c> ….</param>
/// <param name="Keys">Hashes of what is told in codes or words, sorted.</param>
internal sealed record FactValue(decimal? Number, decimal Step, string? Unit, string? Comparator, ulong[] Keys)
{
    /// <summary>Digits from which on two equal numbers are hardly chance.</summary>
    private const int ManyDigits = 3;

    /// <summary>A little more than half a step: what rounding can do, and rounding again.</summary>
    private const decimal HalfStep = 0.51m;

    /// <summary>Whether two people hardly have this by chance.</summary>
    internal bool IsTelling => Number is { } number && Math.Abs(number).ToString("0.############################", System.Globalization.CultureInfo.InvariantCulture).Count(char.IsAsciiDigit) >= ManyDigits;

    /// <summary>What is told in codes or words.</summary>
    internal static FactValue Told(IEnumerable<ulong> keys) => new(null, 0, null, null, keys.ToSorted());

    /// <summary>Whether both say the same, as far as rounding and units let one tell.</summary>
    internal static bool AreEqual(FactValue a, FactValue b, Analyte? analyte)
    {
        if (a.Number is not { } one || b.Number is not { } other)
        {
            return a.Number is null && b.Number is null && a.Keys.AsSpan().IntersectsSorted(b.Keys);
        }

        if (a.Comparator != b.Comparator)
        {
            return false;
        }

        if (a.Unit is null || b.Unit is null || a.Unit == b.Unit)
        {
            return Math.Abs(one - other) <= Math.Max(a.Step, b.Step) * HalfStep;
        }

        return Units.Convert(other, b.Unit, a.Unit, analyte) is { } converted
            && Units.Convert(other + b.Step, b.Unit, a.Unit, analyte) is { } next
            && IsSmall(converted) && IsSmall(next)
            && Math.Abs(one - converted) <= Math.Max(a.Step, Math.Abs(next - converted)) * HalfStep;
    }

    private static bool IsSmall(decimal number) => Math.Abs(number) < 1e20m;
}
