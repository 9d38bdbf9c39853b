namespace Rapport.Gathering;

/// <summary>Something that people measure at home and write down.</summary>
public sealed record HandMeasure
{
    private HandMeasure(string name, Measurand measurand) => (Name, Measurand) = (name, measurand);

    /// <summary>A blood pressure: two values, written <c>120/80</c>.</summary>
    public static readonly HandMeasure BloodPressure = new("blood-pressure", Measurand.Named(Measurand.Systolic));

    /// <summary>All of them, the most common first.</summary>
    public static IReadOnlyList<HandMeasure> All { get; } =
    [
        BloodPressure,
        Of("weight-kg", "weight", "kg"),
        Of("weight-lb", "weight", "[lb_av]"),
        Of("glucose-mg", "glucose", "mg/dL"),
        Of("glucose-mmol", "glucose", "mmol/L"),
        Of("temperature-c", "temperature", "Cel"),
        Of("temperature-f", "temperature", "[degF]"),
        Of("pulse", "pulse", "/min"),
        Of("oxygen", "oxygen", "%"),
        Of("height-cm", "height", "cm"),
        Of("height-in", "height", "[in_i]"),
        Of("peak-flow", "peak-flow", "L/min"),
    ];

    /// <summary>Short name, as forms send it; with its unit, since nobody should have to convert.</summary>
    public string Name { get; }

    /// <summary>What is measured, without its unit.</summary>
    public string What => this == BloodPressure ? DeviceMeasure.BloodPressure : Measurand.Name;

    /// <summary>The unit as people write it.</summary>
    public string UnitText => Measurand.UnitText;

    /// <summary>What is measured: of a blood pressure, the upper value.</summary>
    internal Measurand Measurand { get; }

    /// <summary>The one of a name; null when there is none.</summary>
    public static HandMeasure? Find(string? name) => All.FirstOrDefault(measure => measure.Name == name);

    private static HandMeasure Of(string name, string measurand, string unit) => new(name, Measurand.Find(measurand, unit)!);
}
