using System.Globalization;
using System.Text;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Merging;

namespace Rapport.Records.Tests;

/// <summary>Pages picked out of what is found are, one after the other, what sorting all of it gives; and only what is permitted is in them.</summary>
public sealed class RowOrderTests
{
    private static readonly string?[] Dates = [null, null, "2019", "2024", "2025-03", "2025-03-10", "2025-03-10", "2025-11-30T08:00:00Z", "2026-01-10", "1961-07"];
    private static readonly string?[] Codes = [null, "8867-4", "8480-6", "2339-0", "1751-7"];
    private static readonly decimal?[] Values = [null, null, 0m, -3.5m, 70m, 70.0m, 70.01m, decimal.MaxValue, decimal.MinValue, 12345678901234567890.5m];

    private static bool IsLong => Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1";

    [Fact]
    public void Pages_of_any_size_in_any_order_are_those_of_a_plain_sort()
    {
        for (var seed = 0; seed < (IsLong ? 600 : 30); seed++)
        {
            var random = new Random(seed);
            var record = new PlainRecord(random, random.Next(2) == 0 ? random.Next(1, 30) : random.Next(200, 600));
            for (var round = 0; round < 12; round++)
            {
                var sorts = random.GetItems(PlainRecord.Sorts, random.Next(0, 4)).DistinctBy(static s => s.TrimStart('-')).ToArray();
                var expected = record.Sorted(sorts);
                var (paged, totals) = Paged(record, random, (count, cursor) => new RecordQuery.Search(SearchQuery.Parse(
                    "Observation",
                    SearchQuery.SplitUrlQuery($"_count={count}{(sorts.Length > 0 ? "&_sort=" + string.Join(',', sorts) : "")}{(cursor is null ? "" : "&_cursor=" + cursor)}")).Query!));
                Assert.True(expected.SequenceEqual(paged), $"seed {seed}: by `{string.Join(',', sorts)}` {string.Join(' ', paged)} instead of {string.Join(' ', expected)}");
                Assert.All(totals, total => Assert.Equal(expected.Count, total));
            }
        }
    }

    [Fact]
    public void Pages_of_a_timeline_are_those_of_a_plain_sort()
    {
        for (var seed = 0; seed < (IsLong ? 600 : 30); seed++)
        {
            var random = new Random(seed);
            var record = new PlainRecord(random, random.Next(1, 600));
            var expected = record.NewestFirst();
            var (paged, totals) = Paged(record, random, (count, cursor) => new RecordQuery.Timeline(count, cursor));
            Assert.True(expected.SequenceEqual(paged), $"seed {seed}: {string.Join(' ', paged)} instead of {string.Join(' ', expected)}");
            Assert.All(totals, total => Assert.Equal(expected.Count, total));
        }
    }

    [Fact]
    public void A_page_after_an_entry_that_is_not_among_the_found_begins_at_the_start()
    {
        var record = new PlainRecord(new Random(5), 400);
        var hidden = record.Rows.First(row => !record.Permitted.Contains(row));
        var sorted = SearchQuery.Parse("Observation", SearchQuery.SplitUrlQuery($"_count=7&_sort=date&_cursor={record.Index.LocalOf(hidden)}")).Query!;
        Assert.Equal(record.Sorted(["date"]).Take(7), Select(record, new RecordQuery.Search(sorted)).Rows);
        Assert.Equal(record.NewestFirst().Take(7), Select(record, new RecordQuery.Timeline(7, LocalId.New().ToString())).Rows);
    }

    private static Selection Select(PlainRecord record, RecordQuery query) => Selector.Select(record.Index, record.Permitted, query, null, MergedEntries.None);

