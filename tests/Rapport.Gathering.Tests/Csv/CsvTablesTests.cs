using System.Text;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Asking what the columns of a table mean: what is guessed, what is wrong with an answer, how it would be read, and that it is then read so.</summary>
public sealed class CsvTablesTests(SqliteTestDatabase test) : GatheringTest(test)
{
    // Plainly invented, in the shapes in which home devices and laboratories write.
    private const string Meter = "Gerät;GlucoTest Muster\nSeriennummer;0000-0000\n\nDatum;Uhrzeit;Messwert;Einheit;Bemerkung\n12.03.2026;08:10;5,6;mmol/L;nüchtern\n12.03.2026;20:05;7,1;mmol/L;\n13.03.2026;08:02;101;mg/dL;\n";
    private const string Cuff = "Messzeit\tOberer Blutdruck\tSYS\tDIA\tPuls\n03-04-2026 07:30\t1\t128\t82\t61\n04-04-2026 07:31\t1\t127\t81\t62\n";
    private const string Scale = "Fecha,Hora,Peso,Grasa corporal,Comentario\n01/02/2026,07:15,\"82,1\",\"24,5\",después de correr\n02/02/2026,07:20,\"81,9\",\"24,4\",\n";
    private const string Laboratory = "Fecha;Prueba;Resultado;Unidad;Valores de referencia\n2026-03-01;Colesterol;5,2;mmol/L;< 5,0\n2026-03-01;Proteína X;<0,5;mg/L;\n2026-03-01;Grupo sanguíneo;A positivo;;\n";

    [Theory]
    [InlineData(Meter, "Datum=date Uhrzeit=time Messwert=ignore Einheit=ignore Bemerkung=note", null)]
    [InlineData(Cuff, "Messzeit=when Oberer Blutdruck=ignore SYS=systolic/mm[Hg] DIA=diastolic/mm[Hg] Puls=pulse//min", null)]
    [InlineData(Scale, "Fecha=date Hora=time Peso=weight/kg Grasa corporal=body-fat/% Comentario=note", null)]
    [InlineData(Laboratory, "Fecha=date Prueba=test Resultado=result Unidad=unit Valores de referencia=range", null)]
    [InlineData("Time stamp,Blood glucose value,Unit\n14/03/2026 08:10,101,mg/dL\n", "Time stamp=when Blood glucose value=glucose/mg/dL Unit=unit", "dmy")]
    [InlineData("Day,Body temp\n2026-03-14,98.4\n", "Day=date Body temp=temperature/[degF]", null)]
    [InlineData("When,Air temperature (°C),Battery temp\n2026-03-14 08:00,24.5,37\n", "When=when Air temperature (°C)=ignore Battery temp=ignore", null)]
    [InlineData("When,Temperature\n2026-03-14 08:00,24.5\n", "When=when Temperature=ignore", null)]
    [InlineData("When,Temperature\n2026-03-14 08:00,36.8\n", "When=when Temperature=temperature/Cel", null)]
    [InlineData("Day,Glucose (mg/dL)\n2026-03-14,5.6\n", "Day=date Glucose (mg/dL)=ignore", null)]
    [InlineData("Day,Target weight\n2026-03-14,80\n", "Day=date Target weight=ignore", null)]
    [InlineData("Day,Weight\n2026-03-14,120\n", "Day=date Weight=weight", null)]
    [InlineData("When,Value,Value\n2026-03-14 08:00,1,2\n", "When=when Value=ignore Value (2)=ignore", null)]
    public void What_columns_may_be_is_guessed(string table, string guesses, string? order)
    {
        var question = CsvTables.Ask(Content(table))!;
        Assert.Equal(guesses, string.Join(' ', question.Columns.Select(column => $"{column.Name}={column.Guess.As}{(column.Guess.Unit is { } unit ? $"/{unit}" : "")}")));
        Assert.Equal(order, question.DateOrder);
    }

