using System.Globalization;
using System.Text.Json.Nodes;

namespace Rapport.DemoRecord;

/// <summary>
/// What a clinic writes into one patient's chart, as FHIR resources. Everything refers to the patient under the key <c>patient</c>.
/// </summary>
internal sealed class Chart(RecordBuilder record)
{
    private static readonly Code Laboratory = Code.Hl7("observation-category", "laboratory", "Laboratory");
    private static readonly Code VitalSigns = Code.Hl7("observation-category", "vital-signs", "Vital Signs");
    private static readonly Code Survey = Code.Hl7("observation-category", "survey", "Survey");
    private static readonly Code SocialHistory = Code.Hl7("observation-category", "social-history", "Social History");

    /// <summary>A visit of an hour or less, with the reason for it.</summary>
    public string Visit(
        string key, DateOnly date, Code type, string practitioner, string organization, string reason)
    {
        bool emergency = type.Value == "50849002";
        record.Add(
            key,
            "Encounter",
            new JsonObject
            {
                ["status"] = "finished",
                ["class"] = (emergency
                    ? Code.Hl7("v3-ActCode", "EMER", "emergency")
                    : Code.Hl7("v3-ActCode", "AMB", "ambulatory")).Coding(),
                ["type"] = new JsonArray(type.Concept()),
                ["subject"] = Patient(),
                ["participant"] = new JsonArray(new JsonObject { ["individual"] = record.To(practitioner, People.NameOf(practitioner)) }),
                ["period"] = new JsonObject
                {
                    ["start"] = RecordBuilder.At(date, 9, 30),
                    ["end"] = RecordBuilder.At(date, emergency ? 13 : 9, emergency ? 5 : 55),
                },
                ["reasonCode"] = new JsonArray(new JsonObject { ["text"] = reason }),
                ["serviceProvider"] = record.To(organization, People.NameOf(organization)),
            });
        return key;
    }

    public string Lab(Measure measure, DateOnly date, double value, string visit, string? device = null)
    {
        string key = $"lab-{measure.Code.Value}-{RecordBuilder.Day(date)}";
        JsonObject observation = Observed(Laboratory, measure.Code, date, visit, measure.Name);
        decimal rounded = Rounded(measure, value);
        observation["valueQuantity"] = Quantity(measure, rounded);
        Judge(observation, measure, rounded);
        if (device is not null)
        {
            observation["device"] = record.To(device);
        }

        record.Add(key, "Observation", observation);
        return key;
    }

    public void Vital(Measure measure, DateOnly date, double value, string visit)
    {
        JsonObject observation = Observed(VitalSigns, measure.Code, date, visit, measure.Name);
        observation["valueQuantity"] = Quantity(measure, Rounded(measure, value));
        record.Add($"vital-{measure.Code.Value}-{RecordBuilder.Day(date)}", "Observation", observation);
    }

    public void BloodPressure(DateOnly date, double systolic, double diastolic, string visit)
    {
        JsonObject observation = Observed(
            VitalSigns, Code.Loinc("85354-9", "Blood pressure panel with all children optional"), date, visit, "Blood pressure");
        observation["component"] = new JsonArray(Part(Measure.Systolic, systolic), Part(Measure.Diastolic, diastolic));
        record.Add($"vital-85354-9-{RecordBuilder.Day(date)}", "Observation", observation);
    }

    /// <summary>The total of a questionnaire.</summary>
    public void Score(Measure measure, DateOnly date, int total, string visit)
    {
        JsonObject observation = Observed(Survey, measure.Code, date, visit, measure.Name);
        observation["valueQuantity"] = Quantity(measure, total);
        Judge(observation, measure, total);
        record.Add($"score-{measure.Code.Value}-{RecordBuilder.Day(date)}", "Observation", observation);
    }

