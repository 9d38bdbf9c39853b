using System.Collections.Frozen;

namespace Rapport.Fhir;

/// <summary>Which way a concentration is converted.</summary>
internal enum AnalyteStep
{
    /// <summary>No way is known.</summary>
    None,

    /// <summary>mg/dL to mmol/L.</summary>
    ToMoles,

    /// <summary>mmol/L to mg/dL.</summary>
    ToMass,

    /// <summary>Percent (NGSP) to mmol/mol (IFCC).</summary>
    ToIfcc,

    /// <summary>mmol/mol (IFCC), given as percent, to percent (NGSP).</summary>
    ToNgsp,
}

/// <summary>
/// Something measured in blood, whose molar mass tells how its mass and its substance go together. Masses are in grams a mole, from PubChem's formulas and
/// the standard atomic weights of IUPAC; triglycerides are reckoned as triolein, phosphate as phosphorus, urea nitrogen as two atoms, haemoglobin by its single chain.
/// </summary>
/// <param name="Name">English name.</param>
/// <param name="MolarMass">Grams a mole; 0 where it does not apply.</param>
public sealed record Analyte(string Name, decimal MolarMass)
{
    public static Analyte Glucose { get; } = new("glucose", 180.156m);
    public static Analyte Cholesterol { get; } = new("cholesterol", 386.65m);
    public static Analyte Triglycerides { get; } = new("triglycerides", 885.4m);
    public static Analyte Creatinine { get; } = new("creatinine", 113.12m);
    public static Analyte Urea { get; } = new("urea", 60.056m);
    public static Analyte UreaNitrogen { get; } = new("urea nitrogen", 28.014m);
    public static Analyte Urate { get; } = new("urate", 168.11m);
    public static Analyte Bilirubin { get; } = new("bilirubin", 584.7m);
    public static Analyte Calcium { get; } = new("calcium", 40.078m);
    public static Analyte Magnesium { get; } = new("magnesium", 24.305m);
    public static Analyte Phosphate { get; } = new("phosphate", 30.974m);
    public static Analyte Iron { get; } = new("iron", 55.845m);
    public static Analyte Lactate { get; } = new("lactate", 90.08m);
    public static Analyte VitaminD { get; } = new("25-hydroxyvitamin D", 400.6m);
    public static Analyte VitaminB12 { get; } = new("vitamin B12", 1_355.4m);
    public static Analyte Cortisol { get; } = new("cortisol", 362.5m);
    public static Analyte Testosterone { get; } = new("testosterone", 288.4m);
    public static Analyte Hemoglobin { get; } = new("hemoglobin", 16_114.5m);

    /// <summary>HbA1c, by the master equation between the IFCC's and the NGSP's networks: NGSP % = 0.09148 × IFCC mmol/mol + 2.152.</summary>
    public static Analyte GlycatedHemoglobin { get; } = new("HbA1c", 0);

    private const decimal Slope = 0.091_48m;
    private const decimal Intercept = 2.152m;

    private static readonly FrozenDictionary<string, Analyte> ByLoinc = new (Analyte Analyte, string[] Codes)[]
    {
        (Glucose, ["2339-0", "2345-7", "1558-6", "15074-8", "14749-6", "14771-0", "99504-3", "41653-7"]),
        (Cholesterol, ["2093-3", "14647-2", "2085-9", "14646-4", "2089-1", "13457-7", "18262-6", "22748-8", "39469-2", "43396-1"]),
        (Triglycerides, ["2571-8", "14927-8", "3043-7"]),
        (Creatinine, ["2160-0", "14682-9", "38483-4"]),
        (UreaNitrogen, ["3094-0", "6299-2", "14937-7"]),
        (Urea, ["3091-6", "22664-7"]),
        (Urate, ["3084-1", "14933-6"]),
        (Bilirubin, ["1975-2", "14631-6", "1968-7", "14629-0", "42719-5"]),
        (Calcium, ["17861-6", "2000-8", "49765-1"]),
        (Magnesium, ["19123-9", "2601-3"]),
        (Phosphate, ["2777-1", "14879-1"]),
        (Iron, ["2498-4", "14798-3"]),
        (Hemoglobin, ["718-7", "59260-0"]),
        (GlycatedHemoglobin, ["4548-4", "59261-8", "17856-6", "4549-2"]),
    }.SelectMany(group => group.Codes.Select(code => (code, group.Analyte))).ToFrozenDictionary(pair => pair.code, pair => pair.Analyte);

    /// <summary>What a LOINC code measures; null when it is none of these.</summary>
    public static Analyte? OfLoinc(string code) => ByLoinc.GetValueOrDefault(code);

    /// <summary>A value on the other side; null where there is no way.</summary>
    internal decimal? Cross(decimal value, AnalyteStep step) => (step, MolarMass) switch
    {
        (AnalyteStep.ToMoles, > 0) => value * 10 / MolarMass,
        (AnalyteStep.ToMass, > 0) => value * MolarMass / 10,
        (AnalyteStep.ToIfcc, 0) => (value - Intercept) / Slope,
        (AnalyteStep.ToNgsp, 0) => (value * 10 * Slope) + Intercept,
        _ => null,
    };
}
