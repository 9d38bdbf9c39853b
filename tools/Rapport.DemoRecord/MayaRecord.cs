using System.Text;
using System.Text.Json.Nodes;

namespace Rapport.DemoRecord;

/// <summary>
/// Eight years of an invented life with type 2 diabetes and high blood pressure, told by a practice, a hospital and a counselling
/// service. Some chapters are sensitive, so that there is something that stays home unless a consent names it.
/// </summary>
internal sealed partial class MayaRecord
{
    private const double HeightInMetres = 1.66;

    private static readonly Code CheckUp = Code.Snomed("185349003", "Encounter for check up (procedure)");
    private static readonly Code Symptom = Code.Snomed("185345009", "Encounter for symptom");
    private static readonly Code Problem = Code.Snomed("185347001", "Encounter for problem");
    private static readonly Code FollowUp = Code.Snomed("390906007", "Follow-up encounter");
    private static readonly Code Emergency = Code.Snomed("50849002", "Emergency room admission");

    private static readonly DateOnly[] Visits =
    [
        new(2017, 10, 12), new(2018, 1, 18), new(2018, 4, 19), new(2018, 7, 19), new(2018, 10, 18), new(2019, 1, 17), new(2019, 4, 18),
        new(2019, 7, 18), new(2019, 10, 17), new(2020, 1, 16), new(2020, 7, 16), new(2020, 10, 15), new(2021, 1, 21), new(2021, 5, 20),
        new(2021, 9, 16), new(2022, 1, 20), new(2022, 5, 19), new(2022, 9, 15), new(2023, 1, 19), new(2023, 5, 18), new(2023, 9, 21),
        new(2024, 1, 18), new(2024, 5, 16), new(2024, 9, 19), new(2025, 1, 16), new(2025, 5, 15), new(2025, 9, 18),
    ];

    private readonly RecordBuilder _record = new();
    private readonly Chart _chart;

    private MayaRecord() => _chart = new Chart(_record);

    /// <summary>The record as the text of a FHIR transaction bundle; always the same.</summary>
    public static string Create()
    {
        var maya = new MayaRecord();
        People.Add(maya._record);
        maya.AddVisits();
        maya.AddDiabetes();
        maya.AddBloodPressureAndLipids();
        maya.AddHomeMeasurements();
        maya.AddDepression();
        maya.AddAlcohol();
        maya.AddSexualHealth();
        maya.AddSmallThings();
        maya.AddPrevention();
        maya.AddFamily();
        return maya._record.Write();
    }

    private static string VisitOn(DateOnly date) => "visit-" + RecordBuilder.Day(date);

    private static double Noisy(Trend trend, double spread, string what, DateOnly date) =>
        trend.At(date) + (spread * RecordBuilder.Noise(what + RecordBuilder.Day(date)));

