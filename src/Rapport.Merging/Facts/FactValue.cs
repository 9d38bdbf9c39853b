using Rapport.Fhir;

namespace Rapport.Merging;

/// <summary>What a measurement found.</summary>
/// <param name="Number">The number, if it is one.</param>
/// <param name="Step">The smallest step the number is told in: 0.1 for <c>70.0</c>.</param>
/// <param name="Unit">UCUM code; null when none is told or known.</param>
/// <param name="Keys">Hashes of what is told in codes or words, sorted.</param>
internal sealed record FactValue(decimal? Number, decimal Step, string? Unit, ulong[] Keys)
{
    /// <summary>Digits from which on two equal numbers are hardly chance.</summary>
    private const int ManyDigits = 3;

    /// <summary>A little more than half a step: what rounding can do, and rounding again.</summary>
    private const decimal HalfStep = 0.51m;

    /// <summary>Whether two people hardly have this by chance.</summary>
    internal bool IsTelling => Number is { } number && Step > 0 && DigitsOf(number / Step) >= ManyDigits;

    /// <summary>Whether both say the same, as far as rounding and units let one tell.</summary>
    internal static bool AreEqual(FactValue a, FactValue b, Analyte? analyte)
    {
        if (a.Number is not { } one || b.Number is not { } other)
        {
            return a.Number is null && b.Number is null && a.Keys.AsSpan().IntersectsSorted(b.Keys);
        }

        if (a.Unit is null || b.Unit is null || a.Unit == b.Unit)
        {
            return Math.Abs(one - other) <= Math.Max(a.Step, b.Step) * HalfStep;
        }

        return Units.Convert(other, b.Unit, a.Unit, analyte) is { } converted
            && Units.Convert(other + b.Step, b.Unit, a.Unit, analyte) is { } next
            && Math.Abs(one - converted) <= Math.Max(a.Step, Math.Abs(next - converted)) * HalfStep;
    }

    private static int DigitsOf(decimal steps)
    {
        var digits = 0;
        for (var left = Math.Abs(decimal.Truncate(steps)); left >= 1; left /= 10)
        {
            digits++;
        }

        return digits;
    }
}
