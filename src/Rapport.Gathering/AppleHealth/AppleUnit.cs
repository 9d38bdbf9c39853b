using System.Collections.Frozen;
using System.Globalization;
using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>A unit as Apple's export writes it (the strings of HealthKit's <c>HKUnit</c>). What becomes of what is <see cref="Units"/>' business; here stands what is Apple's own.</summary>
/// <param name="Ucum">Its UCUM code.</param>
/// <param name="MolarMass">Grams of a mole, for moles of something whose mass the export tells; null for all else.</param>
internal sealed record AppleUnit(string Ucum, decimal? MolarMass = null)
{
    private const string Percent = "%";

    // Beside those that UCUM writes the same.
    private static readonly FrozenDictionary<string, string> Spellings = new Dictionary<string, string>
    {
        ["count"] = "1", ["count/min"] = "/min", ["count/s"] = "/s", ["count/hr"] = "/h",
        ["mi"] = "[mi_i]", ["yd"] = "[yd_i]", ["ft"] = "[ft_i]", ["in"] = "[in_i]",
        ["mcg"] = "ug", ["lb"] = "[lb_av]", ["oz"] = "[oz_av]", ["st"] = "[stone_av]",
        ["fl_oz_us"] = "[foz_us]", ["fl_oz_imp"] = "[foz_br]", ["cup_us"] = "[cup_us]", ["pt_us"] = "[pt_us]", ["pt_imp"] = "[pt_br]",
        ["hr"] = "h", ["Cal"] = "kcal", ["km/hr"] = "km/h", ["mi/hr"] = "[mi_i]/h", ["ft/s"] = "[ft_i]/s",
        ["degC"] = "Cel", ["degF"] = "[degF]", ["dBASPL"] = "dB[SPL]", ["dBHL"] = "dB", ["mmHg"] = "mm[Hg]",
        ["mL/min·kg"] = "mL/(kg.min)", ["kcal/hr·kg"] = "kcal/(h.kg)", ["kcal/(kg*hr)"] = "kcal/(h.kg)", ["IU"] = "[iU]", ["mcS"] = "uS", ["appleEffortScore"] = "{score}",
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Same = FrozenSet.Create(
        Percent, "m", "km", "cm", "mm", "g", "kg", "mg", "mL", "L", "dL", "cL", "s", "min", "d", "ms", "kcal", "cal", "kJ", "J", "m/s", "cm/s", "K", "mg/dL", "mg/L", "g/L", "W", "kW", "kPa", "L/min", "L/s", "S", "Hz");

    /// <summary>Whether it is HealthKit's percent, which is a fraction of 1.</summary>
    internal bool IsFraction => Ucum == Percent;

    /// <summary>Whether what is told in it may be below nothing: temperatures and what one hears.</summary>
    internal bool MayBeNegative => Ucum is "Cel" or "[degF]" or "dB";

    /// <summary>The unit of this name; null for one that is not known.</summary>
    internal static AppleUnit? Find(string name) =>
        Spellings.TryGetValue(name, out var ucum) ? new AppleUnit(ucum) : Same.Contains(name) ? new AppleUnit(name) : MolesPerLitre(name);

    /// <summary>How values in this unit become a metric's; null when they measure different things.</summary>
    internal UnitConversion? To(Metric metric) =>
        metric.Unit == Percent ? IsFraction ? new UnitConversion(100, 0) : null
        : IsFraction ? null
        : metric.Unit.StartsWith('{') ? Ucum == "1" ? new UnitConversion(1, 0) : null
        : MolarMass is { } mass ? metric.Unit == "mg/dL" ? new UnitConversion((double)mass / 10, 0) : null
        : To(metric.Unit);

    /// <summary>How long so much of it is, in seconds; null when it is no unit of time.</summary>
    internal double? Seconds(double value) => To("s")?.Apply(value);

    /// <summary>All conversions of units are a factor and an offset, which two values tell.</summary>
    private UnitConversion? To(string unit) => Units.Convert(0, Ucum, unit) is { } zero && Units.Convert(1, Ucum, unit) is { } one ? new UnitConversion((double)(one - zero), (double)zero) : null;

    /// <summary><c>mmol&lt;180.1558800000541&gt;/L</c>: moles per litre of something whose molar mass in grams stands in the middle.</summary>
    private static AppleUnit? MolesPerLitre(string name) =>
        name.StartsWith("mmol<", StringComparison.Ordinal) && name.EndsWith(">/L", StringComparison.Ordinal)
        && decimal.TryParse(name.AsSpan(5, name.Length - 8), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var mass) && mass is > 1 and < 1_000_000
            ? new AppleUnit("mmol/L", mass)
            : null;
}

/// <summary>How values of one unit become those of another.</summary>
internal readonly record struct UnitConversion(double Factor, double Offset)
{
    // A conversion is not more exact than what was measured; and what is short is stored in few bytes.
    private const int Digits = 6;

    internal bool ChangesNothing => Factor == 1 && Offset == 0;

    internal double Apply(double value) => ChangesNothing ? value : Math.Round((value * Factor) + Offset, Digits);
}