    /// <summary>A test that finds something or does not.</summary>
    public void Presence(string name, Code test, DateOnly date, bool found, string visit)
    {
        JsonObject observation = Observed(Laboratory, test, date, visit, name);
        observation["valueCodeableConcept"] =
            (found ? Code.Snomed("10828004", "Positive (qualifier value)") : Code.Snomed("260385009", "Negative (qualifier value)"))
            .Concept(found ? "positive" : "negative");
        observation["interpretation"] = new JsonArray(
            (found
                ? Code.Hl7("v3-ObservationInterpretation", "POS", "Positive")
                : Code.Hl7("v3-ObservationInterpretation", "NEG", "Negative")).Concept());
        record.Add($"presence-{test.Value}-{RecordBuilder.Day(date)}", "Observation", observation);
    }

    public void Smoking(DateOnly date, Code answer, string visit)
    {
        JsonObject observation = Observed(SocialHistory, Code.Loinc("72166-2", "Tobacco smoking status"), date, visit);
        observation["valueCodeableConcept"] = answer.Concept();
        record.Add($"smoking-{RecordBuilder.Day(date)}", "Observation", observation);
    }

    /// <summary>A laboratory's report over observations that are in the chart already.</summary>
    public void Report(string name, Code panel, DateOnly date, string visit, string conclusion, params string[] results)
    {
        record.Add(
            $"report-{panel.Value}-{RecordBuilder.Day(date)}",
            "DiagnosticReport",
            new JsonObject
            {
                ["status"] = "final",
                ["category"] = new JsonArray(Code.Hl7("v2-0074", "LAB", "Laboratory").Concept()),
                ["code"] = panel.Concept(name),
                ["subject"] = Patient(),
                ["encounter"] = record.To(visit),
                ["effectiveDateTime"] = RecordBuilder.At(date, 9, 45),
                ["issued"] = RecordBuilder.At(date.AddDays(1), 16, 20),
                ["performer"] = new JsonArray(record.To("hospital", People.NameOf("hospital"))),
                ["result"] = new JsonArray([.. results.Select(result => record.To(result))]),
                ["conclusion"] = conclusion,
            });
    }

    public string Condition(
        string key, Code code, DateOnly onset, DateOnly? abated, string visit, string? note = null)
    {
        var condition = new JsonObject
        {
            ["clinicalStatus"] = (abated is null
                ? Code.Hl7("condition-clinical", "active", "Active")
                : Code.Hl7("condition-clinical", "resolved", "Resolved")).Concept(),
            ["verificationStatus"] = Code.Hl7("condition-ver-status", "confirmed", "Confirmed").Concept(),
            ["category"] = new JsonArray(Code.Hl7("condition-category", "problem-list-item", "Problem List Item").Concept()),
            ["code"] = code.Concept(),
            ["subject"] = Patient(),
            ["encounter"] = record.To(visit),
            ["onsetDateTime"] = RecordBuilder.Day(onset),
        };
        if (abated is { } end)
        {
            condition["abatementDateTime"] = RecordBuilder.Day(end);
        }

        condition["recordedDate"] = RecordBuilder.Day(onset);
        AddNote(condition, note);
        record.Add(key, "Condition", condition);
        return key;
    }

    public void Prescription(
        string key, Code drug, DateOnly from, DateOnly? until, string dose, string visit, string by, string reason)
    {
        record.Add(
            key,
            "MedicationRequest",
            new JsonObject
            {
                ["status"] = until is null ? "active" : "completed",
                ["intent"] = "order",
                ["medicationCodeableConcept"] = drug.Concept(),
                ["subject"] = Patient(),
                ["encounter"] = record.To(visit),
                ["authoredOn"] = RecordBuilder.Day(from),
                ["requester"] = record.To(by, People.NameOf(by)),
                ["reasonReference"] = new JsonArray(record.To(reason)),
                ["dosageInstruction"] = new JsonArray(new JsonObject { ["text"] = dose }),
                ["dispenseRequest"] = new JsonObject { ["validityPeriod"] = Period(from, until) },
            });
    }

