using System.Globalization;
using System.Text;
using System.Text.Json;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Tables of home devices: what is certain is taken, each row or its line is in the report, and what is in doubt is refused with the columns' names.</summary>
public sealed class CsvTests(SqliteTestDatabase test) : GatheringTest(test)
{
    private const string Cuff = "Date,Time,SYS,DIA,Pulse\n2026-03-01,07:30,120,80,61\n2026-03-02,07:31,121,,62\n2026-03-03,07:29,999,81,x\n,07:00,118,78,60\n2026-03-04,07:00,118\n";

    [Fact]
    public async Task A_cuff_gives_blood_pressures_and_the_rest_is_named_with_its_line()
    {
        var record = await NewRecordAsync();
        var result = await ImportAsync(record, Cuff);
        Assert.Equal((ImportStatus.Taken, "csv"), (result.Status, result.Report!.Format));
        var pressures = (await record.ReadAsync("Observation")).Where(o => Code(o) == "85354-9").ToList();
        Assert.Equal([1, 1, 2], pressures.Select(o => o.GetProperty("component").GetArrayLength()).Order());
        Assert.Contains(pressures, o => o.GetProperty("effectiveDateTime").GetString() == "2026-03-01T07:30:00+00:00");
        Assert.Equal(
            ["line 4: Systolic Implausible", "line 4: pulse NoValue", "line 5: row NoTime", "line 6: row of 3 cells Damaged"],
            result.Report.NotTaken.Select(n => $"{n.Where}: {(n.What == "systolic" ? "Systolic" : n.What)} {n.Why}"));
        Assert.Equal(ImportStatus.NothingNew, (await ImportAsync(record, Cuff)).Status);
        await record.VerifyAsync();
    }

    [Fact]
    public async Task A_pressure_whose_upper_value_is_the_lower_one_is_named()
    {
        var result = await ImportAsync(await NewRecordAsync(), "Date,SYS,DIA,Pulse\n2026-03-01,80,120,61\n");
        Assert.Equal((1, 1), (result.Report!.Taken["Observation"], Assert.Single(result.Report.NotTaken).Count));
    }

    [Theory]
    [InlineData("Fecha;Hora;Peso (kg);Dispositivo\n01.03.2026;07:30;82,10;Báscula", "29463-7", "82.10", "kg", "2026-03-01T07:30:00+00:00")]
    [InlineData("Datum\tGewicht [kg]\n2026-03-01\t82.1", "29463-7", "82.1", "kg", "2026-03-01")]
    [InlineData("timestamp,Weight (lbs)\n2026-03-01T07:30:00-05:00,181", "29463-7", "181", "[lb_av]", "2026-03-01T07:30:00-05:00")]
    [InlineData("Date,Blood Glucose (mmol/L)\n03/14/2026,5.6", "15074-8", "5.6", "mmol/L", "2026-03-14")]
    [InlineData("Date,HbA1c (mmol/mol)\n14/03/2026,48", "59261-8", "48", "mmol/mol", "2026-03-14")]
    [InlineData("Date,INR\n2026-03-14,2.4", "6301-6", "2.4", "{INR}", "2026-03-14")]
    [InlineData("Date,Temperature (°F)\n2026-03-14,98.6", "8310-5", "98.6", "[degF]", "2026-03-14")]
    public async Task Names_units_and_dates_are_understood_and_stay_as_they_are(string table, string loinc, string value, string unit, string when)
    {
        foreach (var encoding in new[] { Encoding.UTF8, Encoding.Latin1, new UnicodeEncoding(false, true) })
        {
            var record = await NewRecordAsync();
            Assert.Equal(ImportStatus.Taken, (await ImportAsync(record, [.. encoding is UnicodeEncoding ? encoding.Preamble : [], .. encoding.GetBytes(table)])).Status);
            var observation = Assert.Single(await record.ReadAsync("Observation"));
            Assert.Equal((loinc, when), (Code(observation), observation.GetProperty("effectiveDateTime").GetString()));
            Assert.Equal((value, unit), (observation.GetProperty("valueQuantity").GetProperty("value").GetRawText(), observation.GetProperty("valueQuantity").GetProperty("code").GetString()));
            await record.VerifyAsync();
        }
    }

