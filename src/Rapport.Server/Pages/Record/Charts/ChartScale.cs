using System.Globalization;

namespace Rapport.Server.Pages.Record.Charts;

/// <summary>Where values and times lie in a picture, and which of them the axes name.</summary>
internal static class ChartScale
{
    /// <summary>A coordinate as SVG has it.</summary>
    public static string Written(double at) => Math.Round(at, 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>More than the axis ever needs: numbers that cannot be told apart end it.</summary>
    private const int MostNumbers = 12;

    /// <summary>Round numbers from at or below the lowest value to at or above the highest, three to six of them.</summary>
    /// <param name="low">A number that can be measured; see <see cref="Reading.Measure"/>.</param>
    /// <param name="high">At least as much.</param>
    public static IReadOnlyList<decimal> Numbers(decimal low, decimal high)
    {
        if (low == high)
        {
            var around = low == 0 ? 1 : Math.Abs(low) / 10;
            (low, high) = (low - around, high + around);
        }

        var step = Step((double)(high - low) / 4);
        var first = Math.Floor(low / step) * step;
        var numbers = new List<decimal>();
        for (var i = 0; i < MostNumbers; i++)
        {
            numbers.Add(first + (i * step));
            if (numbers[^1] >= high)
            {
                break;
            }
        }

        return numbers;
    }

    /// <summary>Days that the axis names: whole years, first days of months, or days, at most four.</summary>
    public static IReadOnlyList<(DateTime At, string Said)> Days(DateTime first, DateTime last)
    {
        var years = last.Year - first.Year;
        if (years >= 3)
        {
            var step = (int)Math.Ceiling(years / 4.0);
            return [.. Enumerable.Range(0, 5).Select(i => last.Year - (i * step)).Where(year => year > first.Year).Reverse().Select(year => (new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Unspecified), $"{year}"))];
        }

        var days = (last.Date - first.Date).TotalDays;
        if (days < 1)
        {
            return [(first.Date, Say.DayShort(DateOnly.FromDateTime(first)))];
        }

        return [.. Enumerable.Range(0, days < 2 ? 2 : 3).Select(i => first.Date.AddDays(Math.Round(days * i / (days < 2 ? 1 : 2)))).Select(day => (day, Say.DayShort(DateOnly.FromDateTime(day))))];
    }

    /// <summary>1, 2 or 5 with zeros, at least as large.</summary>
    private static decimal Step(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        var leading = least / power;
        return (decimal)((leading <= 1 ? 1 : leading <= 2 ? 2 : leading <= 5 ? 5 : 10) * power);
    }
}
