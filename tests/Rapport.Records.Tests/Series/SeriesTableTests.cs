using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Rapport.Records.Tests;

/// <summary>Points as a table that anybody can read, and back.</summary>
public class SeriesTableTests
{
    private static Gen<SeriesPoint[]> Points => Gen.ArrayOf(
        from start in Gen.Choose(-2_000_000_000, 2_000_000_000)
        from step in Gen.Elements(1L, 1000L)
        from duration in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 2_000_000_000))
        from value in Gen.OneOf(Gen.Choose(-1000, 100_000).Select(v => (double)v), Gen.Choose(-100_000, 100_000).Select(v => v / 7.0), Gen.Elements(1e-300, 1.7e308, -0.1, 98.6))
        from offset in Gen.Elements<short>(-840, -600, 0, 60, 345, 840, short.MaxValue, -short.MaxValue)
        select new SeriesPoint(start * step, duration, value, offset));

    [Fact]
    public void What_is_read_is_what_was_written() => Prop.ForAll(Points.ToArbitrary(), points => Read(Write(points)).SequenceEqual(points)).QuickCheckThrowOnFailure();

    [Fact]
    public void A_table_is_readable_without_this_server() => Assert.Equal(
        "time,seconds,value\n2026-02-03T07:00:00+01:00,0,61\n2026-02-03T06:00:00.250-03:30,300.5,61.25\n",
        Encoding.UTF8.GetString(Write(
        [
            new SeriesPoint(new DateTimeOffset(2026, 2, 3, 7, 0, 0, TimeSpan.FromHours(1)).ToUnixTimeMilliseconds(), 0, 61, 60),
            new SeriesPoint(new DateTimeOffset(2026, 2, 3, 6, 0, 0, 250, TimeSpan.FromMinutes(-210)).ToUnixTimeMilliseconds(), 300_500, 61.25, -210),
        ])));

    [Theory]
    [InlineData("")]
    [InlineData("time,value\n")]
    [InlineData("time,seconds,value")]
    [InlineData("time,seconds,value\n2026-02-03T07:00:00+01:00,0,61")]
    [InlineData("time,seconds,value\n2026-02-03T07:00:00,0,61\n")]
    [InlineData("time,seconds,value\n2026-02-30T07:00:00+01:00,0,61\n")]
    [InlineData("time,seconds,value\n0001-01-01T00:00:00+01:00,0,61\n")]
    [InlineData("time,seconds,value\n2026-02-03T07:00:00+01:00,-1,61\n")]
    [InlineData("time,seconds,value\n2026-02-03T07:00:00+01:00,0.0001,61\n")]
    [InlineData("time,seconds,value\n2026-02-03T07:00:00+01:00,9999999,61\n")]
    [InlineData("time,seconds,value\n2026-02-03T07:00:00+01:00,0,NaN\n")]
    [InlineData("time,seconds,value\n2026-02-03T07:00:00+01:00,0,1e999\n")]
    [InlineData("time,seconds,value\n2026-02-03T07:00:00+999:00,0,1\n")]
    [InlineData("time,seconds,value\n2026-02-03T07:00:00+01:00,0,\n")]
    [InlineData("time,seconds,value\n2026-02-03T07:00:00+01:00\n")]
    public void What_is_no_such_table_is_said_to_be_none(string table) => Assert.Throws<InvalidDataException>(() => Read(Encoding.UTF8.GetBytes(table)));

    [Fact]
    public void A_line_without_end_is_not_held_in_memory() =>
        Assert.Throws<InvalidDataException>(() => Read(Encoding.UTF8.GetBytes("time,seconds,value\n" + new string('1', 10_000_000))));

    private static byte[] Write(SeriesPoint[] points)
    {
        using var memory = new MemoryStream();
        SeriesTable.WriteHeading(memory);
        SeriesTable.Write(points, memory);
        return memory.ToArray();
    }

    private static SeriesPoint[] Read(byte[] table)
    {
        using var memory = new MemoryStream(table);
        return [.. SeriesTable.Read(memory)];
    }
}