    public void Vaccination(Code vaccine, DateOnly date, string? visit, int? dose = null)
    {
        var immunization = new JsonObject
        {
            ["status"] = "completed",
            ["vaccineCode"] = vaccine.Concept(),
            ["patient"] = Patient(),
        };
        if (visit is not null)
        {
            immunization["encounter"] = record.To(visit);
        }

        immunization["occurrenceDateTime"] = RecordBuilder.Day(date);
        immunization["primarySource"] = true;
        if (dose is { } number)
        {
            immunization["protocolApplied"] = new JsonArray(new JsonObject { ["doseNumberPositiveInt"] = number });
        }

        record.Add($"vaccination-{vaccine.Value}-{RecordBuilder.Day(date)}", "Immunization", immunization);
    }

    public void Procedure(
        Code code, DateOnly from, DateOnly? until, string? visit, string by, string? outcome = null)
    {
        var procedure = new JsonObject
        {
            ["status"] = "completed",
            ["code"] = code.Concept(),
            ["subject"] = Patient(),
        };
        if (visit is not null)
        {
            procedure["encounter"] = record.To(visit);
        }

        if (until is null)
        {
            procedure["performedDateTime"] = RecordBuilder.Day(from);
        }
        else
        {
            procedure["performedPeriod"] = Period(from, until);
        }

        procedure["performer"] = new JsonArray(new JsonObject { ["actor"] = record.To(by, People.NameOf(by)) });
        AddNote(procedure, outcome);
        record.Add($"procedure-{code.Value}-{RecordBuilder.Day(from)}", "Procedure", procedure);
    }

    public JsonObject Patient() => record.To("patient", "Maya Demo");

    public static JsonObject Period(DateOnly from, DateOnly? until)
    {
        var period = new JsonObject { ["start"] = RecordBuilder.Day(from) };
        if (until is { } end)
        {
            period["end"] = RecordBuilder.Day(end);
        }

        return period;
    }

    public static void AddNote(JsonObject resource, string? note)
    {
        if (note is not null)
        {
            resource["note"] = new JsonArray(new JsonObject { ["text"] = note });
        }
    }

    private JsonObject Observed(Code category, Code code, DateOnly date, string visit, string? text = null)
    {
        var observation = new JsonObject
        {
            ["status"] = "final",
            ["category"] = new JsonArray(category.Concept()),
            ["code"] = code.Concept(text),
            ["subject"] = Patient(),
        };
        if (visit.Length > 0)
        {
            observation["encounter"] = record.To(visit);
        }

        observation["effectiveDateTime"] = RecordBuilder.At(date, 9, 40);
        return observation;
    }

    private static JsonObject Part(Measure measure, double value) => new()
    {
        ["code"] = measure.Code.Concept(measure.Name),
        ["valueQuantity"] = Quantity(measure, Rounded(measure, value)),
    };

    private static decimal Rounded(Measure measure, double value) =>
        // Written with all its decimals, as the laboratory does: 7.0 and not 7.
        decimal.Parse(value.ToString("F" + measure.Decimals, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static JsonObject Quantity(Measure measure, decimal value) => new()
    {
        ["value"] = value,
        ["unit"] = measure.Unit,
        ["system"] = "http://unitsofmeasure.org",
        ["code"] = measure.Ucum,
    };

    private static void Judge(JsonObject observation, Measure measure, decimal value)
    {
        if (measure is { Low: null, High: null })
        {
            return;
        }

        Code judgement = value < measure.Low ? Code.Hl7("v3-ObservationInterpretation", "L", "Low")
            : value > measure.High ? Code.Hl7("v3-ObservationInterpretation", "H", "High")
            : Code.Hl7("v3-ObservationInterpretation", "N", "Normal");
        observation["interpretation"] = new JsonArray(judgement.Concept());

        var range = new JsonObject();
        if (measure.Low is { } low)
        {
            range["low"] = Quantity(measure, low);
        }

        if (measure.High is { } high)
        {
            range["high"] = Quantity(measure, high);
        }

        observation["referenceRange"] = new JsonArray(range);
    }
}
