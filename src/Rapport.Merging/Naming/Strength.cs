namespace Rapport.Merging;

/// <summary>In what a strength is told.</summary>
internal enum Dose
{
    /// <summary>Nobody says: a bare number.</summary>
    Unknown,

    /// <summary>Milligrams.</summary>
    Mass,

    /// <summary>International units.</summary>
    Units,

    /// <summary>Milliequivalents.</summary>
    Equivalents,

    /// <summary>Parts of a hundred.</summary>
    Percent,
}

/// <summary>How much of an ingredient is in one dose.</summary>
/// <param name="Of">In what it is told.</param>
/// <param name="Amount">How much of that.</param>
/// <param name="Told">The number as it is told; 0 when it was worked out.</param>
internal readonly record struct Strength(Dose Of, decimal Amount, decimal Told);