    /// <summary>The visits to the practice: vital signs and sugar each time, the whole panel each January.</summary>
    private void AddVisits()
    {
        var weight = new Trend((new(2017, 10, 12), 92.4), (new(2019, 1, 17), 87.9), (new(2020, 7, 16), 94.1), (new(2022, 1, 20), 91.0),
            (new(2023, 9, 21), 85.2), (new(2025, 9, 18), 82.6));
        var systolic = new Trend((new(2017, 10, 12), 148), (new(2018, 7, 19), 136), (new(2020, 7, 16), 144), (new(2021, 9, 16), 130),
            (new(2025, 9, 18), 126));
        var diastolic = new Trend((new(2017, 10, 12), 94), (new(2018, 7, 19), 86), (new(2020, 7, 16), 90), (new(2021, 9, 16), 82),
            (new(2025, 9, 18), 78));
        var pulse = new Trend((new(2017, 10, 12), 82), (new(2020, 7, 16), 84), (new(2025, 9, 18), 70));
        var sugar = new Trend((new(2018, 1, 18), 8.4), (new(2018, 10, 18), 6.9), (new(2019, 4, 18), 7.0), (new(2020, 7, 16), 7.9),
            (new(2021, 9, 16), 7.4), (new(2022, 5, 19), 7.6), (new(2023, 5, 18), 6.8), (new(2025, 9, 18), 6.5));

        foreach (DateOnly date in Visits)
        {
            string reason = date == Visits[0] ? "New patient, general check-up" : "Check-up";
            string visit = _chart.Visit(VisitOn(date), date, CheckUp, "lee", "practice", reason);
            double kilograms = Noisy(weight, 0.6, "weight", date);
            _chart.BloodPressure(date, Noisy(systolic, 4, "systolic", date), Noisy(diastolic, 3, "diastolic", date), visit);
            _chart.Vital(Measure.HeartRate, date, Noisy(pulse, 4, "pulse", date), visit);
            _chart.Vital(Measure.Weight, date, kilograms, visit);
            _chart.Vital(Measure.BodyMassIndex, date, kilograms / (HeightInMetres * HeightInMetres), visit);
            if (date == Visits[0])
            {
                _chart.Vital(Measure.Height, date, HeightInMetres * 100, visit);
                continue;
            }

            double percent = Noisy(sugar, 0.1, "sugar", date);
            _chart.Lab(Measure.HbA1c, date, percent, visit);
            // The average glucose that the percentage stands for (ADAG study), less what meals add.
            string glucose = _chart.Lab(
                Measure.FastingGlucose, date, (28.7 * percent) - 46.7 - 14 + (6 * RecordBuilder.Noise("glucose" + date.DayNumber)), visit);
            if (date.Month == 1)
            {
                AddYearlyPanel(date, visit, glucose);
            }
        }
    }

    private void AddYearlyPanel(DateOnly date, string visit, string glucose)
    {
        var ldl = new Trend((new(2018, 1, 18), 154), (new(2019, 1, 17), 96), (new(2021, 1, 21), 104), (new(2025, 1, 16), 78));
        var hdl = new Trend((new(2018, 1, 18), 41), (new(2025, 1, 16), 52));
        var triglycerides = new Trend((new(2018, 1, 18), 212), (new(2019, 1, 17), 160), (new(2021, 1, 21), 188), (new(2025, 1, 16), 124));
        var creatinine = new Trend((new(2018, 1, 18), 0.79), (new(2025, 1, 16), 0.88));
        var albumin = new Trend((new(2018, 1, 18), 14), (new(2021, 1, 21), 34), (new(2025, 1, 16), 18));

        double low = Math.Round(Noisy(ldl, 4, "ldl", date));
        double high = Math.Round(Noisy(hdl, 2, "hdl", date));
        double fats = 5 * Math.Round(Noisy(triglycerides, 10, "triglycerides", date) / 5);
        // Friedewald: what the laboratory calls LDL is the rest of the total.
        string[] lipids =
        [
            _chart.Lab(Measure.Cholesterol, date, low + high + (fats / 5), visit),
            _chart.Lab(Measure.Triglycerides, date, fats, visit),
            _chart.Lab(Measure.Hdl, date, high, visit),
            _chart.Lab(Measure.Ldl, date, low, visit),
        ];
        _chart.Report(
            "Lipids",
            Code.Loinc("24331-1", "Lipid 1996 panel - Serum or Plasma"),
            date,
            visit,
            low > 100 ? "LDL above the target for a person with diabetes" : "LDL at target",
            lipids);

        double clearance = Math.Round(Noisy(creatinine, 0.02, "creatinine", date), 2);
        double age = (date.DayNumber - new DateOnly(1979, 5, 23).DayNumber) / 365.25;
        string[] metabolic =
        [
            glucose,
            _chart.Lab(Measure.Creatinine, date, clearance, visit),
            _chart.Lab(Measure.Gfr, date, FiltrationRate(clearance, age), visit),
            _chart.Lab(Measure.Potassium, date, 4.3 + (0.3 * RecordBuilder.Noise("potassium" + date.DayNumber)), visit),
            _chart.Lab(Measure.UrineAlbumin, date, Noisy(albumin, 2, "albumin", date), visit),
        ];
        _chart.Report(
            "Metabolic panel",
            Code.Loinc("24321-2", "Basic metabolic 2000 panel - Serum or Plasma"),
            date,
            visit,
            "Kidney function normal for the age",
            metabolic);
    }

