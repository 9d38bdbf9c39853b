using System.Text.Json;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>What becomes of an export of Apple Health.</summary>
public sealed class AppleHealthTests(SqliteTestDatabase test) : GatheringTest(test)
{
    [Fact]
    public async Task A_whole_export_is_taken_with_all_its_files_and_names_what_is_not()
    {
        var record = await NewRecordAsync();
        var result = await record.ImportAsync(SourceContent.Of("export.zip", AppleExports.WholeZip()));
        Assert.Equal((ImportStatus.Taken, "", "apple-health"), (result.Status, TestRecord.Text(result.Issues), result.Report!.Format));
        Assert.Equal(new PersonNamed("Iris Lindqvist", "1971-05-17"), result.About);
        Assert.Empty(result.Report.Lacks);
        Assert.DoesNotContain(result.Report.NotTaken, n => n.Why == NotTakenReason.NotValid);
        Assert.Equal(
            [
                ("ActivitySummary", NotTakenReason.Repeated), ("AllergyIntolerance in FHIR 1.0.2", NotTakenReason.UnknownKind), ("HKQuantityTypeIdentifierBloodPressureDiastolic", NotTakenReason.Repeated),
                ("HKQuantityTypeIdentifierBloodPressureSystolic", NotTakenReason.Repeated), ("HKQuantityTypeIdentifierUnheardOf", NotTakenReason.UnknownKind), ("HeartRateVariabilityMetadataList", NotTakenReason.UnknownKind),
                ("Patient", NotTakenReason.Repeated), ("WorkoutActivity", NotTakenReason.Repeated), ("export_cda.xml", NotTakenReason.Repeated), ("speed on a route", NotTakenReason.SaysNothing),
            ],
            result.Report.NotTaken.Select(n => (n.What, n.Why)).OrderBy(n => n.What, StringComparer.Ordinal));
        Assert.Equal((12L, 1L, 1L, 3L, 2L), (Points("heart-rate"), Points("insulin-bolus"), Points("dietary-water"), Points("altitude"), Points("speed")));
        Assert.Equal((1, 1, 1, 1), (result.Report.Taken["Condition"], result.Report.Taken["Encounter"], result.Report.Taken["Binary"], result.Report.Taken["DocumentReference"]));
        await record.VerifyAsync();
        var again = await record.ImportAsync(SourceContent.Of("export.zip", AppleExports.WholeZip("apple_health_export/Exportieren.xml")));
        Assert.Equal(ImportStatus.NothingNew, again.Status);

        long Points(string metric) => result.Report.Series[metric];
    }

    [Fact]
    public void An_export_with_more_single_entries_than_are_read_is_refused_for_that_and_not_as_damaged()
    {
        var harvest = new Harvest("apple-health", new HarvestLimits { MaxEntries = 3 });
        harvest.ReadPart(new AppleHealthFormat(), SourceContent.Of("export.xml", AppleExports.Bytes(AppleExports.Everything())), Cancel);
        var issue = Assert.Single(harvest.Damages);
        Assert.Equal(("too-long", "the source has more than the 3 entries that are read at once: split it"), (issue.Code, issue.Text));
    }

    [Fact]
    public async Task An_export_that_tells_a_birth_date_and_no_name_is_asked_about_while_the_record_names_nobody()
    {
        var record = await NewRecordAsync();
        var options = new ImportOptions { SourceName = "export.xml", OwnName = "Iris" };
        var content = SourceContent.Of("export.xml", AppleExports.Bytes(AppleExports.Everything()));
        var asked = await Importer.ImportAsync(record.Own, content, options, Cancel);
        Assert.Equal((ImportStatus.IdentityInDoubt, new IdentityDoubt(null, "1971-05-17", null, null)), (asked.Status, asked.Identity));
        Assert.Empty(await record.Own.SourcesAsync(Cancel));
        Assert.Equal(ImportStatus.Taken, (await Importer.ImportAsync(record.Own, content, options with { ConfirmedDoubt = asked.Identity }, Cancel)).Status);
    }

