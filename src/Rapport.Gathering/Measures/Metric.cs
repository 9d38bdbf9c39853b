namespace Rapport.Gathering;

/// <summary>How the values of a metric go together over an hour, a day or a month.</summary>
internal enum MetricSum
{
    /// <summary>Their mean, least and greatest mean something: a pulse.</summary>
    Mean,

    /// <summary>They add up: steps.</summary>
    Total,
}

/// <summary>Something that devices measure densely, in the one unit in which its series are kept.</summary>
/// <param name="Name">Short name, as reports say it: <c>heart-rate</c>. Never changed once used: series are known by it.</param>
/// <param name="Loinc">LOINC code; null where LOINC has none that fits.</param>
/// <param name="Display">English name; LOINC's own where there is a code.</param>
/// <param name="Unit">UCUM unit.</param>
/// <param name="UnitText">The unit as people write it.</param>
/// <param name="Sum">How values go together.</param>
/// <param name="Category">Code of <c>observation-category</c>.</param>
/// <param name="Low">No living person's value is below.</param>
/// <param name="High">No living person's value is above.</param>
internal sealed record Metric(string Name, string? Loinc, string Display, string Unit, string UnitText, MetricSum Sum, string Category, double Low, double High)
{
    /// <summary>The system of <see cref="Name"/> as a code.</summary>
    internal const string System = "urn:x-rapport:metric";

    /// <summary>Whether a living person can have this value.</summary>
    internal bool IsPlausible(double value) => value >= Low && value <= High;

    /// <summary>A metric is its name: series are looked up by it for each point.</summary>
    public bool Equals(Metric? other) => ReferenceEquals(this, other) || Name == other?.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
