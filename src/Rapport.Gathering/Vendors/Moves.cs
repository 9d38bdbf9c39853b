using System.Text.Json;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Days of Moves, an app that told walking from riding: stretches of movement between places. Where the places are is not taken.</summary>
internal static class Moves
{
    private const string Vendor = "Moves";

    internal static bool Read(VendorReading reading, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        var index = 0;
        foreach (var day in root.EnumerateArray())
        {
            var path = $"[{index++}].";
            HashSet<string?> stretches = [];
            foreach (var (segment, place) in reading.Items(day, "segments", path))
            {
                TakeSegment(reading, segment, stretches, place);
            }

            TakeSummary(reading, day, stretches, path);
        }

        return true;
    }

    private static void TakeSegment(VendorReading reading, JsonElement segment, HashSet<string?> stretches, string path)
    {
        if (segment.Child("place") is not null)
        {
            reading.Skip("place: where it was", NotTakenReason.NotAboutPatient, path);
        }

        foreach (var (activity, place) in reading.Items(segment, "activities", path + "."))
        {
            var (start, end) = (TimeOf(activity.Text("startTime")), TimeOf(activity.Text("endTime")));
            if (start is null)
            {
                // Written down by hand at a place: the day's sums have it, too.
                reading.Skip("activity without a time of its own", NotTakenReason.Repeated, place);
                continue;
            }

            stretches.Add(activity.Text("activity"));
            var length = start is { } from && end is { } to ? to.At - from.At : TimeSpan.Zero;
            reading.AddPoint(Metrics.Steps, Vendor, start, length, activity.Number("steps"), "{steps}", place);
            if (activity.Child("trackPoints") is { ValueKind: JsonValueKind.Array } track && track.GetArrayLength() > 0)
            {
                reading.Skip("trackPoints: where it was", NotTakenReason.NotAboutPatient, place);
            }

            if (activity.Text("group") == "transport")
            {
                reading.Skip("transport", NotTakenReason.SaysNothing, place);
                continue;
            }

            reading.Add(
                new VendorEntry
                {
                    Vendor = Vendor, Key = $"{activity.Text("activity")}\n{activity.Text("startTime")}", Display = "Exercise activity", Loinc = "73985-4", Category = "activity", Start = start, End = end, Device = Vendor,
                    Words = activity.Text("activity")?.Replace('_', ' '), WasTyped = activity.Child("manual") is { ValueKind: JsonValueKind.True },
                    Parts =
                    [
                        ("Exercise duration", "55411-3", activity.Number("duration"), "s"), ("Distance", null, activity.Number("distance"), "m"), ("Steps", null, activity.Number("steps"), "{steps}"),
                        ("Calories burned", "41981-2", activity.Number("calories"), "kcal"),
                    ],
                },
                activity,
                place);
        }
    }

    /// <summary>A day's sums repeat its stretches, but for what was written down without one.</summary>
    private static void TakeSummary(VendorReading reading, JsonElement day, HashSet<string?> stretches, string path)
    {
        foreach (var (sum, place) in reading.Items(day, "summary", path))
        {
            if (stretches.Contains(sum.Text("activity")))
            {
                reading.Skip("summary", NotTakenReason.Repeated, place);
            }
            else if (sum.Text("group") == "transport")
            {
                reading.Skip("transport", NotTakenReason.SaysNothing, place);
            }
            else
            {
                reading.Add(
                    new VendorEntry
                    {
                        Vendor = Vendor, Key = $"{sum.Text("activity")}\n{day.Text("date")}", Display = "Exercise activity", Loinc = "73985-4", Category = "activity", Start = VendorTime.Wall(day.Text("date"), "yyyyMMdd"), IsDay = true, Device = Vendor,
                        Words = sum.Text("activity")?.Replace('_', ' '),
                        Parts = [("Exercise duration", "55411-3", sum.Number("duration"), "s"), ("Distance", null, sum.Number("distance"), "m"), ("Steps", null, sum.Number("steps"), "{steps}"), ("Calories burned", "41981-2", sum.Number("calories"), "kcal")],
                    },
                    sum,
                    place);
            }
        }
    }

    /// <summary><c>20121212T071430+0200</c>.</summary>
    private static VendorTime? TimeOf(string? text)
    {
        if (text is not { Length: 16 or 20 })
        {
            return null;
        }

        var wall = VendorTime.Wall(text[..15], "yyyyMMdd'T'HHmmss");
        var offset = text.Length == 16 ? text[15] == 'Z' ? TimeSpan.Zero : (TimeSpan?)null : VendorTime.Offset(text[15..], null);
        return wall is { } at && offset is { } ahead ? new VendorTime(new DateTimeOffset(at.At.DateTime, ahead), null) : null;
    }
}