    /// <summary>CKD-EPI 2009 for a woman: mL/min for 1.73 m² of body surface, from creatinine in mg/dL and age in years.</summary>
    private static double FiltrationRate(double creatinine, double age) =>
        144 * Math.Pow(creatinine / 0.7, creatinine <= 0.7 ? -0.329 : -1.209) * Math.Pow(0.993, age);

    private void AddPrevention()
    {
        foreach (DateOnly autumn in Visits.Where(date => date.Month is 9 or 10))
        {
            _chart.Vaccination(Code.Cvx("140", "Influenza, seasonal, injectable, preservative free"), autumn, VisitOn(autumn));
        }

        Code hepatitis = Code.Cvx("43", "Hep B, adult");
        Code covid = Code.Cvx("208", "COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose");
        _chart.Vaccination(Code.Cvx("115", "Tdap"), new(2019, 4, 18), VisitOn(new(2019, 4, 18)));
        _chart.Vaccination(Code.Cvx("33", "pneumococcal polysaccharide PPV23"), new(2018, 4, 19), VisitOn(new(2018, 4, 19)));
        _chart.Vaccination(hepatitis, new(2018, 4, 19), VisitOn(new(2018, 4, 19)), 1);
        _chart.Vaccination(hepatitis, new(2018, 7, 19), VisitOn(new(2018, 7, 19)), 2);
        _chart.Vaccination(hepatitis, new(2018, 10, 18), VisitOn(new(2018, 10, 18)), 3);
        _chart.Vaccination(covid, new(2021, 4, 12), null, 1);
        _chart.Vaccination(covid, new(2021, 5, 20), VisitOn(new(2021, 5, 20)), 2);

        _chart.Smoking(Visits[0], Code.Snomed("77176002", "Smoker"), VisitOn(Visits[0]));
        _chart.Smoking(new(2019, 1, 17), Code.Snomed("8517006", "Ex-smoker"), VisitOn(new(2019, 1, 17)));
        _chart.Smoking(new(2025, 1, 16), Code.Snomed("8517006", "Ex-smoker"), VisitOn(new(2025, 1, 16)));
    }

    private void AddFamily()
    {
        AddRelative("mother", Code.Hl7("v3-RoleCode", "MTH", "mother"), Code.Snomed("44054006", "Diabetes mellitus type 2 (disorder)"), 52);
        AddRelative("father", Code.Hl7("v3-RoleCode", "FTH", "father"), Code.Snomed("22298006", "Myocardial infarction (disorder)"), 58);
    }

    private void AddRelative(string key, Code relationship, Code condition, int age) => _record.Add(
        "family-" + key,
        "FamilyMemberHistory",
        new JsonObject
        {
            ["status"] = "completed",
            ["patient"] = _chart.Patient(),
            ["date"] = RecordBuilder.Day(Visits[0]),
            ["relationship"] = relationship.Concept(),
            ["condition"] = new JsonArray(new JsonObject
            {
                ["code"] = condition.Concept(),
                ["onsetAge"] = new JsonObject
                {
                    ["value"] = age,
                    ["unit"] = "years",
                    ["system"] = "http://unitsofmeasure.org",
                    ["code"] = "a",
                },
            }),
        });

    private void AddLetter(
        string key, Code type, string title, DateOnly date, string author, string visit, string text) => _record.Add(
        key,
        "DocumentReference",
        new JsonObject
        {
            ["status"] = "current",
            ["type"] = type.Concept(),
            ["subject"] = _chart.Patient(),
            ["date"] = RecordBuilder.At(date, 17, 0),
            ["author"] = new JsonArray(_record.To(author, People.NameOf(author))),
            ["description"] = title,
            ["content"] = new JsonArray(new JsonObject
            {
                ["attachment"] = new JsonObject
                {
                    ["contentType"] = "text/plain; charset=utf-8",
                    ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text + "\n")),
                    ["title"] = title,
                    ["creation"] = RecordBuilder.At(date, 17, 0),
                },
            }),
            ["context"] = new JsonObject { ["encounter"] = new JsonArray(_record.To(visit)) },
        });
}
