using System.Text.Json.Nodes;

namespace Rapport.DemoRecord;

/// <content>The chapters of illness, each with what was found, written and prescribed.</content>
internal sealed partial class MayaRecord
{
    private void AddDiabetes()
    {
        DateOnly found = Visits[1];
        string visit = VisitOn(found);
        string diabetes = _chart.Condition("diabetes", Code.Snomed("44054006", "Diabetes mellitus type 2 (disorder)"), found, null, visit,
            "Found in a check-up, confirmed by a second HbA1c");
        Code obesity = Code.Snomed("162864005", "Body mass index 30+ - obesity (finding)");
        _chart.Condition("obesity", obesity, Visits[0], null, VisitOn(Visits[0]));
        _chart.Prescription("metformin", Code.RxNorm("860975", "24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet"),
            found, null, "Two tablets with the evening meal", visit, "lee", diabetes);

        _record.Add("referral-osei", "ServiceRequest", new JsonObject
        {
            ["status"] = "completed",
            ["intent"] = "order",
            ["code"] = Code.Snomed("306118006", "Referral to endocrinology service (procedure)").Concept(),
            ["subject"] = _chart.Patient(),
            ["encounter"] = _record.To(VisitOn(new(2022, 1, 20))),
            ["authoredOn"] = "2022-01-20",
            ["requester"] = _record.To("lee", People.NameOf("lee")),
            ["performer"] = new JsonArray(_record.To("osei", People.NameOf("osei"))),
            ["reasonReference"] = new JsonArray(_record.To(diabetes)),
        });
        foreach ((DateOnly date, string reason) in new (DateOnly, string)[]
        {
            (new(2022, 3, 3), "HbA1c above target on metformin alone"), (new(2022, 9, 1), "Review after starting empagliflozin"),
            (new(2023, 9, 7), "Yearly review"), (new(2024, 9, 5), "Yearly review"),
        })
        {
            _chart.Visit("endocrinology-" + RecordBuilder.Day(date), date, FollowUp, "osei", "hospital", reason);
        }

        const string First = "endocrinology-2022-03-03";
        _chart.Prescription("empagliflozin", Code.RxNorm("1545653", "empagliflozin 10 MG Oral Tablet"), new(2022, 3, 3), null,
            "One tablet in the morning", First, "osei", diabetes);
        AddLetter("letter-osei", Code.Loinc("11488-4", "Consult note"), "Endocrinology consultation", new(2022, 3, 4), "osei", First,
            """
            Sampletown Hospital (demo), Endocrinology

            Maya Demo, born 23 May 1979. Seen on 3 March 2022.

            Type 2 diabetes for four years, HbA1c above target on metformin. No retinopathy, feet in order, urine albumin a little
            raised last year. Started empagliflozin 10 mg once a day. Please check kidney function and weight in three months.

            Dr Ama Osei
            """);

        foreach (int year in (ReadOnlySpan<int>)[2019, 2021, 2023, 2025])
        {
            _chart.Procedure(Code.Snomed("722161008", "Diabetic retinal eye exam (procedure)"), new(year, 3, 12), null, null, "osei",
                "No retinopathy in either eye");
        }

        foreach (DateOnly date in new DateOnly[] { new(2019, 1, 17), new(2022, 1, 20), new(2025, 1, 16) })
        {
            _chart.Procedure(Code.Snomed("401191002", "Diabetic foot examination (procedure)"), date, null, VisitOn(date), "lee",
                "Sensation and pulses in order");
        }

        _record.Add("goal-sugar", "Goal", new JsonObject
        {
            ["lifecycleStatus"] = "active",
            ["achievementStatus"] = Code.Hl7("goal-achievement", "achieved", "Achieved").Concept(),
            ["description"] = new JsonObject { ["text"] = "HbA1c below 7.0 %" },
            ["subject"] = _chart.Patient(),
            ["startDate"] = "2022-03-03",
            ["target"] = new JsonArray(new JsonObject
            {
                ["measure"] = Measure.HbA1c.Code.Concept(Measure.HbA1c.Name),
                ["detailQuantity"] = new JsonObject
                {
                    ["value"] = 7.0m,
                    ["comparator"] = "<",
                    ["unit"] = "%",
                    ["system"] = "http://unitsofmeasure.org",
                    ["code"] = "%",
                },
                ["dueDate"] = "2023-03-03",
            }),
            ["addresses"] = new JsonArray(_record.To(diabetes)),
        });
        _record.Add("team", "CareTeam", new JsonObject
        {
            ["status"] = "active",
            ["name"] = "Maya's diabetes team",
            ["subject"] = _chart.Patient(),
            ["participant"] = new JsonArray(
                new JsonObject { ["member"] = _record.To("lee", People.NameOf("lee")) },
                new JsonObject { ["member"] = _record.To("osei", People.NameOf("osei")) }),
            ["managingOrganization"] = new JsonArray(_record.To("practice", People.NameOf("practice"))),
        });
        _record.Add("plan-diabetes", "CarePlan", new JsonObject
        {
            ["status"] = "active",
            ["intent"] = "plan",
            ["category"] = new JsonArray(Code.Snomed("698360004", "Diabetes self management plan (record artifact)").Concept()),
            ["title"] = "Living with diabetes",
            ["subject"] = _chart.Patient(),
            ["period"] = Chart.Period(new(2018, 1, 18), null),
            ["author"] = _record.To("lee", People.NameOf("lee")),
            ["careTeam"] = new JsonArray(_record.To("team", "Maya's diabetes team")),
            ["addresses"] = new JsonArray(_record.To(diabetes)),
            ["goal"] = new JsonArray(_record.To("goal-sugar")),
            ["activity"] = new JsonArray(
                Activity("in-progress", "Half an hour of brisk walking on five days a week"),
                Activity("in-progress", "Measure fasting glucose once a month, and when feeling unwell"),
                Activity("completed", "Course: eating with diabetes")),
        });
    }

