using System.Globalization;

namespace Rapport.Conversations;

/// <summary>How long the operator keeps a conversation in which nothing happens any more. Without one, all are kept.</summary>
/// <param name="Months">Months of the calendar, from 12 on.</param>
public sealed record KeepingRule(int Months)
{
    /// <summary>How long everybody in it is told before it goes.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromDays(30);

    private const int LeastMonths = 12, MostYears = 200;

    /// <summary>Reads <c>10y</c> or <c>18m</c>; null for what is neither, or less than a year.</summary>
    public static KeepingRule? Parse(string text) =>
        text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostYears * LeastMonths
        && (text[^1] switch { 'y' => number * LeastMonths, 'm' => number, _ => 0 }) is >= LeastMonths and <= MostYears * LeastMonths and var months
            ? new KeepingRule(months) : null;

    /// <summary>What happened before goes.</summary>
    public DateTimeOffset Before(DateTimeOffset now) => now.AddMonths(-Months);
}