    [Fact]
    public async Task A_meter_with_lines_above_its_table_and_a_column_of_units_is_read_as_each_row_says()
    {
        var mapping = Mapping("Datum=date Uhrzeit=time Messwert=glucose/mmol/L Einheit=unit Bemerkung=note") with { TimeZone = "Europe/Berlin" };
        var trial = CsvTables.Try(Content(Meter), mapping)!;
        Assert.Equal((3, 0, 0), (trial.Read, trial.Unread.Count, trial.Odd.Count));
        Assert.Equal(["5,6 mmol/L nüchtern", "7,1 mmol/L ", "101 mg/dL "], trial.Rows.Select(row => $"{row.Values[0].Written} {row.Values[0].Unit} {row.Note}"));

        var record = await NewRecordAsync();
        var result = await TakeAsync(record, Meter, mapping);
        Assert.Equal(ImportStatus.Taken, result.Status);
        var observations = (await record.ReadAsync("Observation")).OrderBy(o => o.GetProperty("effectiveDateTime").GetString()).ToList();
        Assert.Equal(["15074-8", "15074-8", "2339-0"], observations.Select(o => o.GetProperty("code").GetProperty("coding")[0].GetProperty("code").GetString()));
        Assert.Equal("2026-03-12T08:10:00+01:00", observations[0].GetProperty("effectiveDateTime").GetString());
        Assert.Equal("nüchtern", observations[0].GetProperty("note")[0].GetProperty("text").GetString());
        Assert.Equal(2, Assert.Single(result.Report!.NotTaken).Count);
        await record.VerifyAsync();
    }