    private static JsonObject Activity(string status, string description) =>
        new() { ["detail"] = new JsonObject { ["status"] = status, ["description"] = description } };

    private void AddBloodPressureAndLipids()
    {
        string first = VisitOn(Visits[0]);
        string hypertension = _chart.Condition(
            "hypertension", Code.Snomed("59621000", "Essential hypertension (disorder)"), Visits[0], null, first);
        Code lisinopril = Code.RxNorm("314076", "lisinopril 10 MG Oral Tablet");
        _chart.Prescription(
            "lisinopril-10", lisinopril, Visits[0], new(2020, 7, 16), "One tablet in the morning", first, "lee", hypertension);
        _chart.Prescription("lisinopril-20", Code.RxNorm("314077", "lisinopril 20 MG Oral Tablet"), new(2020, 7, 16), null,
            "One tablet in the morning", VisitOn(new(2020, 7, 16)), "lee", hypertension);

        string second = VisitOn(Visits[1]);
        string lipids = _chart.Condition("lipids", Code.Snomed("55822004", "Hyperlipidemia (disorder)"), Visits[1], null, second);
        _chart.Prescription("atorvastatin", Code.RxNorm("617318", "atorvastatin 20 MG Oral Tablet"), Visits[1], null, "One tablet at night",
            second, "lee", lipids);
    }

    private void AddHomeMeasurements()
    {
        _record.Add("meter", "Device", new JsonObject
        {
            ["status"] = "active",
            ["deviceName"] = new JsonArray(new JsonObject { ["name"] = "Maya's glucose meter", ["type"] = "user-friendly-name" }),
            ["type"] = Code.Snomed("337414009", "Blood glucose meter (physical object)").Concept(),
            ["patient"] = _chart.Patient(),
        });
        for (var date = new DateOnly(2024, 1, 3); date < new DateOnly(2025, 10, 1); date = date.AddMonths(1))
        {
            _chart.Lab(Measure.HomeGlucose, date, 122 + (18 * RecordBuilder.Noise("home" + date.DayNumber)), "", "meter");
        }
    }