    [Fact]
    public async Task A_single_measurement_keeps_number_and_unit_and_says_what_was_changed()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, AppleExports.Everything());
        var weight = await FindAsync(record, "29463-7");
        Assert.Equal("71.50", Value(weight).GetProperty("value").GetRawText());
        Assert.Equal(("kg", "kg", "2026-01-10T07:00:00+01:00", "Scale"), (Text(Value(weight), "code"), Text(Value(weight), "unit"), Text(weight, "effectiveDateTime"), Text(weight.GetProperty("device"), "display")));
        Assert.Equal(record.Reference, Text(weight.GetProperty("performer")[0], "reference"));
        Assert.Equal("kg/m2", Text(Value(await FindAsync(record, "39156-5")), "code"));
        var fat = await FindAsync(record, "41982-0");
        Assert.Equal(("20.6", "%"), (Value(fat).GetProperty("value").GetRawText(), Text(Value(fat), "code")));
        var local = Data.LocalId.Parse(Text(fat, "id").AsSpan(Data.PatientId.TextLength + 1));
        var provenance = (await record.Own.ProvenanceAsync(local, Cancel))!;
        Assert.Equal("`0.206` of 1 is written as `20.6 %`", Assert.Single(provenance.Converted));
        Assert.StartsWith("<Record type=\"HKQuantityTypeIdentifierBodyFatPercentage\"", provenance.Excerpt, StringComparison.Ordinal);
        Assert.True(provenance.Line > 10);
        Assert.Equal(("98.60", "[degF]"), (Value(await FindAsync(record, "8310-5")).GetProperty("value").GetRawText(), Text(Value(await FindAsync(record, "8310-5")), "code")));
        var glucose = await FindAsync(record, "15074-8");
        Assert.Equal(("mmol/L", "After a meal"), (Text(Value(glucose), "code"), Text(glucose.GetProperty("component")[0].GetProperty("valueCodeableConcept"), "text")));
    }

    [Fact]
    public async Task Dense_measurements_come_in_the_unit_of_their_metric_and_say_so()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, AppleExports.Everything());
        Assert.Equal(804.672, await SumAsync("walking-distance"));
        Assert.Equal(97, await SumAsync("oxygen-saturation", "average"));
        Assert.Equal(99.086, await SumAsync("glucose", "average"));
        Assert.Equal(236.588, await SumAsync("dietary-water"));
        var distance = await FindAsync(record, "walking-distance");
        Assert.Equal("Iris’s Apple Watch (Watch6,2)", Text(distance.GetProperty("device"), "display"));
        var provenance = await record.Own.ProvenanceAsync(Data.LocalId.Parse(Text(distance, "id").AsSpan(Data.PatientId.TextLength + 1)), Cancel);
        Assert.Equal("`mi` became `m`, to a millionth", Assert.Single(provenance!.Converted));

        async Task<double> SumAsync(string metric, string statistic = "sum") => (await FindAsync(record, metric)).GetProperty("component").EnumerateArray()
            .Single(c => Text(c.GetProperty("code").GetProperty("coding")[0], "code") == statistic).GetProperty("valueQuantity").GetProperty("value").GetDouble();
    }

    [Fact]
    public async Task A_blood_pressure_is_one_entry_however_often_its_halves_stand_in_the_export()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, AppleExports.Everything());
        var pressure = await FindAsync(record, "85354-9");
        Assert.Equal(["121", "79"], pressure.GetProperty("component").EnumerateArray().Select(c => c.GetProperty("valueQuantity").GetProperty("value").GetRawText()));
        Assert.Single(await record.ReadAsync("Observation"), o => HasCode(o, "85354-9"));
    }

    [Fact]
    public async Task Half_of_a_blood_pressure_says_that_the_other_half_is_missing()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, [AppleExports.Record("HKQuantityTypeIdentifierBloodPressureDiastolic", "79", "2026-01-10 07:05:00 +0100", "mmHg")]);
        var components = (await FindAsync(record, "85354-9")).GetProperty("component");
        Assert.Equal("unknown", Text(components[0].GetProperty("dataAbsentReason").GetProperty("coding")[0], "code"));
        Assert.Equal("79", components[1].GetProperty("valueQuantity").GetProperty("value").GetRawText());
    }

    [Fact]
    public async Task A_night_is_one_entry_with_its_stages_and_a_nap_is_another()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, AppleExports.Everything());
        var nights = (await record.ReadAsync("Observation")).Where(o => HasCode(o, "93832-4")).OrderBy(o => Text(o.GetProperty("effectivePeriod"), "start")).ToList();
        Assert.Equal([("2026-01-09T22:30:00+01:00", 410m), ("2026-01-10T14:00:00+01:00", 20m)], nights.Select(n => (Text(n.GetProperty("effectivePeriod"), "start"), Value(n).GetProperty("value").GetDecimal())));
        var stages = nights[0].GetProperty("component").EnumerateArray().ToDictionary(c => Text(c.GetProperty("code"), "text"), c => c.GetProperty("valueQuantity").GetProperty("value").GetDecimal());
        Assert.Equal(
            new Dictionary<string, decimal> { ["Time awake"] = 10, ["Deep sleep duration"] = 60, ["Duration in bed"] = 480, ["Light sleep duration"] = 180, ["REM sleep duration"] = 170 }.OrderBy(s => s.Key),
            stages.OrderBy(s => s.Key));
    }

    [Fact]
    public async Task What_is_sensitive_is_marked()
    {
        var record = await NewRecordAsync();
        await record.ImportAsync(SourceContent.Of("export.zip", AppleExports.WholeZip()));
        var flow = await FindAsync(record, "HKCategoryTypeIdentifierMenstrualFlow");
        Assert.Equal("SEX", Label(flow));
        Assert.Equal("Medium", Text(flow.GetProperty("valueCodeableConcept"), "text"));
        Assert.Equal("R", Label(Assert.Single(await record.ReadAsync("Binary"))));
        Assert.Equal("R", Label(Assert.Single(await record.ReadAsync("DocumentReference"))));

        static string Label(JsonElement entry) => Text(entry.GetProperty("meta").GetProperty("security")[0], "code");
    }

    [Fact]
    public async Task A_symptom_and_what_a_watch_noticed_say_how_much()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, AppleExports.Everything());
        var headache = await FindAsync(record, "25064002");
        Assert.Equal(("6736007", "2026-01-09T15:00:00+01:00"), (Text(headache.GetProperty("valueCodeableConcept").GetProperty("coding")[0], "code"), Text(headache.GetProperty("effectivePeriod"), "end")));
        var noticed = await FindAsync(record, "HKCategoryTypeIdentifierHighHeartRateEvent");
        Assert.Equal(120, noticed.GetProperty("component")[0].GetProperty("valueQuantity").GetProperty("value").GetInt32());
        Assert.Equal("278154007", Text((await FindAsync(record, "882-1")).GetProperty("valueCodeableConcept").GetProperty("coding")[0], "code"));
    }

    [Fact]
    public async Task A_workout_has_its_numbers_events_and_way()
    {
        var record = await NewRecordAsync();
        await record.ImportAsync(SourceContent.Of("export.zip", AppleExports.WholeZip()));
        var workout = await FindAsync(record, "73985-4");
        Assert.Equal("Running", Text(workout.GetProperty("valueCodeableConcept"), "text"));
        var components = workout.GetProperty("component").EnumerateArray().ToDictionary(c => Text(c.GetProperty("code"), "text"));
        Assert.Equal("30.5", components["Exercise duration"].GetProperty("valueQuantity").GetProperty("value").GetRawText());
        Assert.Equal("141.5", components["Heart rate, average"].GetProperty("valueQuantity").GetProperty("value").GetRawText());
        Assert.Equal("5.02", components["Distance walking running, total"].GetProperty("valueQuantity").GetProperty("value").GetRawText());
        Assert.Equal("2026-01-10T09:10:00+01:00", Text(components["Pause"], "valueDateTime"));
        Assert.Equal("2026-01-10T09:10:00+01:00", Text(components["Lap"].GetProperty("valuePeriod"), "end"));
        Assert.False(components["Indoors"].GetProperty("valueBoolean").GetBoolean());

        var document = Assert.Single(await record.ReadAsync("DocumentReference"));
        Assert.Equal($"Observation/{Text(workout, "id")}", Text(document.GetProperty("context").GetProperty("related")[0], "reference"));
        var answer = await record.Own.QueryAsync(new RecordQuery.Everything(), Cancel);
        var index = Enumerable.Range(0, answer.Count).Single(i => answer.Entries[i].ResourceType == "Binary");
        Assert.Equal(answer.Entries[index].Reference, Text(document.GetProperty("content")[0].GetProperty("attachment"), "url"));
        await using var packed = new System.IO.Compression.GZipStream(new MemoryStream((await answer.ReadPartsAsync(index, Cancel))[0].ToArray()), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(packed);
        Assert.Equal(AppleExports.Gpx, await reader.ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task An_older_export_has_the_way_inside_the_workout()
    {
        var record = await NewRecordAsync();
        const string at = "2016-11-14 07:25:44 -0700";
        var result = await TakeAsync(record, [$"<Workout workoutActivityType=\"HKWorkoutActivityTypeWalking\" duration=\"5\" durationUnit=\"min\" totalDistance=\"0.5\" totalDistanceUnit=\"mi\" {AppleExports.Watch} startDate=\"{at}\" endDate=\"{at}\"><WorkoutRoute sourceName=\"x\" startDate=\"{at}\" endDate=\"{at}\"><Location date=\"{at}\" latitude=\"0.01\" longitude=\"0.02\" altitude=\"21.2\" speed=\"2.5\"/></WorkoutRoute></Workout>"]);
        Assert.Equal((1L, 1L, 1), (result.Report!.Series["altitude"], result.Report.Series["speed"], result.Report.Taken["Binary"]));
    }

    [Theory]
    [InlineData(".")]
    [InlineData(",")]
    public async Task An_electrocardiogram_is_kept_voltage_for_voltage(string point)
    {
        var record = await NewRecordAsync();
        var zip = Zip.Of(("apple_health_export/export.xml", AppleExports.Xml()), ("apple_health_export/electrocardiograms/ecg_2026-01-09.csv", AppleExports.Ecg(15_360, point)));
        var result = await record.ImportAsync(SourceContent.Of("export.zip", zip));
        Assert.Equal((ImportStatus.Taken, ""), (result.Status, TestRecord.Text(result.Issues)));
        var ecg = await FindAsync(record, "11524-6");
        Assert.Equal(("Sinus Rhythm", "Watch6,2", "2026-01-09T22:12:05+01:00"), (Text(ecg, "valueString"), Text(ecg.GetProperty("device"), "display"), Text(ecg.GetProperty("effectivePeriod"), "start")));
        var wave = ecg.GetProperty("component")[0].GetProperty("valueSampledData");
        Assert.Equal(("1.953125", "uV", 1), (wave.GetProperty("period").GetRawText(), Text(wave.GetProperty("origin"), "code"), wave.GetProperty("dimensions").GetInt32()));
        var voltages = AppleExports.Ecg(15_360).Split('\n').SkipWhile(line => !line.StartsWith("Unit", StringComparison.Ordinal)).Skip(2).Where(line => line.Length > 0);
        Assert.Equal(string.Join(' ', voltages.Select(v => decimal.Parse(v).ToString())), Text(wave, "data"));
        Assert.Equal("Rapid, pounding, or fluttering heartbeat", Text(ecg.GetProperty("component").EnumerateArray().Single(c => Text(c.GetProperty("code"), "text") == "Symptoms"), "valueString"));
    }

    [Fact]
    public async Task An_electrocardiogram_in_another_language_is_understood_by_its_form()
    {
        var record = await NewRecordAsync();
        const string german = "Name,Iris Lindqvist\nGeburtsdatum,17.05.1971\nAufzeichnungsdatum,2026-01-09 22:12:05 +0100\nKlassifizierung,Sinusrhythmus\nSymptome,\nSoftwareversion,2.0\nGerät,\"Watch6,2\"\nMessrate,\"512,844 Hertz\"\n\nAbleitung,Ableitung I\nEinheit,µV\n\n−12,5\n13,25\n";
        var result = await record.ImportAsync(SourceContent.Of("export.zip", Zip.Of(("apple_health_export/Export.xml", AppleExports.Xml()), ("apple_health_export/electrocardiograms/ecg.csv", german))));
        Assert.Equal(ImportStatus.Taken, result.Status);
        var ecg = await FindAsync(record, "11524-6");
        Assert.Equal(("Sinusrhythmus", "-12.5 13.25", "Watch6,2"), (Text(ecg, "valueString"), Text(ecg.GetProperty("component")[0].GetProperty("valueSampledData"), "data"), Text(ecg.GetProperty("device"), "display")));
        Assert.Equal(["clinical-records", "sleep", "workouts"], result.Report!.Lacks);
    }

    [Fact]
    public async Task What_hospitals_gave_is_about_the_patient_and_refers_to_each_other()
    {
        var record = await NewRecordAsync();
        await record.ImportAsync(SourceContent.Of("export.zip", AppleExports.WholeZip()));
        var condition = Assert.Single(await record.ReadAsync("Condition"));
        Assert.Equal(record.Reference, Text(condition.GetProperty("subject"), "reference"));
        Assert.Equal($"Encounter/{Text(Assert.Single(await record.ReadAsync("Encounter")), "id")}", Text(condition.GetProperty("encounter"), "reference"));
    }

    [Fact]
    public async Task An_export_of_somebody_else_is_asked_about()
    {
        var record = await NewRecordAsync();
        await record.TakeAsync(Make.Collection(Make.Patient()));
        var result = await record.ImportAsync(SourceContent.Of("export.xml", AppleExports.Bytes(AppleExports.Everything())));
        Assert.Equal(ImportStatus.IdentityInDoubt, result.Status);
    }

    [Fact]
    public async Task A_later_export_adds_what_is_new_alone()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, AppleExports.Everything());
        var before = await record.ReadAsync();
        var result = await TakeAsync(record, [.. AppleExports.Everything(), AppleExports.Record("HKQuantityTypeIdentifierBodyMass", "71.0", "2026-01-12 07:00:00 +0100", "kg", who: AppleExports.Scale)]);
        Assert.Equal(ImportedAs.Added, Assert.Single(result.Entries, e => e.As != ImportedAs.Unchanged).As);
        Assert.Equal(before.Count + 1, (await record.ReadAsync()).Count);
    }

    [Theory]
    [InlineData("type=\"HKQuantityTypeIdentifierHeartRate\" unit=\"count/min\" startDate=\"yesterday\" value=\"60\"", NotTakenReason.NoTime)]
    [InlineData("type=\"HKQuantityTypeIdentifierHeartRate\" unit=\"count/min\" startDate=\"2026-02-30 07:00:00 +0100\" value=\"60\"", NotTakenReason.NoTime)]
    [InlineData("type=\"HKQuantityTypeIdentifierHeartRate\" unit=\"count/min\" startDate=\"2026-01-10 07:00:00 +0100\" value=\"fast\"", NotTakenReason.NoValue)]
    [InlineData("type=\"HKQuantityTypeIdentifierHeartRate\" unit=\"kg\" startDate=\"2026-01-10 07:00:00 +0100\" value=\"60\"", NotTakenReason.UnknownUnit)]
    [InlineData("type=\"HKQuantityTypeIdentifierHeartRate\" unit=\"count/min\" startDate=\"2026-01-10 07:00:00 +0100\" value=\"6000\"", NotTakenReason.Implausible)]
    [InlineData("type=\"HKQuantityTypeIdentifierOxygenSaturation\" unit=\"%\" startDate=\"2026-01-10 07:00:00 +0100\" value=\"97\"", NotTakenReason.Implausible)]
    [InlineData("type=\"HKQuantityTypeIdentifierBodyMass\" unit=\"kg\" startDate=\"2026-01-10 07:00:00 +0100\" value=\"-3\"", NotTakenReason.Implausible)]
    [InlineData("type=\"HKQuantityTypeIdentifierBodyMass\" unit=\"pood\" startDate=\"2026-01-10 07:00:00 +0100\" value=\"5\"", NotTakenReason.UnknownUnit)]
    [InlineData("type=\"HKCategoryTypeIdentifierSleepAnalysis\" startDate=\"2026-01-10 07:00:00 +0100\" endDate=\"2026-01-10 06:00:00 +0100\" value=\"HKCategoryValueSleepAnalysisAwake\"", NotTakenReason.Implausible)]
    [InlineData("type=\"HKCategoryTypeIdentifierSleepAnalysis\" startDate=\"2026-01-10 07:00:00 +0100\" endDate=\"2026-01-10 08:00:00 +0100\" value=\"HKCategoryValueSleepAnalysisDreaming\"", NotTakenReason.UnknownKind)]
    [InlineData("unit=\"kg\" startDate=\"2026-01-10 07:00:00 +0100\" value=\"5\"", NotTakenReason.NoMeaning)]
    public async Task What_cannot_be_taken_is_named_with_its_reason(string attributes, NotTakenReason why)
    {
        var record = await NewRecordAsync();
        var result = await TakeAsync(record, [$"<Record {attributes}/>"]);
        Assert.Equal((why, 1), (Assert.Single(result.Report!.NotTaken).Why, result.Report.NotTaken[0].Count));
        Assert.StartsWith("line ", result.Report.NotTaken[0].Where, StringComparison.Ordinal);
    }

    private static async Task<ImportResult> TakeAsync(TestRecord record, IEnumerable<string> elements)
    {
        var result = await record.ImportAsync(SourceContent.Of("export.xml", AppleExports.Bytes(elements)));
        Assert.Equal((ImportStatus.Taken, ""), (result.Status, TestRecord.Text(result.Issues)));
        Assert.DoesNotContain(result.Report!.NotTaken, n => n.Why == NotTakenReason.NotValid);
        return result;
    }

    private static async Task<JsonElement> FindAsync(TestRecord record, string code) => (await record.ReadAsync("Observation")).Single(o => HasCode(o, code));

    private static bool HasCode(JsonElement observation, string code) =>
        observation.GetProperty("code").TryGetProperty("coding", out var codings) && codings.EnumerateArray().Any(c => Text(c, "code") == code);

    private static JsonElement Value(JsonElement observation) => observation.GetProperty("valueQuantity");

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;
}
