using System.Globalization;

namespace Rapport.Language.Tests;

/// <summary>Dates, numbers, counts and lists in both languages, as the Unicode CLDR and the Real Academia Española have them.</summary>
public sealed class SayTests
{
    private static readonly DateOnly Day = new(2026, 5, 3);

    private static readonly DateTimeOffset Instant = new(2026, 5, 3, 14, 5, 59, TimeSpan.Zero);

    [Theory]
    [InlineData("en", "3 May 2026", "3 May 2026 at 14:05 UTC", "May 2026", "3 May")]
    [InlineData("es", "3 de mayo de 2026", "3 de mayo de 2026 a las 14:05 UTC", "mayo de 2026", "3 de mayo")]
    [InlineData("fr", "3 May 2026", "3 May 2026 at 14:05 UTC", "May 2026", "3 May")]
    public void DatesAreSaidAsPeopleDo(string language, string day, string moment, string month, string dayOfYear)
    {
        Speak(language);
        Assert.Equal((day, day, moment, month, dayOfYear), (Say.Day(Day), Say.Day(Instant), Say.Moment(Instant), Say.Month(2026, 5), Say.DayOfYear(Day)));
        Assert.Equal("2026-05-03T14:05:59+00:00", Say.Iso(Instant));
    }

    [Theory]
    [InlineData("en", -1, "yesterday")]
    [InlineData("en", 0, "today")]
    [InlineData("en", 1, "tomorrow")]
    [InlineData("en", -2, "2 days ago")]
    [InlineData("en", 14, "in 14 days")]
    [InlineData("en", 15, "18 May 2026")]
    [InlineData("en", -15, "18 April 2026")]
    [InlineData("es", -2, "hace 2 días")]
    [InlineData("es", 7, "dentro de 7 días")]
    public void DaysNearbyAreSaidByHowFarTheyAre(string language, int days, string said)
    {
        Speak(language);
        Assert.Equal(said, Say.Away(Day.AddDays(days), Day));
    }

    [Theory]
    [InlineData("0", "0", "0")]
    [InlineData("999", "999", "999")]
    [InlineData("1204", "1,204", "1204")]
    [InlineData("12040", "12,040", "12.040")]
    [InlineData("1234567", "1,234,567", "1.234.567")]
    [InlineData("-1234567", "-1,234,567", "-1.234.567")]
    [InlineData("6.30", "6.30", "6,30")]
    [InlineData("-0.5", "-0.5", "-0,5")]
    [InlineData("12345.678901", "12,345.678901", "12.345,678901")]
    [InlineData("1e3", "1e3", "1e3")]
    [InlineData("1.", "1.", "1.")]
    [InlineData(".5", ".5", ".5")]
    [InlineData("--5", "--5", "--5")]
    [InlineData("", "", "")]
    [InlineData("-", "-", "-")]
    [InlineData("1.2.3", "1.2.3", "1.2.3")]
    [InlineData("٣", "٣", "٣")]
    public void NumbersKeepEveryDigit(string written, string english, string spanish)
    {
        Speak("en");
        Assert.Equal(english, Say.Number(written));
        Speak("es");
        Assert.Equal(spanish, Say.Number(written));
    }

    [Theory]
    [InlineData(0, "0 entries")]
    [InlineData(1, "1 entry")]
    [InlineData(2, "2 entries")]
    [InlineData(1001, "1,001 entries")]
    [InlineData(-1, "-1 entries")]
    public void CountsTakeTheirForm(long count, string said)
    {
        Speak("en");
        Assert.Equal(said, Say.Count("{0} entry|{0} entries", count));
    }

    [Theory]
    [InlineData(0, "all 0 looks")]
    [InlineData(1, "the one look")]
    [InlineData(2, "both looks")]
    [InlineData(3, "all 3 looks")]
    public void TwoHaveAFormOfTheirOwnWhereThereIsAWordForThem(long count, string said)
    {
        Speak("en");
        Assert.Equal(said, Say.Count("the one look|both looks|all {0} looks", count));
    }

    [Theory]
    [InlineData("en", "", "")]
    [InlineData("en", "a", "a")]
    [InlineData("en", "a;b", "a and b")]
    [InlineData("en", "a;b;c", "a, b and c")]
    [InlineData("es", "a;b;c", "a, b y c")]
    [InlineData("es", "madre;hija", "madre e hija")]
    [InlineData("es", "padre;Isabel", "padre e Isabel")]
    [InlineData("es", "agua;hielo", "agua y hielo")]
    [InlineData("es", "madre;índice", "madre e índice")]
    public void ListsAreSaidWithAnd(string language, string parts, string said)
    {
        Speak(language);
        Assert.Equal(said, Say.List(parts.Length == 0 ? [] : parts.Split(';')));
    }

    [Theory]
    [InlineData("en", "a;b;c", "a, b or c")]
    [InlineData("es", "siete;ocho", "siete u ocho")]
    [InlineData("es", "mujer;hombre", "mujer u hombre")]
    [InlineData("es", "uno;dos", "uno o dos")]
    public void ChoicesAreSaidWithOr(string language, string parts, string said)
    {
        Speak(language);
        Assert.Equal(said, Say.Choice(parts.Split(';')));
    }

    [Fact]
    public void WhatFillsAHoleIsNotReadForHoles() => Assert.Equal("{1} and b, {2} {x} {", Say.Fill("{0} and {1}, {2} {x} {", "{1}", "b"));

    [Theory]
    [InlineData("en", 1, "1 byte")]
    [InlineData("en", 1023, "1,023 bytes")]
    [InlineData("es", 1024, "1 KB")]
    [InlineData("en", 67_108_864, "64 MB")]
    public void SizesAreSaidInTheLargestUnit(string language, long bytes, string said)
    {
        Speak(language);
        Assert.Equal(said, Say.Size(bytes));
    }

    [Theory]
    [InlineData("water", "Water")]
    [InlineData("eGFR", "eGFR")]
    [InlineData("índice", "Índice")]
    [InlineData("", "")]
    public void SentencesBeginWithACapital(string text, string said) => Assert.Equal(said, Say.Sentence(text));

    /// <summary>For the rest of this test: the culture flows with it and not to others.</summary>
    private static void Speak(string language) => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
}
