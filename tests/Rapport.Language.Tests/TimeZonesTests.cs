using System.Globalization;

namespace Rapport.Language.Tests;

/// <summary>Times by the clock of who reads, east and west of UTC, and when clocks change.</summary>
public sealed class TimeZonesTests
{
    [Theory]
    [InlineData("Europe/Madrid", "2026-05-03T22:30:00Z", "4 May 2026 at 00:30", "4 May 2026 at 00:30 (Madrid time, UTC+2)")]
    [InlineData("America/New_York", "2026-05-03T02:30:00Z", "2 May 2026 at 22:30", "2 May 2026 at 22:30 (New York time, UTC−4)")]
    [InlineData("America/Argentina/Buenos_Aires", "2026-05-03T02:30:00Z", "2 May 2026 at 23:30", "2 May 2026 at 23:30 (Buenos Aires time, UTC−3)")]
    [InlineData("Asia/Kolkata", "2026-05-03T20:00:00Z", "4 May 2026 at 01:30", "4 May 2026 at 01:30 (Kolkata time, UTC+5:30)")]
    [InlineData("Pacific/Kiritimati", "2026-12-31T10:00:00Z", "1 January 2027 at 00:00", "1 January 2027 at 00:00 (Kiritimati time, UTC+14)")]
    [InlineData("UTC", "2026-05-03T22:30:00Z", "3 May 2026 at 22:30 UTC", "3 May 2026 at 22:30 UTC")]
    public void AMomentIsToldByTheReadersClock(string zone, string instant, string moment, string named)
    {
        Read(zone);
        var at = DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);
        Assert.Equal((moment, named, moment[..moment.IndexOf(" at", StringComparison.Ordinal)]), (Say.Moment(at), Say.NamedMoment(at), Say.Day(at)));
    }

    [Fact]
    public void AProofNamesUtcWhereverTheReaderIs()
    {
        Read("America/New_York");
        Assert.Equal("3 May 2026 at 02:30 UTC", Say.ExactMoment(new(2026, 5, 3, 2, 30, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void TheZoneIsNamedInSpanishToo()
    {
        Read("America/Bogota");
        CultureInfo.CurrentUICulture = Languages.Spanish.Culture;
        Assert.Equal("2 de mayo de 2026 a las 21:30 (hora de Bogota, UTC−5)", Say.NamedMoment(new(2026, 5, 3, 2, 30, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("2026-03-29T00:59:00Z", "29 March 2026 at 01:59")]
    [InlineData("2026-03-29T01:00:00Z", "29 March 2026 at 03:00")]
    [InlineData("2026-10-25T00:30:00Z", "25 October 2026 at 02:30 UTC+2")]
    [InlineData("2026-10-25T01:30:00Z", "25 October 2026 at 02:30 UTC+1")]
    [InlineData("2026-10-25T02:00:00Z", "25 October 2026 at 03:00")]
    public void WhenClocksChangeNoMomentIsToldLikeAnother(string instant, string moment)
    {
        Read("Europe/Madrid");
        Assert.Equal(moment, Say.Moment(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("Europe/Madrid", "2026-03-29", "23:59:59", "2026-03-29T23:59:59+02:00")]
    [InlineData("Europe/Madrid", "2026-10-25", "23:59:59", "2026-10-25T23:59:59+01:00")]
    [InlineData("Europe/Madrid", "2026-10-25", "02:30:00", "2026-10-25T02:30:00+01:00")]
    [InlineData("America/Havana", "2026-03-08", "00:00:00", "2026-03-08T00:00:00-05:00")]
    public void ADayEndsWhenItsClockSaysSo(string zone, string day, string time, string at)
    {
        Read(zone);
        Assert.Equal(at, TimeZones.At(DateOnly.Parse(day, CultureInfo.InvariantCulture), TimeOnly.Parse(time, CultureInfo.InvariantCulture)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("Europe/Madrid")]
    [InlineData("America/New_York")]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("UTC")]
    public void ADayWithoutATimeIsTheSameDayEverywhere(string zone)
    {
        Read(zone);
        Assert.Equal("31 December 2026", Say.LastDay(new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal("1 January 2027", Say.FirstDay(new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("Europe/Madrid", "31 December 2026")]
    [InlineData("America/New_York", "31 December 2026")]
    public void WhatEndsAtMidnightOfAClockIsToldByThatClock(string zone, string lastDay)
    {
        Read(zone);
        Assert.Equal(lastDay, Say.LastDay(TimeZones.At(new(2027, 1, 1), TimeOnly.MinValue)));
        Assert.Equal("1 January 2027", Say.FirstDay(TimeZones.At(new(2027, 1, 1), TimeOnly.MinValue)));
    }

    [Theory]
    [InlineData("Asia/Calcutta", true)]
    [InlineData("America/Argentina/Buenos_Aires", true)]
    [InlineData("UTC", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("Europe", false)]
    [InlineData("Europe/", false)]
    [InlineData("Europe/Nowhere", false)]
    [InlineData("Europe/../Europe/Madrid", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("posix/Europe/Madrid", false)]
    [InlineData("zone.tab", false)]
    [InlineData("Europe/MadridEurope/MadridEurope/MadridEurope/Madrid", false)]
    public void OnlyNamesOfPlacesAreZones(string? name, bool isZone) => Assert.Equal(isZone, TimeZones.Find(name) is not null);

    [Fact]
    public void ThereAreZonesToChooseFrom()
    {
        Assert.InRange(TimeZones.All.Count, 300, 600);
        Assert.All(TimeZones.All, static zone => Assert.Equal(zone.Id, TimeZones.Find(zone.Id)?.Id));
        Assert.Equal("Buenos Aires", TimeZones.PlaceOf(TimeZones.Find("America/Argentina/Buenos_Aires")!));
    }

    private static void Read(string zone)
    {
        CultureInfo.CurrentUICulture = Languages.English.Culture;
        TimeZones.Current = TimeZones.Find(zone)!;
    }
}
