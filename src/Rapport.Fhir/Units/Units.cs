using System.Collections.Frozen;

namespace Rapport.Fhir;

/// <summary>
/// Converts between the UCUM units that patients meet, in decimal numbers. Factors are those of UCUM (ucum.org), which are exact; pressure is UCUM's
/// <c>m[Hg]</c> of 133.322 kPa. Concentrations in mass and in substance become each other for a known <see cref="Analyte"/> only.
/// </summary>
public static class Units
{
    private static readonly FrozenDictionary<string, Unit> All = new (Dimension Dimension, Unit[] Units)[]
    {
        (Dimension.Mass, [new("g"), new("kg", 1_000), new("mg", 1, 1_000), new("ug", 1, 1_000_000), new("[lb_av]", 453.592_37m), new("[oz_av]", 28.349_523_125m), new("[stone_av]", 6_350.293_18m), new("[gr]", 0.064_798_91m), new("t", 1_000_000), new("[ston_av]", 907_184.74m)]),
        (Dimension.Length, [new("m"), new("km", 1_000), new("cm", 1, 100), new("mm", 1, 1_000), new("um", 1, 1_000_000), new("[in_i]", 0.0254m), new("[ft_i]", 0.3048m), new("[yd_i]", 0.9144m), new("[mi_i]", 1_609.344m)]),
        (Dimension.Volume, [new("L"), new("l"), new("dL", 1, 10), new("cL", 1, 100), new("mL", 1, 1_000), new("uL", 1, 1_000_000), new("[foz_us]", 0.029_573_529_562_5m), new("[foz_br]", 0.028_413_062_5m), new("[cup_us]", 0.236_588_236_5m), new("[pt_us]", 0.473_176_473m), new("[pt_br]", 0.568_261_25m), new("[qt_us]", 0.946_352_946m), new("[gal_us]", 3.785_411_784m), new("[tsp_us]", 0.004_928_921_593_75m), new("[tbs_us]", 0.014_786_764_781_25m)]),
        (Dimension.Time, [new("s"), new("ms", 1, 1_000), new("us", 1, 1_000_000), new("min", 60), new("h", 3_600), new("d", 86_400), new("wk", 604_800)]),
        (Dimension.Energy, [new("kcal"), new("[Cal]"), new("cal", 1, 1_000), new("kJ", 1, 4.184m), new("J", 1, 4_184)]),
        (Dimension.Temperature, [new("Cel"), new("K") { Before = -273.15m }, new("[degF]", 5, 9) { Before = -32 }]),
        (Dimension.Pressure, [new("kPa"), new("Pa", 1, 1_000), new("mm[Hg]", 0.133_322m), new("cm[H2O]", 0.098_066_5m), new("bar", 100), new("mbar", 1, 10)]),
        (Dimension.Speed, [new("m/s"), new("km/h", 10, 36), new("[mi_i]/h", 0.447_04m), new("[ft_i]/s", 0.3048m), new("cm/s", 1, 100), new("m/min", 1, 60)]),
        (Dimension.Rate, [new("/min"), new("{beats}/min"), new("{breaths}/min"), new("/s", 60), new("Hz", 60), new("/h", 1, 60)]),
        (Dimension.Flow, [new("L/min"), new("L/s", 60), new("mL/min", 1, 1_000)]),
        (Dimension.MassConcentration, [new("mg/dL"), new("g/dL", 1_000), new("g/L", 100), new("mg/L", 1, 10), new("mg/mL", 100), new("ug/dL", 1, 1_000), new("ug/L", 1, 10_000), new("ug/mL", 1, 10), new("ng/mL", 1, 10_000), new("ng/dL", 1, 1_000_000), new("ng/L", 1, 10_000_000), new("pg/mL", 1, 10_000_000)]),
        (Dimension.Concentration, [new("mmol/L"), new("mol/L", 1_000), new("umol/L", 1, 1_000), new("nmol/L", 1, 1_000_000), new("pmol/L", 1, 1_000_000_000)]),
        (Dimension.Power, [new("W"), new("kW", 1_000)]),
        (Dimension.Conductance, [new("S"), new("uS", 1, 1_000_000)]),
        (Dimension.Fraction, [new("%"), new("mmol/mol", 1, 10), new("[ppth]", 1, 10)]),
    }.SelectMany(group => group.Units.Select(unit => unit with { Dimension = group.Dimension })).ToFrozenDictionary(unit => unit.Code);

