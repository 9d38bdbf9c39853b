using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rapport.Fhir;

namespace Rapport.Merging.Tests;

/// <summary>What holds for every record: who sees a part of it sees what they would if there were no more.</summary>
public sealed class MergedEntriesTests
{
    private static readonly string[] Names = ["Asthma", "High blood pressure", "Essential hypertension", "Gout"];

    /// <summary>An entry of a random record: what it names, on which day (0 for none), of which source, and whether it is seen.</summary>
    private static readonly Arbitrary<(int Name, int Day, int Source, bool IsSeen)[]> Records = (
        from name in Gen.Choose(0, 3)
        from day in Gen.Choose(0, 5)
        from source in Gen.Choose(1, 4)
        from isSeen in Gen.Elements(true, true, false)
        select (name, day, source, isSeen)).ArrayOf().ToArbitrary();

    [Fact]
    public void What_is_not_seen_has_no_part() => Prop.ForAll(Records, entries =>
    {
        int[] seen = [.. Enumerable.Range(0, entries.Length).Where(row => entries[row].IsSeen)];
        var all = MergedEntries.Of(TableOf(entries), [.. Enumerable.Range(0, entries.Length).Where(row => entries[row].IsSeen)], []);
        var alone = MergedEntries.Of(TableOf([.. seen.Select(row => entries[row])]), [.. Enumerable.Range(0, seen.Length)], []);
        return Enumerable.Range(0, seen.Length).All(i => (alone.With(i)?.Select(row => seen[row]) ?? []).SequenceEqual(all.With(seen[i]) ?? []));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_group_has_one_of_each_source_and_each_says_the_same_of_it() => Prop.ForAll(Records, entries =>
    {
        var merged = MergedEntries.Of(TableOf(entries), [.. Enumerable.Range(0, entries.Length).Where(row => entries[row].IsSeen)], []);
        return Enumerable.Range(0, entries.Length).Where(row => merged.With(row) is not null).All(row =>
            merged.With(row)!.Contains(row)
            && merged.With(row)!.Select(other => entries[other].Source).Distinct().Count() == merged.With(row)!.Count
            && merged.With(row)!.All(other => entries[other].IsSeen && merged.With(other)!.SequenceEqual(merged.With(row)!)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_the_patient_parted_stays_apart_and_what_the_patient_joined_is_one() => Prop.ForAll(Records, entries =>
    {
        if (entries.Length < 3)
        {
            return true;
        }

        var merged = MergedEntries.Of(TableOf(entries), [.. Enumerable.Range(0, entries.Length)], [(1, 2, true), (0, 1, false)]);
        return merged.With(1)!.Contains(2) && !merged.With(1)!.Contains(0) && merged.With(0)?.Contains(2) != true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_choice_that_a_rule_leaves_open_is_not_made()
    {
        // One source tells of it without a date, the other of two bouts of it.
        var merged = MergedEntries.Of(TableOf([(0, 0, 1, true), (0, 1, 2, true), (0, 4, 2, true)]), [0, 1, 2], []);
        Assert.Null(merged.With(0));
        Assert.Equal([0, 1], MergedEntries.Of(TableOf([(0, 0, 1, true), (0, 1, 2, true)]), [0, 1], []).With(0)!);
    }

    [Fact]
    public void However_many_hidden_entries_of_a_day_there_are_those_that_are_seen_are_one()
    {
        var table = new FactTable();
        for (var row = 0; row < 2_000; row++)
        {
            table.Add(Problem("Asthma", 1), row % 7);
        }

        table.Add(Problem("Asthma", 1), 100);
        table.Add(Problem("Asthma", 1), 101);
        Assert.Equal([2_000, 2_001], MergedEntries.Of(table, [2_000, 2_001], []).With(2_000)!);
    }

    [Fact]
    public void Many_equal_entries_of_a_day_give_few_pairs()
    {
        var table = new FactTable();
        for (var row = 0; row < 20_000; row++)
        {
            table.Add(Problem("Asthma", 1), row % 7);
        }

        Assert.InRange(new LikenessFinder(table).Find([.. Enumerable.Range(0, table.Count)], TestContext.Current.CancellationToken).Count, 1, 20_000 * 24);
    }

    [Theory]
    [InlineData("Warfarin 1 MG Oral Tablet", "Warfarin", "Warfarin 5 MG Oral Tablet")]
    [InlineData("Warfarin", "Warfarin 1 MG Oral Tablet", "Warfarin 5 MG Oral Tablet")]
    public void What_is_vague_joins_no_two_that_contradict_each_other(params string[] names)
    {
        var table = new FactTable();
        for (var i = 0; i < names.Length; i++)
        {
            table.Add(Read($$$"""{"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"reference":"Patient/x"},"medicationCodeableConcept":{"text":"{{{names[i]}}}"},"authoredOn":"2026-01-10"}"""), i);
        }

        var merged = MergedEntries.Of(table, [0, 1, 2], []);
        Assert.All(Enumerable.Range(0, 3), row => Assert.True(merged.With(row) is null or { Count: 2 }));
        Assert.DoesNotContain(Array.IndexOf(names, "Warfarin 5 MG Oral Tablet"), merged.With(Array.IndexOf(names, "Warfarin 1 MG Oral Tablet")) ?? []);
    }

    [Fact]
    public void What_the_patient_parts_last_stays_apart_although_both_were_joined_with_a_third()
    {
        var table = TableOf([(0, 1, 1, true), (1, 2, 1, true), (3, 3, 1, true)]);
        var merged = MergedEntries.Of(table, [0, 1, 2], [(0, 1, true), (1, 2, true), (0, 2, false)]);
        Assert.Equal([1, 2], merged.With(1)!);
        Assert.Null(merged.With(0));
        Assert.Equal(3, MergedEntries.Of(table, [0, 1, 2], [(0, 2, false), (0, 1, true), (1, 2, true)]).With(0)?.Count ?? 3);
    }

    [Fact]
    public void An_entry_of_very_many_names_costs_no_more_than_others()
    {
        var names = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $$"""{"text":"q{{i}} alphaq betaq"}"""));
        var fact = Fact.Of(Read($$$"""{"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"type":[{{{names}}}],"period":{"start":"2026-01-10"}}"""))!;
        Assert.InRange(fact.Names.Length, 1, 16);
        Assert.InRange(fact.Words.Length, 1, 16);
    }

    [Theory]
    [InlineData("""{"resourceType":"MedicationStatement","status":"active","subject":{"reference":"Patient/x"},"medicationCodeableConcept":{"text":"Poison 999999 mg 0.0000000000000000000000000001 ml"}}""")]
    [InlineData("""{"resourceType":"MedicationStatement","status":"active","subject":{"reference":"Patient/x"},"medicationCodeableConcept":{"text":"Poison 79228162514264337593543950335 g"}}""")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"Poison"},"effectiveDateTime":"2026-01-10","valueQuantity":{"value":79228162514264337593543950335,"code":"kg"}}""")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"Poison"},"effectiveDateTime":"2026-01-10","valueQuantity":{"value":-1e-28,"code":"g"}}""")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"Poison"},"effectiveDateTime":"2026-01-10","valueQuantity":{"value":1e-400,"code":"g"}}""")]
    public void Numbers_beyond_all_measure_are_read_and_compared(string json)
    {
        var table = new FactTable();
        table.Add(Read(json), 1);
        table.Add(Read(json), 2);
        table.Add(Read(json.Replace("kg", "mg", StringComparison.Ordinal).Replace("\"g\"", "\"kg\"", StringComparison.Ordinal).Replace(":-", ":", StringComparison.Ordinal)), 3);
        Assert.InRange(MergedEntries.Of(table, [0, 1, 2], []).Count, 0, 3);
    }

    private static FactTable TableOf((int Name, int Day, int Source, bool IsSeen)[] entries)
    {
        var table = new FactTable();
        foreach (var (name, day, source, _) in entries)
        {
            table.Add(Problem(Names[name], day), source);
        }

        return table;
    }

    private static Resource Read(string json) => Resource.Read(Encoding.UTF8.GetBytes(json));

    private static Resource Problem(string name, int day) => Read(
        $$"""{"resourceType":"Condition","subject":{"reference":"Patient/x"},"code":{"text":"{{name}}"}{{(day == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $",\"onsetDateTime\":\"2020-03-0{day}\""))}}}""");
}
