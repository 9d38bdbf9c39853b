namespace Rapport.DemoRecord;

/// <summary>A value that moves in straight lines between the points the story gives, and stays at the last one.</summary>
internal sealed class Trend(params (DateOnly Date, double Value)[] points)
{
    public double At(DateOnly date)
    {
        int next = Array.FindIndex(points, point => point.Date >= date);
        if (next < 0)
        {
            return points[^1].Value;
        }

        if (next == 0)
        {
            return points[0].Value;
        }

        (DateOnly from, double start) = points[next - 1];
        (DateOnly to, double end) = points[next];
        return start + ((end - start) * (date.DayNumber - from.DayNumber) / (to.DayNumber - from.DayNumber));
    }
}
