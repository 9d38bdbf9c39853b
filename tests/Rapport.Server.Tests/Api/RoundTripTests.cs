using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Gathering;
using Rapport.Records;
using Rapport.Server.Api;
using Rapport.Server.Hosting;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Api;

/// <summary>What is taken along comes back as it left: entries, the bytes of documents, the points of series.</summary>
public sealed class RoundTripTests(DemoServer demo) : IClassFixture<DemoServer>
{
    private const string Base = "http://localhost:5080/fhir/";
    private const string Metric = "urn:x-rapport:metric";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RunningServer Server => demo.Server;

    [Fact]
    public async Task A_record_with_documents_series_and_electrocardiograms_comes_back_whole()
    {
        var maya = (await Server.Modules.People.Accounts.FindBySignInNameAsync("maya", Cancel))!;
        var own = await Patients.OpenAsync(Server.Modules, maya.Record!.Value, Cancel);
        var left = await ExportAsync(own);
        Assert.InRange(left.Length, RecordExport.EstimateBytes(await own.SizeAsync(Cancel)) / 2, RecordExport.EstimateBytes(await own.SizeAsync(Cancel)) * 2);
        Assert.Equal(ImportStatus.NothingNew, (await ImportAsync(own, left)).Status);

        var other = await NewRecordAsync();
        var taken = await ImportAsync(other, left);
        Assert.Equal((ImportStatus.Taken, ""), (taken.Status, string.Join("; ", taken.Issues.Select(issue => $"{issue.Location}: {issue.Text}"))));
        Assert.Empty(await other.CheckAsync(Cancel));
        Assert.Equal(ImportStatus.NothingNew, (await ImportAsync(other, left)).Status);

        var (before, after) = (await Whole.ReadAsync(own), await Whole.ReadAsync(other));
        Assert.True(
            before.Documents.Length > 0 && before.Series.Length > 10 && before.Entries.Any(entry => entry.Contains("valueSampledData")),
            $"the demo has too little: {before.Documents.Length} documents, {before.Series.Length} series");
        Assert.Equal(before.Documents, after.Documents);
        Assert.Equal(before.Series, after.Series);
        Assert.Equal(before.Entries, after.Entries);
    }

    [Fact]
    public async Task Points_of_any_series_come_back_as_they_were()
    {
        var random = new Random(20261122);
        for (var turn = 0; turn < 25; turn++)
        {
            SeriesPoint[] points = [.. Enumerable.Range(0, 1 + random.Next(1 << random.Next(1, 12))).Select(_ => AnyPoint(random))];
            var own = await NewRecordAsync();
            var expected = points.Order().Distinct().GroupBy(point => MonthOf(point)).OrderBy(month => month.Key).Select(month => month.ToArray()).ToList();
            await ImportAsync(own, Carrying(points));
            var there = await Whole.ReadAsync(own);
            Assert.Equal(expected.Select(Whole.Digest).Order(), there.Series.Select(series => series.Points).Order());
            var other = await NewRecordAsync();
            await ImportAsync(other, await ExportAsync(own));
            Assert.Equal(there.Series, (await Whole.ReadAsync(other)).Series);
        }
    }

    [Fact]
    public async Task Points_that_come_back_join_those_that_are_there()
    {
        var own = await NewRecordAsync();
        await ImportAsync(own, Carrying([Point(1, 60), Point(2, 61)]));
        var left = await ExportAsync(own);
        var other = await NewRecordAsync();
        await ImportAsync(other, Carrying([Point(2, 61), Point(3, 62)]));
        await ImportAsync(other, left);
        Assert.Equal(Whole.Digest([Point(1, 60), Point(2, 61), Point(3, 62)]), Assert.Single((await Whole.ReadAsync(other)).Series).Points);
        Assert.Empty(await other.CheckAsync(Cancel));
    }

    [Fact]
    public async Task A_series_that_was_marked_comes_back_marked_even_where_its_points_are_known()
    {
        var other = await NewRecordAsync();
        await ImportAsync(other, Carrying([Point(1, 60)]));
        await ImportAsync(other, Carrying([Point(1, 60)], """{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]}"""));
        var answer = await other.QueryAsync(new RecordQuery.Everything { Types = ["Observation"] }, Cancel);
        Assert.Equal(("R", 1), (Assert.Single(answer.Entries[0].Labels), answer.Total));
    }

