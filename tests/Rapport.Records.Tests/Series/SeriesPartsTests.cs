using FsCheck;
using FsCheck.Fluent;

namespace Rapport.Records.Tests;

public class SeriesPartsTests
{
    private static Gen<SeriesPoint[]> Points =>
        from step in Gen.Elements(1L, 1000L)
        from digits in Gen.Elements(0, 1, 3, 6, 17)
        from points in Gen.ArrayOf(
            from start in Gen.Choose(-2_000_000_000, 2_000_000_000)
            from duration in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 86_400))
            from whole in Gen.Choose(-100_000, 100_000)
            from part in Gen.Choose(0, 999_999)
            from offset in Gen.Elements<short>(-600, 0, 60, 120, 345)
            select new SeriesPoint(start * step, (int)(duration * step), digits == 17 ? whole / 7.0 : Math.Round(whole + (part / 1e6), digits), offset))
        select points.Order().Distinct().ToArray();

    [Fact]
    public void Points_come_back_as_they_were() => Prop.ForAll(Points.ToArbitrary(), points =>
        SeriesParts.ReadAll(SeriesParts.Write(points)).SequenceEqual(points)).QuickCheckThrowOnFailure();

    [Fact]
    public void Roll_ups_say_what_the_points_of_each_hour_on_the_wall_say() => Prop.ForAll(Points.ToArbitrary(), points =>
    {
        var head = SeriesParts.ReadHead(SeriesParts.Write(points)[0].Span);
        var expected = points.GroupBy(p => (int)Math.Floor((p.Start + (p.OffsetMinutes * 60_000.0)) / 3_600_000.0)).OrderBy(g => g.Key)
            .Select(g => new SeriesHour(g.Key, g.Count(), g.Min(p => p.Value), g.Max(p => p.Value), g.Aggregate(0.0, (sum, p) => sum + p.Value)));
        return head.Count == points.Length && head.Hours.Count == expected.Count()
            && head.Hours.Zip(expected).All(pair => pair.First with { Sum = 0 } == pair.Second with { Sum = 0 } && Math.Abs(pair.First.Sum - pair.Second.Sum) <= 1e-9 * Math.Max(1, Math.Abs(pair.Second.Sum)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_long_series_stands_in_several_chunks()
    {
        SeriesPoint[] points = [.. Enumerable.Range(0, 200_000).Select(i => new SeriesPoint(i * 5_000L, 0, 60 + (i % 40), 60))];
        var parts = SeriesParts.Write(points);
        Assert.Equal(5, parts.Count);
        var head = SeriesParts.ReadHead(parts[0].Span);
        Assert.Equal((SeriesParts.ChunkLength, points[SeriesParts.ChunkLength].Start), (head.Chunks[0].Count, head.Chunks[1].Start));
        Assert.Equal(points, SeriesParts.ReadAll(parts));
    }

    [Fact]
    public void Damaged_parts_are_said_to_be_and_nothing_else_happens() => Prop.ForAll(
        (from points in Points.Where(p => p.Length > 0) from at in Gen.Choose(0, 10_000) from with in Gen.Choose(1, 255) from cut in Gen.Choose(0, 200) select (points, at, with, cut)).ToArbitrary(),
        damage =>
        {
            foreach (var part in SeriesParts.Write(damage.points))
            {
                var bytes = part.ToArray()[..Math.Max(0, part.Length - damage.cut)];
                if (bytes.Length > 0)
                {
                    bytes[damage.at % bytes.Length] ^= (byte)damage.with;
                }

                try
                {
                    SeriesParts.ReadPoints(bytes);
                    SeriesParts.ReadHead(bytes);
                }
                catch (InvalidDataException)
                {
                    // What else may come out is only another number: a seal is what keeps stored bytes from being changed.
                }
            }
        }).QuickCheckThrowOnFailure();
}