    private void AddDepression()
    {
        DateOnly began = new(2019, 10, 17);
        DateOnly ended = new(2021, 1, 21);
        string depression = _chart.Condition(
            "depression",
            Code.Snomed("36923009", "Major depression, single episode (disorder)"),
            began,
            ended,
            VisitOn(began),
            null);
        foreach ((DateOnly date, int total) in new (DateOnly, int)[]
        {
            (new(2019, 10, 17), 17), (new(2020, 1, 16), 15), (new(2020, 7, 16), 11), (new(2020, 10, 15), 7), (new(2021, 1, 21), 3),
        })
        {
            _chart.Score(Measure.Phq9, date, total, VisitOn(date));
        }

        _chart.Prescription("sertraline", Code.RxNorm("312941", "sertraline 50 MG Oral Tablet"), new(2020, 1, 16), new(2021, 5, 20),
            "One tablet in the morning", VisitOn(new(2020, 1, 16)), "lee", depression);
        foreach (DateOnly date in new DateOnly[] { new(2020, 2, 4), new(2020, 3, 3), new(2020, 6, 9), new(2020, 9, 8), new(2020, 12, 1) })
        {
            _chart.Visit(
                "counselling-" + RecordBuilder.Day(date), date, FollowUp, "kimura", "counselling", "Psychotherapy session");
        }

        _chart.Procedure(Code.Snomed("75516001", "Psychotherapy (regime/therapy)"), new(2020, 2, 4), new(2020, 12, 1),
            "counselling-2020-02-04", "kimura", "Ended by agreement, goals reached");
        AddLetter("letter-kimura", Code.Loinc("18842-5", "Discharge summary"), "Counselling: closing summary", new(2020, 12, 3), "kimura",
            "counselling-2020-12-01",
            """
            Quiet Room Counselling (demo)

            Maya Demo came to us for twenty-two sessions between February and December 2020.

            She has her sleep and her appetite back, works again, and knows the early signs. We also talked about the years in which
            she drank more than she wanted to; she has not gone back to it. The door stays open.

            Noa Kimura
            """);
    }

    private void AddAlcohol()
    {
        _chart.Condition(
            "alcohol",
            Code.Snomed("15167005", "Alcohol abuse (disorder)"),
            new(2014, 3, 1),
            new(2016, 9, 1),
            VisitOn(Visits[0]),
            "Told by the patient at the first visit");
        _chart.Score(Measure.AuditC, Visits[0], 3, VisitOn(Visits[0]));
        _chart.Score(Measure.AuditC, new(2021, 1, 21), 1, VisitOn(new(2021, 1, 21)));
        _chart.Score(Measure.AuditC, new(2025, 1, 16), 1, VisitOn(new(2025, 1, 16)));
    }

    private void AddSexualHealth()
    {
        DateOnly date = new(2018, 6, 5);
        string visit = _chart.Visit("sexual-health-2018-06-05", date, Symptom, "lee", "practice", "Sexual health check");
        string chlamydia = _chart.Condition("chlamydia", Code.Snomed("240589008", "Chlamydia trachomatis infection (disorder)"), date,
            new(2018, 7, 19), visit, null);
        Code test = Code.Loinc("21613-5", "Chlamydia trachomatis DNA [Presence] in Specimen by NAA with probe detection");
        _chart.Presence("Chlamydia", test, date, true, visit);
        _chart.Presence("Chlamydia", test, new(2018, 7, 19), false, VisitOn(new(2018, 7, 19)));
        _chart.Prescription("azithromycin", Code.RxNorm("248656", "azithromycin 500 MG Oral Tablet"), date, date.AddDays(1),
            "Two tablets at once", visit, "lee", chlamydia);

        Code screening = Code.Loinc("56888-1", "HIV 1+2 Ab+HIV1 p24 Ag [Presence] in Serum or Plasma by Immunoassay");
        _chart.Presence("HIV screening", screening, date, false, visit);
        _chart.Presence("HIV screening", screening, new(2018, 10, 18), false, VisitOn(new(2018, 10, 18)));

        _chart.Procedure(Code.Snomed("65200003", "Insertion of intrauterine contraceptive device"), new(2019, 7, 18), null,
            VisitOn(new(2019, 7, 18)), "lee", null);
    }

