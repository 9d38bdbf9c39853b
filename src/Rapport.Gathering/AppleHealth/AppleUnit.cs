using System.Collections.Frozen;
using System.Globalization;

namespace Rapport.Gathering;

/// <summary>What kind of thing a unit measures: units of one kind become each other by a factor.</summary>
internal enum UnitKind
{
    Count, Rate, Fraction, Length, Mass, Volume, Time, Energy, Speed, Temperature, Glucose, Power, Sound, Hearing, Pressure, Flow, Oxygen, Effort, Biological, Conductance, Frequency, Score,
}

/// <summary>A unit as Apple's export writes it (the strings of HealthKit's <c>HKUnit</c>).</summary>
/// <param name="Kind">What it measures.</param>
/// <param name="Ucum">Its UCUM code.</param>
/// <param name="Factor">How much one of it is in the first unit of its kind.</param>
/// <param name="Offset">Added after <paramref name="Factor"/>; only temperatures have one.</param>
internal sealed record AppleUnit(UnitKind Kind, string Ucum, double Factor = 1, double Offset = 0)
{
    private static readonly FrozenDictionary<string, AppleUnit> ByName = new Dictionary<string, AppleUnit>
    {
        ["count"] = new(UnitKind.Count, "1"),
        ["count/min"] = new(UnitKind.Rate, "/min"),
        ["count/s"] = new(UnitKind.Rate, "/s", 60),
        ["count/hr"] = new(UnitKind.Rate, "/h", 1 / 60.0),
        ["%"] = new(UnitKind.Fraction, "%"),
        ["m"] = new(UnitKind.Length, "m"),
        ["km"] = new(UnitKind.Length, "km", 1_000),
        ["cm"] = new(UnitKind.Length, "cm", 0.01),
        ["mm"] = new(UnitKind.Length, "mm", 0.001),
        ["mi"] = new(UnitKind.Length, "[mi_i]", 1_609.344),
        ["yd"] = new(UnitKind.Length, "[yd_i]", 0.9144),
        ["ft"] = new(UnitKind.Length, "[ft_i]", 0.3048),
        ["in"] = new(UnitKind.Length, "[in_i]", 0.0254),
        ["g"] = new(UnitKind.Mass, "g"),
        ["kg"] = new(UnitKind.Mass, "kg", 1_000),
        ["mg"] = new(UnitKind.Mass, "mg", 0.001),
        ["mcg"] = new(UnitKind.Mass, "ug", 0.000_001),
        ["lb"] = new(UnitKind.Mass, "[lb_av]", 453.592_37),
        ["oz"] = new(UnitKind.Mass, "[oz_av]", 28.349_523_125),
        ["st"] = new(UnitKind.Mass, "[stone_av]", 6_350.293_18),
        ["mL"] = new(UnitKind.Volume, "mL"),
        ["L"] = new(UnitKind.Volume, "L", 1_000),
        ["dL"] = new(UnitKind.Volume, "dL", 100),
        ["cL"] = new(UnitKind.Volume, "cL", 10),
        ["fl_oz_us"] = new(UnitKind.Volume, "[foz_us]", 29.573_529_562_5),
        ["fl_oz_imp"] = new(UnitKind.Volume, "[foz_br]", 28.413_062_5),
        ["cup_us"] = new(UnitKind.Volume, "[cup_us]", 236.588_236_5),
        ["pt_us"] = new(UnitKind.Volume, "[pt_us]", 473.176_473),
        ["pt_imp"] = new(UnitKind.Volume, "[pt_br]", 568.261_25),
        ["s"] = new(UnitKind.Time, "s"),
        ["min"] = new(UnitKind.Time, "min", 60),
        ["hr"] = new(UnitKind.Time, "h", 3_600),
        ["d"] = new(UnitKind.Time, "d", 86_400),
        ["ms"] = new(UnitKind.Time, "ms", 0.001),
        ["kcal"] = new(UnitKind.Energy, "kcal"),
        ["Cal"] = new(UnitKind.Energy, "kcal"),
        ["cal"] = new(UnitKind.Energy, "cal", 0.001),
        ["kJ"] = new(UnitKind.Energy, "kJ", 1 / 4.184),
        ["J"] = new(UnitKind.Energy, "J", 1 / 4_184.0),
        ["m/s"] = new(UnitKind.Speed, "m/s"),
        ["km/hr"] = new(UnitKind.Speed, "km/h", 1 / 3.6),
        ["mi/hr"] = new(UnitKind.Speed, "[mi_i]/h", 0.447_04),
        ["ft/s"] = new(UnitKind.Speed, "[ft_i]/s", 0.3048),
        ["cm/s"] = new(UnitKind.Speed, "cm/s", 0.01),
        ["degC"] = new(UnitKind.Temperature, "Cel"),
        ["degF"] = new(UnitKind.Temperature, "[degF]", 5 / 9.0, -160 / 9.0),
        ["K"] = new(UnitKind.Temperature, "K", 1, -273.15),
        ["mg/dL"] = new(UnitKind.Glucose, "mg/dL"),
        ["mg/L"] = new(UnitKind.Glucose, "mg/L", 0.1),
        ["g/L"] = new(UnitKind.Glucose, "g/L", 100),
        ["W"] = new(UnitKind.Power, "W"),
        ["kW"] = new(UnitKind.Power, "kW", 1_000),
        ["dBASPL"] = new(UnitKind.Sound, "dB[SPL]"),
        ["dBHL"] = new(UnitKind.Hearing, "dB"),
        ["mmHg"] = new(UnitKind.Pressure, "mm[Hg]"),
        ["kPa"] = new(UnitKind.Pressure, "kPa", 7.500_62),
        ["L/min"] = new(UnitKind.Flow, "L/min"),
        ["L/s"] = new(UnitKind.Flow, "L/s", 60),
        ["mL/min·kg"] = new(UnitKind.Oxygen, "mL/(kg.min)"),
        ["kcal/hr·kg"] = new(UnitKind.Effort, "kcal/(h.kg)"),
        ["kcal/(kg*hr)"] = new(UnitKind.Effort, "kcal/(h.kg)"),
        ["IU"] = new(UnitKind.Biological, "[iU]"),
        ["mcS"] = new(UnitKind.Conductance, "uS"),
        ["S"] = new(UnitKind.Conductance, "S", 1_000_000),
        ["Hz"] = new(UnitKind.Frequency, "Hz"),
        ["appleEffortScore"] = new(UnitKind.Score, "{score}"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, AppleUnit> ByUcum = ByName.Values.DistinctBy(unit => unit.Ucum).ToFrozenDictionary(unit => unit.Ucum);

    // HealthKit's percentages are fractions of 1, those of metrics are not.
    private static readonly AppleUnit Percent = new(UnitKind.Fraction, "%", 0.01);

    /// <summary>The unit of this name; null for one that is not known.</summary>
    internal static AppleUnit? Find(string name) => ByName.GetValueOrDefault(name) ?? MolesPerLitre(name);

    /// <summary>How values in this unit become a metric's; null when they measure different things.</summary>
    internal UnitConversion? To(Metric metric)
    {
        var target = metric.Unit == "%" ? Percent : metric.Unit.StartsWith('{') ? new AppleUnit(UnitKind.Count, metric.Unit) : ByUcum.GetValueOrDefault(metric.Unit);
        return target?.Kind == Kind ? new UnitConversion(Factor / target.Factor, (Offset - target.Offset) / target.Factor) : null;
    }

    /// <summary><c>mmol&lt;180.1558800000541&gt;/L</c>: moles per litre of something whose molar mass in grams stands in the middle.</summary>
    private static AppleUnit? MolesPerLitre(string name) =>
        name.StartsWith("mmol<", StringComparison.Ordinal) && name.EndsWith(">/L", StringComparison.Ordinal)
        && double.TryParse(name.AsSpan(5, name.Length - 8), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var mass) && mass is > 1 and < 1_000_000
            ? new AppleUnit(UnitKind.Glucose, "mmol/L", mass / 10)
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