    [Fact]
    public async Task A_document_whose_bytes_changed_is_a_new_version_and_one_whose_bytes_are_the_same_is_none()
    {
        var own = await NewRecordAsync();
        await ImportAsync(own, Document("first"));
        Assert.Equal(ImportStatus.NothingNew, (await ImportAsync(own, Document("first").Replace("{\"re", "{ \"re"))).Status);
        Assert.Equal(ImportStatus.Taken, (await ImportAsync(own, Document("second"))).Status);
        var answer = await own.QueryAsync(new RecordQuery.Everything { Types = ["Binary"] }, Cancel);
        Assert.Equal((1, 2), (answer.Total, answer.Entries[0].Version));
        Assert.DoesNotContain("data", Encoding.UTF8.GetString(answer.ReadBody(0)));
        Assert.Equal("second", Encoding.UTF8.GetString((await answer.ReadPartAsync(0, 0, Cancel)).Plain.Span));
    }

    [Fact]
    public async Task Damaged_points_are_named_and_nothing_is_taken_before_it_is_asked_for()
    {
        var own = await NewRecordAsync();
        var damaged = Carrying([Point(1, 60), Point(2, 61)]).Replace("\"data\":\"H4s", "\"data\":\"H4x");
        var refused = await ImportAsync(own, damaged);
        Assert.Equal((ImportStatus.Refused, true), (refused.Status, refused.HasGoodPart || refused.Issues.Count > 0));
        Assert.Contains(refused.Issues, issue => issue.Location.StartsWith("Bundle.entry[1]", StringComparison.Ordinal));
        Assert.Empty(await own.SourcesAsync(Cancel));
    }

    [Fact]
    public async Task It_leaves_in_pieces_however_large_a_document_is()
    {
        var own = await NewRecordAsync();
        await ImportAsync(own, Document(new string('x', 3_000_000)));
        await using var pieces = new Pieces();
        await RecordExport.WriteAsync(own, pieces, Cancel);
        Assert.True(pieces.Length > 4_000_000);

        // One part as Base64, and what waits before it is handed on.
        Assert.InRange(pieces.Longest, 1, 1024 * 1024);
    }

    private static SeriesPoint AnyPoint(Random random) => new(
        1_767_225_600_000 + (random.Next(200_000) * 60_000L) + random.GetItems([0, 1, 250, 999], 1)[0],
        random.GetItems([0, 300_000, 61_001], 1)[0],
        Math.Clamp(random.Next(100, 4_000) / random.GetItems([10.0, 7.0, 16.0], 1)[0], 10, 400),
        random.GetItems<short>([-600, 0, 60, 345], 1)[0]);

    private static SeriesPoint Point(int minute, double value) => new(1_767_225_600_000 + (minute * 60_000L), 0, value, 60);

    private static int MonthOf(in SeriesPoint point)
    {
        var wall = DateTimeOffset.FromUnixTimeMilliseconds(point.Start + (point.OffsetMinutes * 60_000L));
        return (wall.Year * 12) + wall.Month;
    }

    private static string Carrying(SeriesPoint[] points, string meta = "{}")
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
        {
            SeriesTable.WriteHeading(gzip);
            SeriesTable.Write(points, gzip);
        }