    private void AddSmallThings()
    {
        DateOnly cough = new(2018, 11, 27);
        string visit = _chart.Visit("cough-2018-11-27", cough, Symptom, "lee", "practice", "Cough for ten days");
        _chart.Condition("bronchitis", Code.Snomed("10509002", "Acute bronchitis (disorder)"), cough, new(2018, 12, 10), visit);

        DateOnly fall = new(2021, 8, 7);
        visit = _chart.Visit("emergency-2021-08-07", fall, Emergency, "hartwell", "hospital", "Twisted the left ankle on the stairs");
        string sprain = _chart.Condition("sprain", Code.Snomed("44465007", "Sprain of ankle (disorder)"), fall, new(2021, 9, 16), visit);
        _chart.Prescription("ibuprofen", Code.RxNorm("310965", "ibuprofen 200 MG Oral Tablet"), fall, fall.AddDays(7),
            "One or two tablets up to three times a day, with food", visit, "hartwell", sprain);
        Code note = Code.Loinc("34111-5", "Emergency department Note");
        AddLetter("letter-hartwell", note, "Emergency department note", fall, "hartwell", visit,
            """
            Sampletown Hospital (demo), Emergency department

            Maya Demo twisted her left ankle on the stairs today. Swelling over the outer ligament, can stand on it, no fracture by the
            Ottawa rules, so no X-ray. Bandage, ice, ibuprofen for a week. Knows that she is allergic to penicillin.

            Dr Jo Hartwell
            """);

        DateOnly sore = new(2023, 2, 14);
        visit = _chart.Visit("throat-2023-02-14", sore, Problem, "lee", "practice", "Sore throat");
        _chart.Condition("pharyngitis", Code.Snomed("195662009", "Acute viral pharyngitis (disorder)"), sore, new(2023, 2, 24), visit);

        _chart.Procedure(
            Code.Snomed("80146002", "Appendectomy (procedure)"), new(2001, 6, 19), null, null, "hartwell", "Without complications");
        _chart.Lab(Measure.Tsh, new(2019, 10, 17), 1.86, VisitOn(new(2019, 10, 17)));
        Code penicillin = Code.Snomed("91936005", "Allergy to penicillin (finding)");
        Code grass = Code.Snomed("418689008", "Allergy to grass pollen (finding)");
        AddAllergy("penicillin", penicillin, "medication", "high", "1988-02", "Hives after amoxicillin");
        AddAllergy("grass", grass, "environment", "low", "1995", null);
    }

    private void AddAllergy(string key, Code code, string category, string criticality, string onset, string? note)
    {
        var allergy = new JsonObject
        {
            ["clinicalStatus"] = Code.Hl7("allergyintolerance-clinical", "active", "Active").Concept(),
            ["verificationStatus"] = Code.Hl7("allergyintolerance-verification", "confirmed", "Confirmed").Concept(),
            ["type"] = "allergy",
            ["category"] = new JsonArray(category),
            ["criticality"] = criticality,
            ["code"] = code.Concept(),
            ["patient"] = _chart.Patient(),
            ["onsetDateTime"] = onset,
            ["recordedDate"] = RecordBuilder.Day(Visits[0]),
            ["recorder"] = _record.To("lee", People.NameOf("lee")),
        };
        Chart.AddNote(allergy, note);
        _record.Add("allergy-" + key, "AllergyIntolerance", allergy);
    }
}
