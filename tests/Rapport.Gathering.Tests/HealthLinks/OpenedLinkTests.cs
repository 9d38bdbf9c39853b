using System.Text;
using System.Text.Json;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>What came by a link goes the way of all sources, and says from where it came.</summary>
public sealed class OpenedLinkTests(SqliteTestDatabase test) : GatheringTest(test)
{
    private const string Host = "shl.example";

    [Fact]
    public async Task Its_files_are_taken_as_one_source_that_names_the_server()
    {
        using var issuer = new CardMake();
        var record = await NewRecordAsync();
        var link = new OpenedLink(
            Host, true, [Fhir(Make.Collection(Make.Patient(), Make.Observation("o1"))), new OpenedFile(LinkFile.Cards, CardMake.File(issuer.Card()))], [LinkFile.Access, "video/mp4"]);

        var result = await ImportAsync(record, link, issuer.Checks());

        Assert.True(result.Status == ImportStatus.Taken, TestRecord.Text(result.Issues));
        var report = result.Report!;
        Assert.Equal(("health-link", new LinkReport(Host, true)), (report.Format, report.Link));
        Assert.Equal([new NotTaken(LinkFile.Access, NotTakenReason.AccessElsewhere, Host, 1), new NotTaken("video/mp4", NotTakenReason.UnknownKind, Host, 1)], report.NotTaken);
        Assert.Equal([new CardReport(CardMake.Issuer, CardStanding.Verified)], report.Cards);
        var source = Assert.Single(await record.Own.SourcesAsync(Cancel));
        Assert.Equal(("Summary", "link", new LinkReport(Host, true)), (source.Description.Name, source.Description.Kind, source.Description.Report!.Link));
        foreach (var (type, file) in new[] { ("Observation", 1), ("Immunization", 2) })
        {
            var answer = await record.Own.QueryAsync(new RecordQuery.Everything(), Cancel);
            var entry = answer.Entries.Single(entry => entry.ResourceType == type);
            Assert.Equal($"SMART Health Link of {Host}, file {file}", (await record.Own.ProvenanceAsync(Data.LocalId.Parse(entry.Id.AsSpan(Data.PatientId.TextLength + 1)), Cancel))!.File);
        }

        Assert.Equal(ImportStatus.NothingNew, (await ImportAsync(record, link, issuer.Checks())).Status);
        await record.VerifyAsync();
    }

