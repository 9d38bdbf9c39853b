namespace Rapport.Gathering;

/// <summary>Something that people measure at home and write down.</summary>
/// <param name="Name">Short name, as forms send it; with its unit, since nobody should have to convert.</param>
/// <param name="Loinc">LOINC code.</param>
/// <param name="Display">LOINC's name.</param>
/// <param name="Unit">UCUM unit.</param>
/// <param name="UnitText">The unit as people write it.</param>
/// <param name="Low">No living person's value is below.</param>
/// <param name="High">No living person's value is above.</param>
public sealed record HandMeasure(string Name, string Loinc, string Display, string Unit, string UnitText, decimal Low, decimal High)
{
    /// <summary>A blood pressure: two values, written <c>120/80</c>.</summary>
    public static readonly HandMeasure BloodPressure = new("blood-pressure", "85354-9", "Blood pressure panel with all children optional", "mm[Hg]", "mmHg", 20, 350);

    /// <summary>All of them, the most common first.</summary>
    public static IReadOnlyList<HandMeasure> All { get; } =
    [
        BloodPressure,
        new("weight-kg", "29463-7", "Body weight", "kg", "kg", 0.2m, 700),
        new("weight-lb", "29463-7", "Body weight", "[lb_av]", "lb", 0.5m, 1500),
        new("glucose-mg", "2339-0", "Glucose [Mass/volume] in Blood", "mg/dL", "mg/dL", 5, 2000),
        new("glucose-mmol", "15074-8", "Glucose [Moles/volume] in Blood", "mmol/L", "mmol/L", 0.3m, 110),
        new("temperature-c", "8310-5", "Body temperature", "Cel", "°C", 20, 46),
        new("temperature-f", "8310-5", "Body temperature", "[degF]", "°F", 68, 115),
        new("pulse", "8867-4", "Heart rate", "/min", "beats/min", 10, 400),
        new("oxygen", "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry", "%", "%", 10, 100),
        new("height-cm", "8302-2", "Body height", "cm", "cm", 20, 280),
        new("height-in", "8302-2", "Body height", "[in_i]", "in", 8, 110),
        new("peak-flow", "19935-6", "Maximum expiratory gas flow Respiratory system airway by Peak flow meter", "L/min", "L/min", 20, 1200),
    ];

    /// <summary>The one of a name; null when there is none.</summary>
    public static HandMeasure? Find(string? name) => All.FirstOrDefault(measure => measure.Name == name);
}