    private static (List<int> Rows, List<int> Totals) Paged(PlainRecord record, Random random, Func<int, string?, RecordQuery> query)
    {
        List<int> rows = [], totals = [];
        string? cursor = null;
        do
        {
            var page = Select(record, query(random.Next(4) == 0 ? random.Next(1, 400) : random.Next(1, 40), cursor));
            rows.AddRange(page.Rows);
            totals.Add(page.Total);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return (rows, totals);
    }

    /// <summary>An index of entries made by chance, beside what was put into it.</summary>
    private sealed class PlainRecord
    {
        internal static readonly string[] Sorts = ["date", "-date", "_lastUpdated", "-_lastUpdated", "_id", "-_id", "code", "-code", "value-quantity", "-value-quantity", "status", "-status"];

        private readonly List<Plain> _entries = [];

        internal PlainRecord(Random random, int count)
        {
            var builder = new IndexBuilder(PatientId.New(), null);
            for (var row = 0; row < count; row++)
            {
                var known = row > 0 && random.Next(10) == 0 ? _entries[random.Next(row)] : null;
                var local = known?.Local ?? LocalId.New();
                var plain = new Plain(row, local, known?.Type ?? (random.Next(5) == 0 ? "Claim" : "Observation"), Any(Dates), Any(Codes), Any(Values), random.Next(2) == 0 ? "final" : "amended", 1_000_000 + (row / 7));
                _entries.Add(plain);
                builder.Add(Resource.Read(Encoding.UTF8.GetBytes(plain.Json)), new EntryHeader(local, _entries.Count(e => e.Local == local), 1, 0, 0, false), plain.At);
            }

            Index = builder.Build();
            var permitted = new EntrySetBuilder(count);
            Array.ForEach(Enumerable.Range(0, count).Where(_ => random.Next(4) > 0).ToArray(), permitted.Add);
            Permitted = permitted.ToSet();

            T Any<T>(T[] from) => from[random.Next(from.Length)];
        }

        internal CompartmentIndex Index { get; }

        internal EntrySet Permitted { get; }

        internal IEnumerable<int> Rows => _entries.Select(static e => e.Row);

        private IEnumerable<Plain> Seen => _entries.Where(e => Permitted.Contains(e.Row) && !_entries.Skip(e.Row + 1).Any(later => later.Local == e.Local));

        internal List<int> Sorted(string[] sorts)
        {
            var seen = Seen.Where(static e => e.Type == "Observation").OrderBy(static _ => 0);
            foreach (var sort in sorts)
            {
                seen = sort switch
                {
                    "date" => seen.ThenBy(static e => e.When is null).ThenBy(static e => e.When?.Low),
                    "-date" => seen.ThenBy(static e => e.When is null).ThenByDescending(static e => e.When?.High),
                    "_lastUpdated" => seen.ThenBy(static e => e.At),
                    "-_lastUpdated" => seen.ThenByDescending(static e => e.At),
                    "_id" => seen.ThenBy(static e => e.Local),
                    "-_id" => seen.ThenByDescending(static e => e.Local),
                    "code" => seen.ThenBy(static e => e.Code is null).ThenBy(static e => e.Code, StringComparer.Ordinal),
                    "-code" => seen.ThenBy(static e => e.Code is null).ThenByDescending(static e => e.Code, StringComparer.Ordinal),
                    "value-quantity" => seen.ThenBy(static e => e.Value is null).ThenBy(static e => e.Value),
                    "-value-quantity" => seen.ThenBy(static e => e.Value is null).ThenByDescending(static e => e.Value),
                    "status" => seen.ThenBy(static e => e.Status, StringComparer.Ordinal),
                    _ => seen.ThenByDescending(static e => e.Status, StringComparer.Ordinal),
                };
            }

            return [.. seen.ThenBy(static e => e.Row).Select(static e => e.Row)];
        }

        internal List<int> NewestFirst() =>
        [
            .. Seen.OrderBy(static e => e.When is null).ThenByDescending(static e => e.When is { } when ? DateTimeOffset.FromUnixTimeMilliseconds(when.Low).UtcDateTime.Date : default)
                .ThenBy(static e => e.Type == "Claim").ThenByDescending(static e => e.When?.Low).ThenByDescending(static e => e.Row).Select(static e => e.Row),
        ];

        private sealed record Plain(int Row, LocalId Local, string Type, string? Date, string? Code, decimal? Value, string Status, long At)
        {
            internal DateRange? When => Date is not null && DateRange.TryParse(Date, out var range) ? range : null;

            internal string Json => Type == "Claim"
                ? $$"""{"resourceType":"Claim"{{(Date is null ? "" : $",\"created\":\"{Date}\"")}}}"""
                : string.Create(CultureInfo.InvariantCulture, $$"""{"resourceType":"Observation","status":"{{Status}}"{{(Code is null ? "" : $$""","code":{"coding":[{"system":"http://loinc.org","code":"{{Code}}"}]}""")}}{{(Date is null ? "" : $",\"effectiveDateTime\":\"{Date}\"")}}{{(Value is null ? "" : $$""","valueQuantity":{"value":{{Value}}}""")}}}""");
        }
    }
}