    // What devices and people write where UCUM has something else, as far as it is not among what laboratories write.
    private static readonly FrozenDictionary<string, string> Spellings = new Dictionary<string, string>
    {
        ["st"] = "[stone_av]", ["stone"] = "[stone_av]", ["stones"] = "[stone_av]", ["lb"] = "[lb_av]", ["lbs"] = "[lb_av]", ["pound"] = "[lb_av]", ["pounds"] = "[lb_av]",
        ["oz"] = "[oz_av]", ["ounce"] = "[oz_av]", ["ounces"] = "[oz_av]", ["gr"] = "[gr]", ["metric ton"] = "t", ["ton"] = "[ston_av]", ["kgs"] = "kg", ["kilograms"] = "kg", ["grams"] = "g",
        ["in"] = "[in_i]", ["inch"] = "[in_i]", ["inches"] = "[in_i]", ["ft"] = "[ft_i]", ["feet"] = "[ft_i]", ["yd"] = "[yd_i]", ["yards"] = "[yd_i]", ["mi"] = "[mi_i]", ["mile"] = "[mi_i]", ["miles"] = "[mi_i]",
        ["meters"] = "m", ["metres"] = "m", ["kilometers"] = "km", ["kilometres"] = "km", ["c"] = "Cel", ["°c"] = "Cel", ["celsius"] = "Cel", ["f"] = "[degF]", ["°f"] = "[degF]", ["fahrenheit"] = "[degF]",
        ["sec"] = "s", ["secs"] = "s", ["seconds"] = "s", ["mins"] = "min", ["minutes"] = "min", ["hr"] = "h", ["hrs"] = "h", ["hours"] = "h", ["days"] = "d", ["yr"] = "a", ["years"] = "a",
        ["calories"] = "kcal", ["kcals"] = "kcal", ["kj"] = "kJ", ["mmhg"] = "mm[Hg]", ["kpa"] = "kPa", ["mph"] = "[mi_i]/h", ["km/hr"] = "km/h", ["kmh"] = "km/h", ["bpm"] = "/min", ["beats/min"] = "/min", ["breaths/min"] = "/min",
        ["kg/m^2"] = "kg/m2", ["kg/m²"] = "kg/m2", ["steps"] = "{steps}", ["mg/dl"] = "mg/dL", ["mmol/l"] = "mmol/L", ["umol/l"] = "umol/L", ["µmol/l"] = "umol/L", ["μmol/l"] = "umol/L", ["g/dl"] = "g/dL", ["g/l"] = "g/L",
        ["ml"] = "mL", ["fl oz"] = "[foz_us]", ["percent"] = "%", ["ppm"] = "[ppm]", ["mmol/mol"] = "mmol/mol",
    }.ToFrozenDictionary();

    private enum Dimension
    {
        Mass, Length, Volume, Time, Energy, Temperature, Pressure, Speed, Rate, Flow, MassConcentration, Concentration, Power, Conductance, Fraction,
    }

    /// <summary>The UCUM code that is meant by what somebody wrote; null when none is known. What is UCUM already stays.</summary>
    public static string? CodeOf(string written)
    {
        var text = written.Trim();
        // Large letters tell a calorie of food from one of physics, so this is asked before they are made small.
        return text == "Cal" ? "kcal" : All.ContainsKey(text) ? text : Spellings.GetValueOrDefault(text.ToLowerInvariant()) ?? Ucum.CodeOf(text);
    }

    /// <summary>A value in another unit, not rounded; null when the two measure different things or the number is beyond what decimals hold.</summary>
    /// <param name="value">The number.</param>
    /// <param name="from">UCUM code of its unit.</param>
    /// <param name="to">UCUM code of the unit wanted.</param>
    /// <param name="analyte">What is measured in blood; null when it is no concentration, or not known.</param>
    public static decimal? Convert(decimal value, string from, string to, Analyte? analyte = null)
    {
        if (from == to)
        {
            return value;
        }

        if (!All.TryGetValue(from, out var source) || !All.TryGetValue(to, out var target))
        {
            return null;
        }

        try
        {
            return source.Dimension == target.Dimension && !(source.Dimension == Dimension.Fraction && analyte == Analyte.GlycatedHemoglobin)
                ? target.FromBase(source.ToBase(value))
                : analyte?.Cross(source.ToBase(value), (source.Dimension, target.Dimension) switch
                {
                    (Dimension.MassConcentration, Dimension.Concentration) => AnalyteStep.ToMoles,
                    (Dimension.Concentration, Dimension.MassConcentration) => AnalyteStep.ToMass,
                    (Dimension.Fraction, Dimension.Fraction) => from == "%" ? AnalyteStep.ToIfcc : AnalyteStep.ToNgsp,
                    _ => AnalyteStep.None,
                }) is { } crossed ? source.Dimension == Dimension.Fraction ? crossed : target.FromBase(crossed) : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>A unit: a value in it, moved by <c>Before</c> and times <c>Times</c> over <c>Over</c>, is one in the first unit of its dimension.</summary>
    private sealed record Unit(string Code, decimal Times = 1, decimal Over = 1)
    {
        internal Dimension Dimension { get; init; }

        internal decimal Before { get; init; }

        internal decimal ToBase(decimal value) => (value + Before) * Times / Over;

        internal decimal FromBase(decimal value) => (value * Over / Times) - Before;
    }
}
