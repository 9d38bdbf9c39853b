using System.Text.Json.Nodes;

namespace Rapport.DemoRecord;

/// <summary>A code of a terminology, with the words for it.</summary>
internal sealed record Code(string System, string Value, string Display)
{
    public static Code Loinc(string value, string display) => new("http://loinc.org", value, display);

    public static Code Snomed(string value, string display) => new("http://snomed.info/sct", value, display);

    public static Code RxNorm(string value, string display) => new("http://www.nlm.nih.gov/research/umls/rxnorm", value, display);

    public static Code Cvx(string value, string display) => new("http://hl7.org/fhir/sid/cvx", value, display);

    public static Code Hl7(string system, string value, string display) =>
        new("http://terminology.hl7.org/CodeSystem/" + system, value, display);

    public JsonObject Coding() => new() { ["system"] = System, ["code"] = Value, ["display"] = Display };

    /// <summary>
    /// The concept with <paramref name="text"/> as what people read: by default the display less what SNOMED CT adds in parentheses.
    /// </summary>
    public JsonObject Concept(string? text = null) =>
        new() { ["coding"] = new JsonArray(Coding()), ["text"] = text ?? Display.Split(" (")[0] };
}

/// <summary>A laboratory value or vital sign: its code, unit, decimals and the range that is usual.</summary>
internal sealed record Measure(string Name, Code Code, string Unit, string Ucum, int Decimals, decimal? Low = null, decimal? High = null)
{
    public static readonly Measure HbA1c =
        new("HbA1c", Code.Loinc("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood"), "%", "%", 1, 4.0m, 5.6m);
    public static readonly Measure FastingGlucose =
        new("Fasting glucose", Code.Loinc("1558-6", "Fasting glucose [Mass/volume] in Serum or Plasma"), "mg/dL", "mg/dL", 0, 70, 99);
    public static readonly Measure HomeGlucose =
        new("Glucose at home", Code.Loinc("41653-7", "Glucose [Mass/volume] in Capillary blood by Glucometer"), "mg/dL", "mg/dL", 0);
    public static readonly Measure Cholesterol =
        new("Total cholesterol", Code.Loinc("2093-3", "Cholesterol [Mass/volume] in Serum or Plasma"), "mg/dL", "mg/dL", 0, null, 200);
    public static readonly Measure Triglycerides =
        new("Triglycerides", Code.Loinc("2571-8", "Triglyceride [Mass/volume] in Serum or Plasma"), "mg/dL", "mg/dL", 0, null, 150);
    public static readonly Measure Hdl =
        new("HDL cholesterol", Code.Loinc("2085-9", "Cholesterol in HDL [Mass/volume] in Serum or Plasma"), "mg/dL", "mg/dL", 0, 50, null);
    public static readonly Measure Ldl =
        new(
            "LDL cholesterol",
            Code.Loinc("13457-7", "Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation"),
            "mg/dL",
            "mg/dL",
            0,
            null,
            100);
    public static readonly Measure Creatinine =
        new("Creatinine", Code.Loinc("2160-0", "Creatinine [Mass/volume] in Serum or Plasma"), "mg/dL", "mg/dL", 2, 0.50m, 1.10m);
    public static readonly Measure Gfr = new(
        "eGFR",
        Code.Loinc(
            "62238-1",
            "Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum, Plasma or Blood "
                + "by Creatinine-based formula (CKD-EPI)"),
        "mL/min/1.73 m2",
        "mL/min/{1.73_m2}",
        0,
        60);
    public static readonly Measure Potassium =
        new("Potassium", Code.Loinc("2823-3", "Potassium [Moles/volume] in Serum or Plasma"), "mmol/L", "mmol/L", 1, 3.5m, 5.1m);
    public static readonly Measure UrineAlbumin =
        new("Albumin in urine", Code.Loinc("14959-1", "Microalbumin/Creatinine [Mass Ratio] in Urine"), "mg/g", "mg/g", 0, null, 30);
    public static readonly Measure Tsh =
        new("TSH", Code.Loinc("3016-3", "Thyrotropin [Units/volume] in Serum or Plasma"), "m[IU]/L", "m[IU]/L", 2, 0.40m, 4.00m);

    public static readonly Measure Weight = new("Weight", Code.Loinc("29463-7", "Body weight"), "kg", "kg", 1);
    public static readonly Measure Height = new("Height", Code.Loinc("8302-2", "Body height"), "cm", "cm", 0);
    public static readonly Measure BodyMassIndex =
        new("Body mass index", Code.Loinc("39156-5", "Body mass index (BMI) [Ratio]"), "kg/m2", "kg/m2", 1);
    public static readonly Measure HeartRate = new("Heart rate", Code.Loinc("8867-4", "Heart rate"), "beats/minute", "/min", 0);
    public static readonly Measure Systolic = new("Systolic", Code.Loinc("8480-6", "Systolic blood pressure"), "mmHg", "mm[Hg]", 0);
    public static readonly Measure Diastolic = new("Diastolic", Code.Loinc("8462-4", "Diastolic blood pressure"), "mmHg", "mm[Hg]", 0);

    public static readonly Measure Phq9 =
        new(
            "PHQ-9 score",
            Code.Loinc("44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]"),
            "score",
            "{score}",
            0,
            null,
            4);
    public static readonly Measure AuditC =
        new("AUDIT-C score", Code.Loinc("75626-2", "Total score [AUDIT-C]"), "score", "{score}", 0, null, 2);
}