    [Fact]
    public async Task A_clock_that_was_put_forward_is_that_of_its_place()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, Cuff, Mapping("Messzeit=when Oberer_Blutdruck=ignore") with { TimeZone = "Europe/Berlin", DateOrder = "dmy" });
        Assert.Contains((await record.ReadAsync("Observation")).Select(o => o.GetProperty("effectiveDateTime").GetString()), at => at == "2026-04-03T07:30:00+02:00");
        await record.VerifyAsync();
    }

    [Fact]
    public async Task Results_of_a_laboratory_have_a_code_where_the_name_and_the_unit_leave_no_doubt()
    {
        var record = await NewRecordAsync();
        var result = await TakeAsync(record, Laboratory, Mapping("Fecha=date Prueba=test Resultado=result Unidad=unit Valores_de_referencia=range"));
        Assert.Equal(ImportStatus.Taken, result.Status);
        var observations = (await record.ReadAsync("Observation")).ToDictionary(o => o.GetProperty("code").GetProperty("text").GetString()!);
        Assert.Equal("14647-2", observations["Colesterol"].GetProperty("code").GetProperty("coding")[0].GetProperty("code").GetString());
        Assert.Equal(("5.2", "mmol/L"), (observations["Colesterol"].GetProperty("valueQuantity").GetProperty("value").GetRawText(), observations["Colesterol"].GetProperty("valueQuantity").GetProperty("code").GetString()));
        Assert.Equal("< 5,0", observations["Colesterol"].GetProperty("referenceRange")[0].GetProperty("text").GetString());
        Assert.False(observations["Proteína X"].GetProperty("code").TryGetProperty("coding", out _));
        Assert.Equal("<", observations["Proteína X"].GetProperty("valueQuantity").GetProperty("comparator").GetString());
        Assert.Equal("A positivo", observations["Grupo sanguíneo"].GetProperty("valueString").GetString());
        await record.VerifyAsync();
    }

    [Theory]
    [InlineData("Fecha=date Hora=time Peso=weight", CsvFaultKind.MissingUnit, "Peso")]
    [InlineData("Fecha=date Hora=time Peso=weight/mmol/L", CsvFaultKind.WrongUnit, "Peso")]
    [InlineData("Fecha=date Hora=time Peso=body-fat/%", CsvFaultKind.Twice, "Grasa corporal")]
    [InlineData("Fecha=ignore Hora=time Peso=weight/kg", CsvFaultKind.When, null)]
    [InlineData("Fecha=date Hora=when Peso=weight/kg", CsvFaultKind.When, null)]
    [InlineData("Fecha=date Hora=time Peso=diastolic", CsvFaultKind.LowerAlone, "Peso")]
    [InlineData("Fecha=date Hora=time Peso=result", CsvFaultKind.HalfResult, "Peso")]
    [InlineData("Fecha=date Hora=time Peso=weight/kg Comentario=unit", CsvFaultKind.UnitOfWhich, "Comentario")]
    [InlineData("Fecha=date Hora=time Peso=ignore Grasa_corporal=ignore", CsvFaultKind.NothingMeasured, null)]
    [InlineData("Fecha=date Hora=time Peso=weight/kg", CsvFaultKind.DateOrder, "Fecha")]
    public void What_is_wrong_with_an_answer_is_told_of_its_column(string answer, CsvFaultKind kind, string? column)
    {
        var mapping = Mapping(answer);
        var whole = mapping with { Columns = mapping.Columns.Concat([KeyValuePair.Create("Comentario", new CsvColumn("note"))]).DistinctBy(c => c.Key).ToDictionary() };
        Assert.Contains((kind, column), CsvTables.Try(Content(Scale), whole)!.Faults.Select(fault => (fault.Kind, fault.Column)));
    }

    [Theory]
    [InlineData("<150,000", true)]
    [InlineData("<150,000\n2026-03-01;Colesterol;5,2", false)]
    public void A_comma_in_a_result_that_may_part_thousands_is_asked_about(string result, bool isAsked)
    {
        var trial = CsvTables.Try(Content($"Fecha;Prueba;Resultado\n2026-03-01;Plaquetas;{result}\n"), Mapping("Fecha=date Prueba=test Resultado=result"))!;
        Assert.Equal(isAsked ? [(CsvFaultKind.DecimalMark, "Resultado")] : [], trial.Faults.Select(fault => (fault.Kind, fault.Column)));
    }

    [Fact]
    public void Rows_that_cannot_be_read_are_told_by_their_lines()
    {
        var trial = CsvTables.Try(Content("Day,Weight (kg)\n2026-03-14,80\nsoon,81\n2026-03-15,heavy\n2026-03-16,9000\n2026-03-17\n"), new CsvMapping())!;
        Assert.Equal((3, "3 6", "4 5"), (trial.Read, string.Join(' ', trial.Unread), string.Join(' ', trial.Odd)));
    }

    [Theory]
    [InlineData("Temperature (°C)", "24.5", "temperature")]
    [InlineData("Glucose (mg/dL)", "5.6", "glucose")]
    [InlineData("SpO2", "0.97", "oxygen")]
    public void A_column_whose_values_hardly_anybody_has_is_asked_about_and_what_is_told_holds(string name, string value, string measure)
    {
        var table = Content($"Date,{name}\n2026-03-14,{value}\n2026-03-15,{value}\n");
        var harvest = new Harvest("csv", new HarvestLimits());
        new CsvFormat().Read(table, harvest, Cancel);
        Assert.Equal($"the values of `{name}` are hardly `{measure}`: a mapping says what they are", Assert.Single(harvest.Refusals).Text);
        Assert.Equal(["Date", name], harvest.ColumnsAsked);
        Assert.Equal(new CsvFault(CsvFaultKind.Unlikely, name, measure), Assert.Single(CsvTables.Try(table, new CsvMapping())!.Faults));
        Assert.Empty(CsvTables.Try(table, new CsvMapping { Columns = new Dictionary<string, CsvColumn> { [name] = new(measure, Measurand.Of(measure).First().Unit) } })!.Faults);
    }

    [Fact]
    public void What_can_be_and_hardly_ever_is_stands_apart_from_what_cannot_be()
    {
        var trial = CsvTables.Try(Content("Date,Weight (kg)\n2026-03-14,80.4\n2026-03-15,804\n2026-03-16,408\n2026-03-17,81\n2026-03-18,81.2\n"), new CsvMapping())!;
        Assert.Equal(("3", "4"), (string.Join(' ', trial.Odd), string.Join(' ', trial.Rare)));
    }

    [Theory]
    [InlineData("Mon Jun 12 09:09:22 PDT 2017", "2017-06-12T09:09:22-07:00")]
    [InlineData("22-11-2026 8:10", "2026-11-22T08:10:00+00:00")]
    [InlineData("2026-11-22T08:10:05Z", "2026-11-22T08:10:05+00:00")]
    [InlineData("22.11.26 08:10", "2026-11-22T08:10:00+00:00")]
    [InlineData("soon", null)]
    public void Moments_are_read_as_devices_write_them(string written, string? expected) =>
        Assert.Equal(expected, CsvTables.Try(Content($"When it was,Pulse\n{written},61\n"), Mapping("When_it_was=when"))!.Rows[0].When);

    [Fact]
    public void A_table_longer_than_is_read_is_refused_also_below_a_title()
    {
        var content = Content("Pulse of the Meter\nDate,Pulse\n" + string.Concat(Enumerable.Repeat("2026-03-01,61\n", CsvFormat.MostRows + 1)));
        var read = Importer.Read(new CsvFormat(), content, new ImportOptions { SourceName = "c" }, null, Cancel);
        Assert.Contains("split it", read.Refusal?.Issues[0].Text ?? "nothing was refused", StringComparison.Ordinal);
        Assert.Null(CsvTables.Ask(content));
    }

    [Fact]
    public void A_table_as_long_as_is_read_is_read_to_its_end() =>
        Assert.Equal(CsvFormat.MostRows, CsvTables.Ask(Content("Date,Pulse\n" + string.Concat(Enumerable.Repeat("2026-03-01,61\n", CsvFormat.MostRows))))?.RowCount);

    [Fact]
    public void A_bicycle_computers_table_is_read_when_its_columns_are_told()
    {
        var content = SourceContent.OfFile(Repository.SharedData("wearables/garmin-fit/garmin-fenix-5-bike-records.csv"));
        var question = CsvTables.Ask(content)!;
        Assert.Equal(("when", "pulse"), (question.Columns[0].Guess.As, question.Columns[1].Guess.As));
        var mapping = new CsvMapping { Columns = question.Columns.ToDictionary(column => column.Name, column => column.Name is "timestamp" or "heart_rate" ? column.Guess : new CsvColumn("ignore")) };
        var trial = CsvTables.Try(content, mapping)!;
        Assert.Equal((question.RowCount, 0), (trial.Read, trial.Odd.Count));
    }

    [Fact]
    public void A_mapping_that_is_written_is_read_as_it_was()
    {
        var mapping = Mapping("A=when B=glucose/mg/dL") with { DateOrder = "mdy", TimeZone = "America/Bogota", Device = "Meter" };
        var read = CsvMapping.Parse(mapping.Write(), out var mistake)!;
        Assert.Null(mistake);
        Assert.Equal((mapping.DateOrder, mapping.TimeZone, mapping.Device), (read.DateOrder, read.TimeZone, read.Device));
        Assert.Equal(mapping.Columns.ToList(), read.Columns.ToList());
    }

    private static SourceContent Content(string table) => SourceContent.Of("table.csv", Encoding.UTF8.GetBytes(table));

    private static CsvMapping Mapping(string columns) => new()
    {
        Columns = columns.Split(' ').Select(column => column.Split('=')).ToDictionary(
            column => column[0].Replace('_', ' '), column => column[1].Split('/', 2) is [var role, var unit] ? new CsvColumn(role, unit) : new CsvColumn(column[1])),
    };

    private static Task<ImportResult> TakeAsync(TestRecord record, string table, CsvMapping mapping) =>
        record.ImportAsync(Content(table), new ImportOptions { SourceName = "table.csv", CsvMapping = mapping });
}