    [Theory]
    [InlineData("Date,Weight\n2026-03-01,80", "`Weight` (its unit is not said)")]
    [InlineData("Date,Weight (kg),Mood\n2026-03-01,80,3", "`Mood`")]
    [InlineData("Date,Weight (furlong)\n2026-03-01,80", "unit `furlong`")]
    [InlineData("Date,Weight (kg)\n03/04/2026,80", "the day first or the month first")]
    [InlineData("Weight (kg),Pulse\n80,60", "must say when")]
    [InlineData("Date,Weight (kg),Weight (lb)\n2026-03-01,80,176", "two columns mean `weight`")]
    [InlineData("Date,Dia\n2026-03-01,80", "without a systolic one")]
    [InlineData("Date;CRP (mg/L)\n2026-03-01;150,000", "before thousands")]
    [InlineData("Date\tCRP (mg/L)\n2026-03-01\t1,500\n2026-03-02\t12", "before thousands")]
    [InlineData("Date,CRP (mg/L)\n2026-03-01,\"1,500\"", "before thousands")]
    [InlineData("Date;CRP (mg/L)\n2026-03-01;1,500\n2026-03-02;5,6\n2026-03-03;5.6", "before thousands")]
    public async Task What_is_in_doubt_is_refused_with_what_is_in_doubt(string table, string text)
    {
        var result = await ImportAsync(await NewRecordAsync(), table);
        Assert.Equal(ImportStatus.Refused, result.Status);
        Assert.Contains(text, Assert.Single(result.Issues).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Date;Weight (kg)\n2026-03-01;82,125\n2026-03-02;82,1", "82.125 82.1")]
    [InlineData("Date;Weight (kg)\n2026-03-01;82,125\n2026-03-02;0,750", "82.125 0.750")]
    [InlineData("Date;Triglycerides (mg/dL)\n2026-03-01;1,150\n2026-03-02;98.5", "1150 98.5")]
    [InlineData("Date;Triglycerides (mg/dL)\n2026-03-01;1,150.5\n2026-03-02;1,200", "1150.5 1200")]
    [InlineData("Date;Triglycerides (mg/dL)\n2026-03-01;1.150\n2026-03-02;98,5", "1150 98.5")]
    public async Task What_a_comma_before_three_digits_means_is_told_by_its_column(string table, string values)
    {
        var record = await NewRecordAsync();
        Assert.Equal(ImportStatus.Taken, (await ImportAsync(record, table)).Status);
        var taken = (await record.ReadAsync("Observation")).OrderBy(o => o.GetProperty("effectiveDateTime").GetString()).Select(o => o.GetProperty("valueQuantity").GetProperty("value").GetRawText());
        Assert.Equal(values, string.Join(' ', taken));
    }

    [Theory]
    [InlineData("comma", "1.500")]
    [InlineData("point", "1500")]
    public async Task A_mapping_says_what_a_comma_before_three_digits_means(string mark, string value)
    {
        var record = await NewRecordAsync();
        var weight = new Dictionary<string, CsvColumn> { ["Weight (lb)"] = new("weight", "lb") };
        await ImportAsync(record, "Date;Weight (lb);INR;CRP (mg/L)\n2026-03-01;1,500;2,4;5.125"u8.ToArray(), new CsvMapping { DecimalMark = mark, Columns = weight });
        var taken = (await record.ReadAsync("Observation")).Select(o => o.GetProperty("valueQuantity").GetProperty("value").GetRawText());
        Assert.Equal([value, "2.4", "5.125"], taken.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_mapping_says_it()
    {
        var mapping = CsvMapping.Parse(
            """{"columns":{"Weight":{"as":"weight","unit":"kg"},"Mood":{"as":"ignore"}},"dateOrder":"dmy","utcOffset":"+01:00","device":"Scale"}"""u8, out var mistake);
        Assert.Null(mistake);
        var record = await NewRecordAsync();
        var result = await ImportAsync(record, "Timestamp,Weight,Mood\n03/04/2026 07:30,80.0,3"u8.ToArray(), mapping);
        var observation = Assert.Single(await record.ReadAsync("Observation"));
        Assert.Equal(("2026-04-03T07:30:00+01:00", "Scale"), (observation.GetProperty("effectiveDateTime").GetString(), observation.GetProperty("device").GetProperty("display").GetString()));
        Assert.Equal("column `Mood`", Assert.Single(result.Report!.NotTaken).What);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"columns":{"A":null}}""")]
    [InlineData("""{"columns":{"A":{"as":"shoe"}}}""")]
    [InlineData("""{"columns":{},"dateOrder":"ymd"}""")]
    [InlineData("""{"columns":{},"decimalMark":","}""")]
    [InlineData("""{"columns":{},"utcOffset":"1"}""")]
    [InlineData("""{"columns":{},"timeZone":"Europe/Nowhere"}""")]
    [InlineData("""{"columns":{},"timeZone":"../../etc/passwd"}""")]
    [InlineData("""{"columns":{},"timeZone":"Europe/Madrid","utcOffset":"+01:00"}""")]
    [InlineData("""{"colums":{}}""")]
    public void A_mapping_with_a_mistake_says_which(string json)
    {
        Assert.Null(CsvMapping.Parse(Encoding.UTF8.GetBytes(json), out var mistake));
        Assert.NotNull(mistake);
    }

    [Fact]
    public async Task Many_become_a_series()
    {
        var start = new DateTime(2026, 3, 1);
        var table = "timestamp,Sensor Glucose (mg/dL)\n" + string.Concat(Enumerable.Range(0, 600).Select(i => string.Create(CultureInfo.InvariantCulture, $"{start.AddMinutes(5 * i):yyyy-MM-dd HH:mm},{100 + (i % 40)}\n")));
        var result = await ImportAsync(await NewRecordAsync(), table);
        Assert.Equal(600, result.Report!.Series["interstitial-glucose"]);
    }

    private static string? Code(JsonElement observation) => observation.GetProperty("code").GetProperty("coding")[0].GetProperty("code").GetString();

    private static Task<ImportResult> ImportAsync(TestRecord record, string table) => ImportAsync(record, Encoding.UTF8.GetBytes(table));

    private static Task<ImportResult> ImportAsync(TestRecord record, byte[] table, CsvMapping? mapping = null) =>
        record.ImportAsync(SourceContent.Of("c", table), new ImportOptions { SourceName = "c", CsvMapping = mapping });
}
