using System.Text.Json.Nodes;
using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>What kind of thing a measure is, by which a list of them is ordered for people.</summary>
public enum MeasurandGroup
{
    /// <summary>What a cuff, a watch or a thermometer measures.</summary>
    Vital,

    /// <summary>What a scale or a tape measures.</summary>
    Body,

    /// <summary>What is measured in blood.</summary>
    Blood,
}

/// <summary>Something that is measured, in one of its units. Immutable.</summary>
public sealed record Measurand
{
    internal const string Systolic = "systolic", Diastolic = "diastolic";

    internal Measurand(MeasurandGroup group, string name, string loinc, string display, string unit, string unitText, decimal low, decimal high)
    {
        (Group, Name, Loinc, Display, Unit, UnitText, Low, High) = (group, name, loinc, display, unit, unitText, low, high);
        (UsualLow, UsualHigh, RareBelow, RareAbove) = (low, high, low, high);
        Category = group == MeasurandGroup.Blood ? "laboratory" : "vital-signs";
    }

    /// <summary>All of them, those of one name together.</summary>
    public static IReadOnlyList<Measurand> All => Measurands.All;

    /// <summary>What kind of thing it is.</summary>
    public MeasurandGroup Group { get; }

    /// <summary>Short name, as mappings, devices and forms say it.</summary>
    public string Name { get; }

    /// <summary>UCUM unit.</summary>
    public string Unit { get; }

    /// <summary>The unit as people write it.</summary>
    public string UnitText { get; }

    /// <summary>LOINC code for this unit.</summary>
    internal string Loinc { get; }

    /// <summary>Other LOINC codes that say the same in this unit.</summary>
    internal IReadOnlyList<string> OtherLoincs { get; private init; } = [];

    /// <summary>LOINC's name.</summary>
    internal string Display { get; }

    /// <summary>Code of <c>observation-category</c>.</summary>
    internal string Category { get; private init; }

    /// <summary>No living person's value is below.</summary>
    internal decimal Low { get; }

    /// <summary>No living person's value is above.</summary>
    internal decimal High { get; }

    /// <summary>Where most people's values lie, by which one guesses the unit of a column: not below.</summary>
    internal decimal UsualLow { get; private init; }

    /// <summary>Not above.</summary>
    internal decimal UsualHigh { get; private init; }

    /// <summary>Hardly anybody's value is below: one that is may be a slip, or of something else.</summary>
    internal decimal RareBelow { get; private init; }

    /// <summary>Hardly anybody's value is above.</summary>
    internal decimal RareAbove { get; private init; }

    /// <summary>Whether this is the unit where none is named, because there is no other.</summary>
    internal bool IsPlain { get; private init; }

    /// <summary>The series that many of them become; null for none.</summary>
    internal Metric? Metric { get; init; }

    /// <summary>The one of a name in a unit, by its code or as people write it; null when it is not measured so, or the unit is missing where there are several.</summary>
    public static Measurand? Find(string name, string? unit)
    {
        var code = string.IsNullOrEmpty(unit) ? null : Units.CodeOf(unit) ?? unit;
        return All.FirstOrDefault(measure => measure.Name == name && (code is null ? measure.IsPlain : measure.Unit == code || string.Equals(measure.UnitText, unit, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>Those of a name, one for each unit; empty for a name that is none.</summary>
    public static IEnumerable<Measurand> Of(string name) => All.Where(measure => measure.Name == name);

    /// <summary>The first of a name: what has one code in all units.</summary>
    internal static Measurand Named(string name) => All.First(measure => measure.Name == name);

    /// <summary>Whether a living person can have this value.</summary>
    internal bool IsPossible(decimal value) => value >= Low && value <= High;

    /// <summary>Whether hardly anybody has this value.</summary>
    internal bool IsRare(decimal value) => value < RareBelow || value > RareAbove;

    /// <summary>Its code.</summary>
    internal JsonObject Code() => R4.Concept(R4.Loinc, Loinc, Display);

    /// <summary>A value in this unit.</summary>
    internal JsonObject Quantity(decimal value) => R4.Quantity(value, UnitText, Unit);

    /// <summary>A part of an Observation.</summary>
    internal JsonObject Component(decimal value) => new() { ["code"] = Code(), ["valueQuantity"] = Quantity(value) };

    internal Measurand Plain() => this with { IsPlain = true };

    internal Measurand Usual(decimal low, decimal high) => this with { UsualLow = low, UsualHigh = high };

    internal Measurand Rare(decimal below, decimal above) => this with { RareBelow = below, RareAbove = above };

    internal Measurand In(string category) => this with { Category = category };

    internal Measurand Also(params string[] loincs) => this with { OtherLoincs = loincs };
}
