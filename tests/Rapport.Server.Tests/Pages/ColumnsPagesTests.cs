using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Rapport.Gathering;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Pages.Gather;
using Rapport.Server.Pages.Gather.Columns;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>A table whose columns are not certain: asked once, checked, taken, remembered, forgotten.</summary>
public sealed partial class ColumnsPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static (string, string)[] Answer(string weight = "weight", string unit = "kg", string zone = "Europe/Berlin", string device = "Scale") =>
    [
        ("as-0", "date"), ("as-1", "time"), ("as-2", "glucose"), ("unit-2", "mmol/L"), ("as-3", weight), ("unit-3", unit), ("as-4", "ignore"), ("as-5", "note"),
        ("order", ""), ("zone", zone), ("device", device),
    ];

    [Fact]
    public async Task A_table_is_asked_about_checked_taken_and_the_next_one_shows_what_was_said_and_is_confirmed()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = await home.Patient.SignInAsync(server);
        using var asked = await visitor.UploadAsync("meter.csv", Files.Meter);
        var job = asked.RequestMessage!.RequestUri!.AbsolutePath;
        Assert.Contains(ColumnsText.AsksTitle, await ReadAsync(asked));

        var form = await visitor.ReadAsync(job + "/columns");
        Assert.Contains("<option value=\"glucose\" selected", form);
        Assert.Contains(Visitor.Words(ColumnsText.ForInstance, "95,5 · 95,1 · 95,1"), WebUtility.HtmlDecode(form));
        using var wrong = await visitor.PostAsync(job + "/columns", job + "/columns", Answer(unit: ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains("id=\"unit-3-error\"", await ReadAsync(wrong));

        using var said = await visitor.PostAsync(job + "/columns", job + "/columns", Answer());
        Assert.Equal(job + "/columns/check", said.Headers.Location!.ToString());
        var check = WebUtility.HtmlDecode(await visitor.ReadAsync(job + "/columns/check"));
        Assert.Contains("<strong>12 March 2026 at 08:10", check);
        Assert.Contains("</strong>: Blood sugar: 5.6 mmol/L; Weight: 95.5 kg; note: “nüchtern”", check);
        Assert.Contains(Say.Count(ColumnsText.RowsUnread, 1, "5"), check);
        Assert.Contains(Say.Count(ColumnsText.RowsOdd, 1, "6"), check);
        var own = await home.Patient.OpenAsync(server);
        Assert.Empty(await own.SourcesAsync(Cancel));

        using var taken = await visitor.FollowAsync(await visitor.PostAsync(job + "/columns/check", job + "/columns/take", await ShownAsync(visitor, job)));
        var told = await ReadAsync(taken);
        Assert.Contains(GatherText.ItIsIn, told);
        Assert.Contains(ColumnsText.ReadAsToldNow, told);
        var answer = await own.QueryAsync(new RecordQuery.Everything(), Cancel);
        Assert.Contains(Enumerable.Range(0, answer.Count), i => Encoding.UTF8.GetString(answer.ReadBody(i)).Contains("\"2026-03-12T08:10:00+01:00\"", StringComparison.Ordinal));

        var before = (await own.OverviewAsync(Cancel)).Total;
        using var next = await visitor.FollowAsync(await visitor.UploadAsync("meter.csv", Encoding.UTF8.GetBytes("Datum;Uhrzeit;Blutzucker;Gewicht;Stimmung;Bemerkung\n15.03.2026;08:10;5,4;350,0;3;\n")));
        job = next.RequestMessage!.RequestUri!.AbsolutePath[..^"/columns/check".Length];
        check = await ReadAsync(next);
        Assert.Contains(WebUtility.HtmlDecode(Say.Fill(ColumnsText.RememberedLead, "meter.csv", Say.Day(server.Clock.GetUtcNow()))), check);
        Assert.Contains(ColumnWords.Of(new CsvColumn("weight", "kg")), check);
        Assert.Contains(Say.Count(ColumnsText.RowsRare, 1, "2"), check);
        Assert.Equal(before, (await own.OverviewAsync(Cancel)).Total);
        Assert.Contains("<option value=\"note\" selected", await visitor.ReadAsync(job + "/columns"));
        using var confirmed = await visitor.FollowAsync(await visitor.PostAsync(job + "/columns/check", job + "/columns/take", await ShownAsync(visitor, job)));
        told = await ReadAsync(confirmed);
        Assert.Contains(GatherText.ItIsIn, told);

        var shape = Table().Match(told).Value;
        Assert.Contains(ColumnWords.Of(new CsvColumn("weight", "kg")), await visitor.ReadAsync(shape));
        using var forgotten = await visitor.PostAsync(shape, shape + "/forget");
        Assert.Equal(HttpStatusCode.SeeOther, forgotten.StatusCode);
        using var gone = await visitor.GetAsync(shape);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        using var again = await visitor.UploadAsync("meter.csv", Encoding.UTF8.GetBytes("Datum;Uhrzeit;Blutzucker;Gewicht;Stimmung;Bemerkung\n16.03.2026;08:10;5,4;95,0;3;\n"));
        Assert.Contains(ColumnsText.AsksTitle, await ReadAsync(again));
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    [Fact]
    public async Task A_check_page_that_shows_other_columns_than_are_said_now_adds_nothing_and_shows_them()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = await home.Patient.SignInAsync(server);
        using var asked = await visitor.UploadAsync("meter.csv", Files.Meter);
        var job = asked.RequestMessage!.RequestUri!.AbsolutePath;
        using var first = await visitor.PostAsync(job + "/columns", job + "/columns", Answer());
        var shownFirst = await ShownAsync(visitor, job);
        using var second = await visitor.PostAsync(job + "/columns", job + "/columns", Answer("peak-flow", "L/min"));
        var own = await home.Patient.OpenAsync(server);
        var shape = own.Shapes.IdOf("Datum\nUhrzeit\nBlutzucker\nGewicht\nStimmung\nBemerkung");

        using var stale = await visitor.PostAsync(job + "/columns/check", job + "/columns/take", shownFirst);
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);
        var told = await ReadAsync(stale);
        Assert.Contains(ColumnsText.ChangedSince, told);
        Assert.Contains(MeasurandText.PeakFlow, told);
        Assert.Empty(await own.SourcesAsync(Cancel));
        Assert.Null(await own.Shapes.FindAsync(shape, Cancel));
        using var silent = await visitor.PostAsync(job + "/columns/check", job + "/columns/take");
        Assert.Equal(HttpStatusCode.Conflict, silent.StatusCode);

        using var taken = await visitor.FollowAsync(await visitor.PostAsync(job + "/columns/check", job + "/columns/take", await ShownAsync(visitor, job)));
        Assert.Contains(GatherText.ItIsIn, await ReadAsync(taken));
        Assert.NotNull(await own.Shapes.FindAsync(shape, Cancel));
    }

    [Fact]
    public async Task Names_that_turn_the_words_around_them_show_what_they_do_it_with()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = await home.Patient.SignInAsync(server);
        using var asked = await visitor.UploadAsync("meter\u202Evsc.csv", Encoding.UTF8.GetBytes("Datum;Stim\u202Emung;Gewicht\u2066\n12.03.2026;3;95,5\n13.03.2026;2;95,1\n"));
        var job = asked.RequestMessage!.RequestUri!.AbsolutePath;
        var pages = await ReadAsync(asked) + WebUtility.HtmlDecode(await visitor.ReadAsync(job + "/columns")) + WebUtility.HtmlDecode(await visitor.ReadAsync("/gather"));
        Assert.Equal(-1, pages.AsSpan().IndexOfAny('\u202E', '\u2066'));
        Assert.Contains("Stim\uFFFDmung", pages);
        Assert.Contains("meter\uFFFDvsc.csv", pages);
    }

    [Theory]
    [InlineData("weight", "mmol/L", "Europe/Berlin", "", "unit-3-error")]
    [InlineData("glucose", "mmol/L", "Europe/Berlin", "", "as-3-error")]
    [InlineData("diastolic", "", "Europe/Berlin", "", "as-3-error")]
    [InlineData("weight", "kg", "Europe/Nowhere", "", "zone-error")]
    [InlineData("weight", "kg", "", "", "zone-error")]
    [InlineData("weight", "kg", "Europe/Berlin", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "device-error")]
    public async Task What_does_not_go_together_is_told_beside_its_column_and_nothing_changes(string weight, string unit, string zone, string device, string error)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = await home.Patient.SignInAsync(server);
        using var asked = await visitor.UploadAsync("meter.csv", Files.Meter);
        var job = asked.RequestMessage!.RequestUri!.AbsolutePath;
        using var answer = await visitor.PostAsync(job + "/columns", job + "/columns", Answer(weight, unit, zone, device));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains($"id=\"{error}\"", await ReadAsync(answer));
        using var early = await visitor.GetAsync(job + "/columns/check");
        Assert.Equal(job + "/columns", early.Headers.Location?.ToString() ?? early.RequestMessage!.RequestUri!.AbsolutePath);
        using var take = await visitor.PostAsync(job, job + "/columns/take");
        Assert.Empty(await (await home.Patient.OpenAsync(server)).SourcesAsync(Cancel));
    }

    [Fact]
    public async Task A_comma_that_may_part_thousands_is_asked_about()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = await home.Patient.SignInAsync(server);
        using var asked = await visitor.UploadAsync("scale.csv", Encoding.UTF8.GetBytes("Date;Weight (lb)\n2026-03-01;1,150\n"));
        var job = asked.RequestMessage!.RequestUri!.AbsolutePath;
        Assert.Contains(ColumnsText.AsksTitle, await ReadAsync(asked));
        (string, string)[] answer = [("as-0", "date"), ("as-1", "weight"), ("unit-1", "[lb_av]"), ("order", ""), ("zone", "UTC"), ("device", "")];
        using var unsaid = await visitor.PostAsync(job + "/columns", job + "/columns", [.. answer, (ColumnsForm.DecimalMark, "")]);
        var told = await ReadAsync(unsaid);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unsaid.StatusCode);
        Assert.Contains("id=\"mark-error\"", told);
        Assert.Contains(ColumnsText.FaultDecimalMark, told);

        using var said = await visitor.PostAsync(job + "/columns", job + "/columns", [.. answer, (ColumnsForm.DecimalMark, "comma")]);
        Assert.Contains("Weight: 1.150 lb", WebUtility.HtmlDecode(await visitor.ReadAsync(job + "/columns/check")));
        Assert.Contains("<option value=\"comma\" selected", await visitor.ReadAsync(job + "/columns"));
        using var other = await visitor.PostAsync(job + "/columns", job + "/columns", [.. answer, (ColumnsForm.DecimalMark, "point")]);
        Assert.Matches("Weight: 1,?150 lb", WebUtility.HtmlDecode(await visitor.ReadAsync(job + "/columns/check")));
        using var taken = await visitor.FollowAsync(await visitor.PostAsync(job + "/columns/check", job + "/columns/take", await ShownAsync(visitor, job)));
        Assert.Contains(GatherText.ItIsIn, await ReadAsync(taken));
        Assert.Contains(ColumnsText.CommaThousands, await ReadAsync(await visitor.GetAsync(Table().Match(await ReadAsync(await visitor.GetAsync(job))).Value)));
    }

    [Fact]
    public async Task Somebody_elses_table_and_what_they_said_of_it_are_not_there()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var other = await Household.MoveInAsync(server, withRecord: false, name: "Ada Example");
        using var visitor = await home.Patient.SignInAsync(server);
        using var asked = await visitor.UploadAsync("meter.csv", Files.Meter);
        var job = asked.RequestMessage!.RequestUri!.AbsolutePath;
        using var said = await visitor.PostAsync(job + "/columns", job + "/columns", Answer());
        var own = await home.Patient.OpenAsync(server);
        var shape = own.Shapes.IdOf("Datum\nUhrzeit\nBlutzucker\nGewicht\nStimmung\nBemerkung");
        await own.Shapes.TellAsync(shape, new CsvMapping().Write(), Cancel);

        using var stranger = await other.Patient.SignInAsync(server);
        foreach (var path in new[] { $"{job}/columns", $"{job}/columns/check", $"/gather/tables/{shape}", "/gather/tables/x", "/gather/tables/00000000000000000000000000000000" })
        {
            using var answer = await stranger.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        using var taken = await stranger.PostAsync("/gather", $"{job}/columns/take");
        Assert.Equal(HttpStatusCode.NotFound, taken.StatusCode);
        Assert.NotEqual(shape, (await other.Patient.OpenAsync(server)).Shapes.IdOf("Datum\nUhrzeit\nBlutzucker\nGewicht\nStimmung\nBemerkung"));
    }

    /// <summary>What the check page says that it showed.</summary>
    private static async Task<(string, string)[]> ShownAsync(FormVisitor visitor, string job) => [("shown", Shown().Match(await visitor.ReadAsync(job + "/columns/check")).Groups["shown"].Value)];

    private static async Task<string> ReadAsync(HttpResponseMessage answer) => WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancel));

    [GeneratedRegex("/gather/tables/[0-9a-f]+", RegexOptions.NonBacktracking)]
    private static partial Regex Table();

    [GeneratedRegex("name=\"shown\" value=\"(?<shown>[0-9a-f]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Shown();
}
