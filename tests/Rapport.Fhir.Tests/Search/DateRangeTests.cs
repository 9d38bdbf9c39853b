using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Rapport.Fhir.Tests;

public sealed class DateRangeTests
{
    [Theory]
    [InlineData("2024", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z")]
    [InlineData("2024-02", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z")]
    [InlineData("2024-12", "2024-12-01T00:00:00Z", "2025-01-01T00:00:00Z")]
    [InlineData("2024-02-29", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z")]
    [InlineData("1900-02-28", "1900-02-28T00:00:00Z", "1900-03-01T00:00:00Z")]
    [InlineData("2024-02-29T10:30", "2024-02-29T10:30:00Z", "2024-02-29T10:31:00Z")]
    [InlineData("2024-02-29T10:30Z", "2024-02-29T10:30:00Z", "2024-02-29T10:31:00Z")]
    [InlineData("2024-02-29T10:30:15+02:00", "2024-02-29T08:30:15Z", "2024-02-29T08:30:16Z")]
    [InlineData("2024-02-29T10:30:15-05:30", "2024-02-29T16:00:15Z", "2024-02-29T16:00:16Z")]
    [InlineData("2024-02-29T10:30:15.5Z", "2024-02-29T10:30:15.500Z", "2024-02-29T10:30:15.600Z")]
    [InlineData("2024-02-29T10:30:15.123Z", "2024-02-29T10:30:15.123Z", "2024-02-29T10:30:15.124Z")]
    [InlineData("2024-02-29T10:30:15.1239999Z", "2024-02-29T10:30:15.123Z", "2024-02-29T10:30:15.124Z")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", "2017-01-01T00:00:01Z")]
    [InlineData("0001", "0001-01-01T00:00:00Z", "0002-01-01T00:00:00Z")]
    public void A_date_is_the_span_it_names(string text, string low, string high)
    {
        Assert.True(DateRange.TryParse(text, out var range));
        Assert.Equal((Ms(low), Ms(high)), (range.Low, range.High));
    }

    [Fact]
    public void The_last_year_ends_where_the_first_of_five_digits_would_start()
    {
        Assert.True(DateRange.TryParse("9999", out var range));
        Assert.Equal(Ms("9999-12-31T00:00:00Z") + 86_400_000, range.High);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("202")]
    [InlineData("20245")]
    [InlineData("2024-13")]
    [InlineData("2024-00")]
    [InlineData("2023-02-29")]
    [InlineData("2024-1-1")]
    [InlineData("2024-01-01T")]
    [InlineData("2024-01-01T25:00Z")]
    [InlineData("2024-01-01T10Z")]
    [InlineData("2024-01-01T10:60Z")]
    [InlineData("2024-01-01T10:00:61Z")]
    [InlineData("2024-01-01T10:00:00.Z")]
    [InlineData("2024-01-01T10:00:00+2:00")]
    [InlineData("2024-01-01T10:00:00+15:00")]
    [InlineData("2024-01-01 10:00")]
    [InlineData("2024-01-01T10:00:00Zx")]
    [InlineData("٢٠٢٤")]
    public void What_is_no_date_is_refused(string text) => Assert.False(DateRange.TryParse(text, out _));

    [Fact]
    public void Every_moment_is_within_the_span_of_each_of_its_shortened_forms()
    {
        var moments = Gen.Choose(0, int.MaxValue).Select(n => new DateTime(1600, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(n % 420_000_000).AddMilliseconds(n % 60_000));
        Prop.ForAll(Arb.From(moments), moment =>
        {
            var text = moment.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
            var ms = new DateTimeOffset(moment).ToUnixTimeMilliseconds();
            return ((string[])[text, text[..19] + "Z", text[..16], text[..10], text[..7], text[..4]]).All(part =>
                DateRange.TryParse(Encoding.UTF8.GetBytes(part), out var range) && range.Low <= ms && ms < range.High);
        }).QuickCheckThrowOnFailure();
    }

    private static long Ms(string instant) =>
        DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
}