    [Fact]
    public async Task Files_about_one_person_are_one_patients_and_about_two_are_refused()
    {
        using var issuer = new CardMake();
        var record = await NewRecordAsync();
        var card = new OpenedFile(LinkFile.Cards, CardMake.File(issuer.Card()));
        var full = Fhir(Make.Collection(Make.Patient("p7", identifiers: [(Make.Mrn, "17")]), Make.Observation("o1", "Patient/p7")));
        Assert.Equal(ImportStatus.Taken, (await ImportAsync(record, new OpenedLink(Host, false, [card, full], []), issuer.Checks())).Status);
        var patient = Assert.Single(await record.ReadAsync("Patient"));
        Assert.Contains("\"17\"", patient.GetRawText(), StringComparison.Ordinal);
        Assert.All((await record.ReadAsync("Immunization")).Select(i => i.GetProperty("patient")).Concat((await record.ReadAsync("Observation")).Select(o => o.GetProperty("subject"))), subject =>
            Assert.Equal(record.Reference, subject.GetProperty("reference").GetString()));
        await record.VerifyAsync();

        var other = new OpenedFile(LinkFile.Cards, CardMake.File(issuer.Card("Leo Novak", lots: "C")));
        var born = new OpenedFile(LinkFile.Cards, CardMake.File(issuer.Card(birthDate: "1981-02-01", lots: "C")));
        var twin = new OpenedFile(LinkFile.Cards, CardMake.File(issuer.Card("Noor Ortiz", lots: "C")));
        foreach (var two in new[] { other, born, twin })
        {
            var refused = await ImportAsync(record, new OpenedLink(Host, false, [full, two], []), issuer.Checks());
            Assert.Equal((ImportStatus.Refused, true), (refused.Status, refused.Issues[0].Text.Contains("2 patients", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_card_is_the_same_whether_it_came_by_a_link_or_as_a_file()
    {
        using var issuer = new CardMake();
        var record = await NewRecordAsync();
        var card = CardMake.File(issuer.Card());
        Assert.Equal(ImportStatus.Taken, (await record.ImportAsync(SourceContent.Of("c", card), new ImportOptions { SourceName = "c", Cards = issuer.Checks() })).Status);
        Assert.Equal(ImportStatus.NothingNew, (await ImportAsync(record, new OpenedLink(Host, false, [new OpenedFile(LinkFile.Cards, card)], []), issuer.Checks())).Status);
        Assert.Equal(ImportStatus.NothingNew, (await ImportAsync(record, new OpenedLink(Host, false, [new OpenedFile(null, card)], []), issuer.Checks())).Status);
    }

    [Fact]
    public async Task A_file_that_is_not_what_it_says_takes_nothing_but_the_rest_on_request()
    {
        var record = await NewRecordAsync();
        var link = new OpenedLink(Host, false, [Fhir(Make.Collection(Make.Patient(), Make.Observation("o1"))), new OpenedFile(LinkFile.Fhir, "<html>"u8.ToArray())], []);
        var before = await record.StateAsync();
        var result = await ImportAsync(record, link);
        Assert.Equal((ImportStatus.Refused, true, before), (result.Status, result.HasGoodPart, await record.StateAsync()));
        Assert.StartsWith($"SMART Health Link of {Host}, file 2", result.Issues[0].Location, StringComparison.Ordinal);
        Assert.Equal(ImportStatus.Taken, (await ImportAsync(record, link, partial: true)).Status);
    }

    [Fact]
    public async Task What_pretends_to_have_come_by_a_link_is_not_believed()
    {
        var record = await NewRecordAsync();
        var forged = new OpenedLink("hospital.example", false, [Fhir(Make.Collection(Make.Patient(), Make.Observation("o1")))], []).Write();
        Assert.Equal(ImportStatus.Refused, (await record.ImportAsync(SourceContent.Of("f", forged))).Status);
        var text = Encoding.UTF8.GetBytes("not from a link");
        var result = await record.ImportAsync(SourceContent.Of("f", text), new ImportOptions { SourceName = "f", IsOpenedLink = true });
        Assert.Equal(ImportStatus.Refused, result.Status);
    }

    [Fact]
    public async Task A_card_that_was_taken_back_is_told_although_it_is_refused()
    {
        using var issuer = new CardMake();
        issuer.TakeBack("gone");
        var result = await ImportAsync(await NewRecordAsync(), new OpenedLink(Host, false, [new OpenedFile(LinkFile.Cards, CardMake.File(issuer.Card(rid: "gone")))], []), issuer.Checks());
        Assert.Equal((ImportStatus.Refused, CardRefusal.TakenBack), (result.Status, Assert.Single(result.Report!.Cards).Refused));
    }

    /// <summary>The examples of the implementers' tools, opened with the keys in their links.</summary>
    [Theory]
    [InlineData("ERn18l4lL3_5yPXMSzx3ZejyMM_XIeWeseXa3DXsJD0", true, false, 2)]
    [InlineData("jvb42XYZTjY2BTZ2mcL6nozbTFT8Vs5G2_I-_IuxCZo", false, true, 1)]
    public async Task The_examples_of_the_implementers_open_with_the_keys_in_their_links(string name, bool needsPasscode, bool isDirect, int files)
    {
        using var example = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.SharedData("smart-cards-links/dev-tools-testdata/shl-examples"), name + ".json"), Cancel));
        var link = HealthLink.Read(example.RootElement.GetProperty("link").GetString()!, out _)!;
        Assert.Equal((needsPasscode, isDirect, "Sample Set 1", "localhost"), (link.NeedsPasscode, link.IsDirect, link.Label, link.Host));
        List<OpenedFile> opened = [];
        foreach (var jwe in example.RootElement.GetProperty("jweFiles").EnumerateArray())
        {
            opened.Add(SealedLinkFile.Open(link, jwe.GetString()!, 1_000_000, out var mistake)!);
            Assert.Equal(LinkFileMistake.None, mistake);
        }

        Assert.Equal(files, opened.Count);
        var record = await NewRecordAsync();
        var result = await ImportAsync(record, new OpenedLink(link.Host, false, opened, []));
        Assert.True(result.Status == ImportStatus.Taken, TestRecord.Text(result.Issues));
        Assert.NotEmpty(result.Report!.Cards);
        Assert.DoesNotContain(result.Report.NotTaken, static not => not.Why == NotTakenReason.NotValid);
        await record.VerifyAsync();
    }

    private static OpenedFile Fhir(System.Text.Json.Nodes.JsonObject json) => new(LinkFile.Fhir, Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static Task<ImportResult> ImportAsync(TestRecord record, OpenedLink link, CardChecks? checks = null, bool partial = false) => record.ImportAsync(
        SourceContent.Of("link", link.Write()),
        new ImportOptions { SourceName = "Summary", SourceKind = "link", IsOpenedLink = true, Cards = checks, TakeGoodPart = partial });
}
