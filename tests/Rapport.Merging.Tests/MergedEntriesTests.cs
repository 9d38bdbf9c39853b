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
        var all = MergedEntries.Of(TableOf(entries), row => entries[row].IsSeen, []);
        var alone = MergedEntries.Of(TableOf([.. seen.Select(row => entries[row])]), _ => true, []);
        return Enumerable.Range(0, seen.Length).All(i => (alone.With(i)?.Select(row => seen[row]) ?? []).SequenceEqual(all.With(seen[i]) ?? []));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_group_has_one_of_each_source_and_each_says_the_same_of_it() => Prop.ForAll(Records, entries =>
    {
        var merged = MergedEntries.Of(TableOf(entries), row => entries[row].IsSeen, []);
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

        var merged = MergedEntries.Of(TableOf(entries), _ => true, [(0, 1, false), (1, 2, true)]);
        return merged.With(1)!.Contains(2) && !merged.With(1)!.Contains(0) && merged.With(0)?.Contains(2) != true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_choice_that_a_rule_leaves_open_is_not_made()
    {
        // One source tells of it without a date, the other of two bouts of it.
        var merged = MergedEntries.Of(TableOf([(0, 0, 1, true), (0, 1, 2, true), (0, 4, 2, true)]), _ => true, []);
        Assert.Null(merged.With(0));
        Assert.Equal([0, 1], MergedEntries.Of(TableOf([(0, 0, 1, true), (0, 1, 2, true)]), _ => true, []).With(0)!);
    }

    [Fact]
    public void A_record_of_many_entries_of_one_day_is_read_in_bounded_steps()
    {
        var table = new FactTable();
        for (var row = 0; row < 20_000; row++)
        {
            table.Add(Problem("Asthma", 1), row % 7);
        }

        Assert.InRange(MergedEntries.Of(table, _ => true, []).Count, 1, 20_000);
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

    private static Resource Problem(string name, int day) => Resource.Read(Encoding.UTF8.GetBytes(
        $$"""{"resourceType":"Condition","subject":{"reference":"Patient/x"},"code":{"text":"{{name}}"}{{(day == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $",\"onsetDateTime\":\"2020-03-0{day}\""))}}}"""));
}