        return $$$"""
            {"resourceType":"Bundle","type":"collection","entry":[
             {"fullUrl":"urn:uuid:8f5d3b6e-5c1a-4c55-9a52-0d8c2a1f0001","resource":{"resourceType":"Patient","birthDate":"1980-02-03"}},
             {"fullUrl":"urn:uuid:8f5d3b6e-5c1a-4c55-9a52-0d8c2a1f0002","resource":{"resourceType":"Observation","meta":{{{meta}}},"status":"final",
              "code":{"coding":[{"system":"{{{Metric}}}","code":"heart-rate"}]},"subject":{"reference":"urn:uuid:8f5d3b6e-5c1a-4c55-9a52-0d8c2a1f0001"},"device":{"display":"Watch"},
              "extension":[{"url":"urn:x-rapport:points","valueAttachment":{"contentType":"application/gzip","data":"{{{Convert.ToBase64String(memory.ToArray())}}}"}}]}}]}
            """.Replace("\"meta\":{},", "");
    }

    private static string Document(string text) =>
        $$"""{"resourceType":"Binary","id":"b1","data":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}}","contentType":"text/plain"}""";

    private static async Task<string> ExportAsync(OwnAccess own)
    {
        using var memory = new MemoryStream();
        await RecordExport.WriteAsync(own, memory, Cancel);
        return Encoding.UTF8.GetString(memory.ToArray());
    }

    private static Task<ImportResult> ImportAsync(OwnAccess own, string content) => Importer.ImportAsync(
        own, SourceContent.Of("record.json", Encoding.UTF8.GetBytes(content)), new ImportOptions { SourceName = "record.json" }, Cancel);

    private async Task<OwnAccess> NewRecordAsync() => await Patients.OpenAsync(Server.Modules, (await Server.AddPatientAsync()).Record, Cancel);

    /// <summary>All of a record, without what differs from one record to another: ids, versions, times, and the ids that entries had before.</summary>
    private sealed record Whole(string[] Entries, string[] Documents, (string Key, string Points)[] Series)
    {
        public static string Digest(SeriesPoint[] points) => string.Join('\n', points.Order());

        public static async Task<Whole> ReadAsync(OwnAccess own)
        {
            var answer = await own.QueryAsync(new RecordQuery.Everything(), Cancel);
            List<(string Id, JsonObject Json)> entries = [];
            List<string> documents = [];
            List<(string, string)> series = [];
            for (var i = 0; i < answer.Count; i++)
            {
                var json = JsonNode.Parse(answer.ReadBody(i))!.AsObject();
                var parts = await answer.ReadPartsAsync(i, Cancel);
                entries.Add((OldId(json, answer.Entries[i].Id), json));
                if (parts.Count > 0 && answer.Entries[i].ResourceType == "Binary")
                {
                    documents.Add(Convert.ToHexString(SHA256.HashData(parts.SelectMany(part => part.ToArray()).ToArray())));
                }
                else if (parts.Count > 0)
                {
                    var name = $"{json["code"]}{json["device"]}{json["effectivePeriod"]}";
                    series.Add((name, Digest(SeriesParts.ReadAll(parts))));
                    entries[^1] = (Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)), 0, 16), json);
                }
            }

            // Each entry's new id gives way to the one that it had before, wherever it stands. A series has no id from before: its content is its name.
            var text = entries.Select(entry => Plain(entry.Json)).ToList();
            for (var i = 0; i < entries.Count; i++)
            {
                var (id, old) = (answer.Entries[i].Id, entries[i].Id);
                text = id == own.Patient.ToString() ? text : [.. text.Select(each => each.Replace(id + "\"", old + "\"", StringComparison.Ordinal))];
            }

            return new Whole([.. text.Select(each => each.Replace(own.Patient.ToString(), "P")).Order(StringComparer.Ordinal)], [.. documents.Order(StringComparer.Ordinal)], [.. series.Order()]);
        }

        /// <summary>The local part of the id that an entry has, or that it came with.</summary>
        private static string OldId(JsonObject json, string id)
        {
            var added = (json["identifier"] as JsonArray ?? []).Concat((json["meta"]?["extension"] as JsonArray ?? []).Select(extension => extension!["valueIdentifier"]))
                .Select(identifier => (string?)identifier?["value"]).FirstOrDefault(value => value?.StartsWith(Base, StringComparison.Ordinal) == true);
            return (added ?? id).Split('/')[^1].Split('.')[^1];
        }

        private static string Plain(JsonObject json)
        {
            var meta = json["meta"]!.AsObject();
            meta.Remove("versionId");
            meta.Remove("lastUpdated");
            json.Remove("id");

            // Of which versions the Patient was put together is the history of the record that it left; elsewhere one source says all of it.
            Leave(meta, "extension", extension => extension["url"]!.ToString() != "urn:x-rapport:also-told");
            Leave(meta, "extension", extension => extension["url"]!.ToString() != "urn:x-rapport:original-identifier" || !From(extension["valueIdentifier"]!));
            Leave(json, "identifier", identifier => !From(identifier));
            return new JsonObject(json.OrderBy(property => property.Key, StringComparer.Ordinal).Select(property => KeyValuePair.Create(property.Key, property.Value?.DeepClone()))).ToJsonString();
        }

        private static bool From(JsonNode identifier) => identifier["value"]?.ToString().StartsWith(Base, StringComparison.Ordinal) == true;

        private static void Leave(JsonObject of, string name, Func<JsonNode, bool> stays)
        {
            if (of[name] is JsonArray list)
            {
                var left = list.Where(item => stays(item!)).Select(item => item!.DeepClone()).ToArray();
                of.Remove(name);
                if (left.Length > 0)
                {
                    of[name] = new JsonArray(left);
                }
            }
        }
    }

    /// <summary>Knows how much came between two flushes.</summary>
    private sealed class Pieces : Stream
    {
        private long _length;

        public long Longest { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position { get => _length; set => throw new NotSupportedException(); }

        private long Waiting { get; set; }

        public override void Write(byte[] buffer, int offset, int count)
        {
            _length += count;
            Waiting += count;
            Longest = Math.Max(Longest, Waiting);
        }

        public override void Flush() => Waiting = 0;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}

/// <summary>A server with the people of the demo.</summary>
public sealed class DemoServer : IAsyncLifetime
{
    public RunningServer Server { get; } = new() { Demo = true };

    public ValueTask InitializeAsync() => Server.InitializeAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
