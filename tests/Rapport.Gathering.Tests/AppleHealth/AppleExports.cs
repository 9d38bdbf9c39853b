using System.Globalization;
using System.Text;

namespace Rapport.Gathering.Tests;

/// <summary>Exports of an invented person, in the form that phones write them.</summary>
internal static class AppleExports
{
    /// <summary>The way Apple's document type stands inside the file, in short.</summary>
    public const string Head = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE HealthData [
        <!-- HealthKit Export Version: 14 -->
        <!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord|Audiogram|VisionPrescription)*)>
        <!ATTLIST HealthData
          locale CDATA #REQUIRED
        >
        <!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
        <!ATTLIST Record
          type          CDATA #REQUIRED
          unit          CDATA #IMPLIED
        >
        ]>

        """;

    public const string Watch =
        "sourceName=\"Iris’s Apple Watch\" sourceVersion=\"10.1\" device=\"&lt;&lt;HKDevice: 0x283a1b2c0&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:10.1&gt;\" creationDate=\"2026-01-11 08:00:00 +0100\"";

    public const string Scale = "sourceName=\"Scale\" sourceVersion=\"2\" creationDate=\"2026-01-11 08:00:00 +0100\"";

    public const string Me = """
        <Me HKCharacteristicTypeIdentifierDateOfBirth="1971-05-17" HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale" HKCharacteristicTypeIdentifierBloodType="HKBloodTypeABNegative" HKCharacteristicTypeIdentifierFitzpatrickSkinType="HKFitzpatrickSkinTypeNotSet" HKCharacteristicTypeIdentifierCardioFitnessMedicationsUse="None"/>

        """;

    public const string Gpx = """
        <?xml version="1.0" encoding="UTF-8"?>
        <gpx version="1.1" creator="Apple Health Export" xmlns="http://www.topografix.com/GPX/1/1">
          <trk><name>Route 2026-01-10 9:00am</name><trkseg>
            <trkpt lon="0.0010" lat="0.0020"><ele>12.25</ele><time>2026-01-10T08:00:01Z</time><extensions><speed>2.5</speed><course>206.2</course></extensions></trkpt>
            <trkpt lon="0.0011" lat="0.0021"><ele>12.50</ele><time>2026-01-10T08:00:02Z</time><extensions><speed>2.75</speed></extensions></trkpt>
            <trkpt lon="0.0012" lat="0.0022"><ele>13</ele><time>2026-01-10T08:00:03Z</time><extensions><speed>-1</speed></extensions></trkpt>
          </trkseg></trk>
        </gpx>
        """;

    /// <summary>One record.</summary>
    public static string Record(string type, string value, string start, string? unit = null, string? end = null, string? who = null, string inside = "") =>
        $"<Record type=\"{type}\" {who ?? Watch} {(unit is null ? "" : $"unit=\"{unit}\" ")}startDate=\"{start}\" endDate=\"{end ?? start}\" value=\"{value}\"{(inside.Length == 0 ? "/>" : $">{inside}</Record>")}\n";

    public static string Metadata(string key, string value) => $"<MetadataEntry key=\"{key}\" value=\"{value}\"/>";

    /// <summary>An export of these elements.</summary>
    public static string Xml(params IEnumerable<string> elements) =>
        Head + "<HealthData locale=\"en_US\">\n<ExportDate value=\"2026-01-11 09:00:00 +0100\"/>\n" + Me + string.Concat(elements) + "</HealthData>\n";

    public static byte[] Bytes(params IEnumerable<string> elements) => Encoding.UTF8.GetBytes(Xml(elements));

    /// <summary>A minute of pulse, some of everything else.</summary>
    public static IEnumerable<string> Everything()
    {
        for (var i = 0; i < 12; i++)
        {
            yield return Record("HKQuantityTypeIdentifierHeartRate", $"{60 + i}", $"2026-01-10 09:00:{i * 5:00} +0100", "count/min", inside: Metadata("HKMetadataKeyHeartRateMotionContext", "1"));
        }

        yield return Record("HKQuantityTypeIdentifierStepCount", "120", "2026-01-10 09:00:00 +0100", "count", "2026-01-10 09:05:00 +0100");
        yield return Record("HKQuantityTypeIdentifierDistanceWalkingRunning", "0.5", "2026-01-10 09:00:00 +0100", "mi", "2026-01-10 09:05:00 +0100");
        yield return Record("HKQuantityTypeIdentifierOxygenSaturation", "0.97", "2026-01-10 03:00:00 +0100", "%");
        yield return Record("HKQuantityTypeIdentifierHeartRateVariabilitySDNN", "41.25", "2026-01-10 03:00:00 +0100", "ms", inside: "<HeartRateVariabilityMetadataList><InstantaneousBeatsPerMinute bpm=\"61\" time=\"3:00:01,10 AM\"/></HeartRateVariabilityMetadataList>");
        yield return Record("HKQuantityTypeIdentifierBodyMass", "71.50", "2026-01-10 07:00:00 +0100", "kg", who: Scale, inside: Metadata("HKWasUserEntered", "1"));
        yield return Record("HKQuantityTypeIdentifierBodyMassIndex", "24.1", "2026-01-10 07:00:00 +0100", "count", who: Scale);
        yield return Record("HKQuantityTypeIdentifierBodyFatPercentage", "0.206", "2026-01-10 07:00:00 +0100", "%", who: Scale);
        yield return Record("HKQuantityTypeIdentifierBodyTemperature", "98.60", "2026-01-10 07:00:00 +0100", "degF");
        yield return Record("HKQuantityTypeIdentifierBloodGlucose", "5.5", "2026-01-10 07:30:00 +0100", "mmol&lt;180.1558800000541&gt;/L");
        yield return Record("HKQuantityTypeIdentifierBloodGlucose", "6.1", "2026-01-10 08:30:00 +0100", "mmol&lt;180.1558800000541&gt;/L", inside: Metadata("HKBloodGlucoseMealTime", "2"));
        yield return Record("HKQuantityTypeIdentifierInsulinDelivery", "1.5", "2026-01-10 08:00:00 +0100", "IU", inside: Metadata("HKInsulinDeliveryReason", "2"));
        yield return Record("HKQuantityTypeIdentifierDietaryWater", "8", "2026-01-10 08:00:00 +0100", "fl_oz_us");
        yield return Record("HKQuantityTypeIdentifierBloodPressureSystolic", "121", "2026-01-10 07:05:00 +0100", "mmHg", who: Scale);
        yield return Record("HKQuantityTypeIdentifierBloodPressureDiastolic", "79", "2026-01-10 07:05:00 +0100", "mmHg", who: Scale);
        yield return Record("HKQuantityTypeIdentifierUnheardOf", "1", "2026-01-10 07:05:00 +0100", "count");
        yield return Record("HKCategoryTypeIdentifierAppleStandHour", "HKCategoryValueAppleStandHourStood", "2026-01-10 09:00:00 +0100", end: "2026-01-10 10:00:00 +0100");
        yield return Record("HKCategoryTypeIdentifierMindfulSession", "HKCategoryValueNotApplicable", "2026-01-10 20:00:00 +0100", end: "2026-01-10 20:05:00 +0100");
        yield return Record("HKCategoryTypeIdentifierMenstrualFlow", "HKCategoryValueMenstrualFlowMedium", "2026-01-09 12:00:00 +0100", inside: Metadata("HKMenstrualCycleStart", "1"));
        yield return Record("HKCategoryTypeIdentifierHeadache", "HKCategoryValueSeverityModerate", "2026-01-09 12:00:00 +0100", end: "2026-01-09 15:00:00 +0100");
        yield return Record("HKCategoryTypeIdentifierHighHeartRateEvent", "HKCategoryValueNotApplicable", "2026-01-09 22:00:00 +0100", end: "2026-01-09 22:10:00 +0100", inside: Metadata("HKHeartRateEventThreshold", "120 count/min"));
        yield return Sleep("InBed", "2026-01-09 22:30:00 +0100", "2026-01-10 06:30:00 +0100");
        yield return Sleep("AsleepCore", "2026-01-09 23:00:00 +0100", "2026-01-10 02:00:00 +0100");
        yield return Sleep("AsleepDeep", "2026-01-10 02:00:00 +0100", "2026-01-10 03:00:00 +0100");
        yield return Sleep("Awake", "2026-01-10 03:00:00 +0100", "2026-01-10 03:10:00 +0100");
        yield return Sleep("AsleepREM", "2026-01-10 03:10:00 +0100", "2026-01-10 06:00:00 +0100");
        yield return Sleep("AsleepUnspecified", "2026-01-10 14:00:00 +0100", "2026-01-10 14:20:00 +0100");
        yield return BloodPressure;
        yield return Workout;
        yield return "<Audiogram type=\"HKDataTypeIdentifierAudiogram\" sourceName=\"Hearing\" startDate=\"2026-01-05 10:00:00 +0100\" endDate=\"2026-01-05 10:00:00 +0100\"><SensitivityPoint frequencyValue=\"1000\" frequencyUnit=\"Hz\" leftEarValue=\"15\" leftEarUnit=\"dBHL\" rightEarValue=\"20\" rightEarUnit=\"dBHL\"/></Audiogram>\n";
        yield return "<ActivitySummary dateComponents=\"2026-01-10\" activeEnergyBurned=\"590.2\" activeEnergyBurnedGoal=\"630\" activeEnergyBurnedUnit=\"kcal\" appleExerciseTime=\"68\"/>\n";
    }

    public const string BloodPressure =
        "<Correlation type=\"HKCorrelationTypeIdentifierBloodPressure\" " + Scale + " startDate=\"2026-01-10 07:05:00 +0100\" endDate=\"2026-01-10 07:05:00 +0100\">"
        + "<Record type=\"HKQuantityTypeIdentifierBloodPressureSystolic\" " + Scale + " unit=\"mmHg\" startDate=\"2026-01-10 07:05:00 +0100\" endDate=\"2026-01-10 07:05:00 +0100\" value=\"121\"/>"
        + "<Record type=\"HKQuantityTypeIdentifierBloodPressureDiastolic\" " + Scale + " unit=\"mmHg\" startDate=\"2026-01-10 07:05:00 +0100\" endDate=\"2026-01-10 07:05:00 +0100\" value=\"79\"/></Correlation>\n";

    public const string Workout =
        "<Workout workoutActivityType=\"HKWorkoutActivityTypeRunning\" duration=\"30.5\" durationUnit=\"min\" " + Watch + " startDate=\"2026-01-10 09:00:00 +0100\" endDate=\"2026-01-10 09:31:00 +0100\">"
        + "<MetadataEntry key=\"HKIndoorWorkout\" value=\"0\"/><MetadataEntry key=\"HKElevationAscended\" value=\"1234 cm\"/>"
        + "<WorkoutEvent type=\"HKWorkoutEventTypePause\" date=\"2026-01-10 09:10:00 +0100\"/><WorkoutEvent type=\"HKWorkoutEventTypeLap\" date=\"2026-01-10 09:00:00 +0100\" duration=\"10\" durationUnit=\"min\"/>"
        + "<WorkoutStatistics type=\"HKQuantityTypeIdentifierHeartRate\" startDate=\"2026-01-10 09:00:00 +0100\" endDate=\"2026-01-10 09:31:00 +0100\" average=\"141.5\" minimum=\"88\" maximum=\"171\" unit=\"count/min\"/>"
        + "<WorkoutStatistics type=\"HKQuantityTypeIdentifierDistanceWalkingRunning\" startDate=\"2026-01-10 09:00:00 +0100\" endDate=\"2026-01-10 09:31:00 +0100\" sum=\"5.02\" unit=\"km\"/>"
        + "<WorkoutActivity uuid=\"1\" startDate=\"2026-01-10 09:00:00 +0100\" endDate=\"2026-01-10 09:31:00 +0100\"/>"
        + "<WorkoutRoute sourceName=\"Watch\" startDate=\"2026-01-10 09:00:00 +0100\" endDate=\"2026-01-10 09:31:00 +0100\"><FileReference path=\"/workout-routes/route_2026-01-10_9.00am.gpx\"/></WorkoutRoute></Workout>\n";

    public static string Sleep(string stage, string start, string end, string? who = null) =>
        Record("HKCategoryTypeIdentifierSleepAnalysis", $"HKCategoryValueSleepAnalysis{stage}", start, end: end, who: who);

    /// <summary>An electrocardiogram of some seconds.</summary>
    public static string Ecg(int samples = 1_024, string point = ".")
    {
        var text = new StringBuilder("Name,Iris Lindqvist\nDate of Birth,\"May 17, 1971\"\nRecorded Date,2026-01-09 22:12:05 +0100\nClassification,Sinus Rhythm\nSymptoms,\"Rapid, pounding, or fluttering heartbeat\"\nSoftware Version,2.0\nDevice,\"Watch6,2\"\nSample Rate,512 hertz\n\nLead,Lead I\nUnit,µV\n\n");
        for (var i = 0; i < samples; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(int)(300 * Math.Sin(i / 40.0))}{point}{i % 1000:000}\n");
        }

        return text.ToString();
    }

    public static string ClinicalRecord(string type, string id, string version = "4.0.1", string received = "2026-01-02 05:01:22 +0100") =>
        $"<ClinicalRecord type=\"{type}\" identifier=\"{id}\" sourceName=\"North Hospital\" sourceURL=\"https://north.example/api/FHIR/R4/{type}/{id}\" fhirVersion=\"{version}\" receivedDate=\"{received}\" resourceFilePath=\"/clinical-records/{type}-{id}.json\"/>\n";

    /// <summary>An export with all kinds of files.</summary>
    public static byte[] WholeZip(string xmlName = "apple_health_export/export.xml") => Zip.Of(
        (xmlName, Xml([.. Everything(), ClinicalRecord("Condition", "c1"), ClinicalRecord("Encounter", "e1"), ClinicalRecord("Patient", "p9"), ClinicalRecord("AllergyIntolerance", "a1", "1.0.2")])),
        ("apple_health_export/export_cda.xml", "<?xml version=\"1.0\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\"/>"),
        ("apple_health_export/workout-routes/route_2026-01-10_9.00am.gpx", Gpx),
        ("apple_health_export/electrocardiograms/ecg_2026-01-09.csv", Ecg()),
        ("apple_health_export/clinical-records/Condition-c1.json", """{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p9"},"encounter":{"reference":"Encounter/e1"},"code":{"text":"Asthma"}}"""),
        ("apple_health_export/clinical-records/Encounter-e1.json", """{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},"subject":{"reference":"https://north.example/api/FHIR/R4/Patient/p9"}}"""),
        ("apple_health_export/clinical-records/Patient-p9.json", """{"resourceType":"Patient","id":"p9","name":[{"family":"Lindqvist","given":["Iris"]}],"birthDate":"1971-05-17"}"""),
        ("apple_health_export/clinical-records/AllergyIntolerance-a1.json", """{"resourceType":"AllergyIntolerance","id":"a1","substance":{"text":"Peanut"}}"""));
}
